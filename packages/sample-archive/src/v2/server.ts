/**
 * v2, the API since then, with its OAuth, its file host, its ZIP service and its mistakes.
 *
 * @module
 */
import type { ArchiveState } from "../archive/state.ts";
import * as account from "./accounts.ts";
import * as collections from "./collections.ts";
import type { Context } from "./context.ts";
import * as curate from "./edit-collections.ts";
import { facets } from "./facets.ts";
import * as images from "./images.ts";
import { getLesion, listLesions } from "./lesions.ts";
import { openApi } from "./openapi.ts";
import { quickfind, stats } from "./quickfind.ts";
import { ApiError, addSlash, json, methodNotAllowed, pageNotFound, preflight, serverError } from "./respond.ts";
import * as zip from "./zip-download.ts";

type Handler = (context: Context) => Response | Promise<Response>;

/** Path below `/api/v2/` (a star is one segment) to handlers by method; earlier ones win. */
const ROUTES: readonly (readonly [path: string, methods: { readonly [method: string]: Handler }])[] = [
  ["openapi.json", { GET: openApi }],
  ["images", { GET: images.listImages }],
  ["images/search", { GET: images.searchImages }],
  ["images/search/size", { GET: images.searchSize }],
  ["images/facets", { GET: facets }],
  ["images/*", { GET: images.getImage }],
  ["images/*/similar", { GET: images.similarImages }],
  ["collections", { GET: collections.listCollections }],
  ["collections/autocomplete", { GET: (context) => collections.completeCollection(context, false) }],
  ["collections/create-from-isic-ids", { POST: curate.createCollection }],
  ["collections/*", { GET: collections.getCollection, DELETE: curate.deleteCollection }],
  ["collections/*/populate-from-list", { POST: curate.addToCollection }],
  ["collections/*/populate-from-isic-ids", { POST: curate.addLater }],
  ["collections/*/populate-from-search", { POST: curate.addFromSearch }],
  ["collections/*/remove-from-list", { POST: curate.removeFromCollection }],
  ["collections/*/attribution", { GET: collections.collectionAttribution }],
  ["autocomplete/collection", { GET: (context) => collections.completeCollection(context, true) }],
  ["users/me", { GET: account.me }],
  ["users/accept-terms", { PUT: account.acceptTerms }],
  ["lesions", { GET: listLesions }],
  ["lesions/*", { GET: getLesion }],
  ["quickfind", { GET: quickfind }],
  ["stats", { GET: stats }],
  ["zip-download/url", { POST: zip.zipUrl }],
  ["zip-download/file-listing", { GET: zip.fileListing }],
  ["zip-download/metadata-file", { GET: zip.metadataFile }],
  ["zip-download/attribution-file", { GET: zip.attributionFile }],
  ["zip-download/license-file/*", { GET: zip.licenceFile }],
  ["cohorts", { GET: account.cohorts }],
  ["cohorts/*", { GET: account.cohorts }],
  ["contributors", { GET: account.contributors }],
  ["contributors/*", { GET: account.contributors }],
  ["annotations", { GET: account.staffAnnotations }],
  ["annotations/*", { GET: account.staffAnnotations }],
  ["studies", { GET: account.staffStudies }],
  ["studies/*", { GET: account.staffStudies }],
  ["study-tasks", { GET: account.staffTasks }],
  ["study-tasks/*", { GET: account.staffTasks }],
];

/** Answers one request below `/api/v2`. */
export async function django(request: Request, url: URL, state: ArchiveState): Promise<Response> {
  const answer = await route(request, url, state);
  // nobody's session is looked at behind a token of its own
  if (BY_TOKEN.test(url.pathname)) answer.headers.set("Vary", withoutCookie(answer));
  if (request.headers.has("origin")) answer.headers.set("Access-Control-Allow-Origin", "*");
  return request.method === "HEAD" ? new Response(null, answer) : answer;
}

async function route(request: Request, url: URL, state: ArchiveState): Promise<Response> {
  if (request.method === "OPTIONS" && request.headers.has("access-control-request-method")) return preflight();
  const segments = url.pathname
    .replace(/^\/api\/v2\/?/, "")
    .replace(/\/$/, "")
    .split("/")
    .map(decode);
  const entry = ROUTES.find(([path]) => fits(path.split("/"), segments));
  if (entry === undefined) return pageNotFound();
  // the one address without a slash
  const isDocument = entry[0] === "openapi.json";
  if (isDocument && url.pathname.endsWith("/")) return pageNotFound();
  if (!isDocument && !url.pathname.endsWith("/")) return addSlash(url);
  const handler = entry[1][request.method];
  if (handler === undefined) return methodNotAllowed(request, Object.keys(entry[1]).sort().join(", "));
  const user = state.session(state.v2Sessions, bearer(request));
  try {
    return await handler({ request, url, state, user, path: segments });
  } catch (error) {
    return error instanceof ApiError ? json(error.status, error.body) : serverError();
  }
}

const BY_TOKEN = /\/zip-download\/(?:file-listing|metadata-file|attribution-file)\/$/;

function withoutCookie(answer: Response): string {
  return (answer.headers.get("vary") ?? "origin").replace("Cookie, ", "");
}

function fits(pattern: readonly string[], segments: readonly string[]): boolean {
  return (
    pattern.length === segments.length &&
    pattern.every((part, i) => (part === "*" ? segments[i] !== "" : part === segments[i]))
  );
}

/** Only this header counts; an unknown or expired token makes a guest, with status 200. */
function bearer(request: Request): string | undefined {
  return /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
