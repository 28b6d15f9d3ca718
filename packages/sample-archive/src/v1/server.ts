/**
 * v1, the Girder API of 2014 to 2022, with its mistakes.
 *
 * @module
 */
import type { ArchiveState } from "../archive/state.ts";
import { getAnnotation, listAnnotations, markupArray, markupMask, markupRender, putAnnotation } from "./annotations.ts";
import { Context } from "./context.ts";
import { datasetAccess, datasetReview, getDataset, listDatasets, reviewDataset } from "./datasets.ts";
import { downloadZip } from "./download-zip.ts";
import * as manage from "./edit.ts";
import { GirderError, MalformedStatusError, restError } from "./errors.ts";
import { histogram } from "./histogram.ts";
import * as images from "./images.ts";
import {
  corsHeaders,
  htmlNotFound,
  internalError,
  jsonAnswer,
  malformedStatus,
  preflight,
  redirectAnswer,
} from "./respond.ts";
import * as segmentations from "./segmentations.ts";
import { getStudy, listStudies } from "./studies.ts";
import { describe, documentation, downloadFile, version } from "./system.ts";
import * as tasks from "./tasks.ts";
import * as users from "./users.ts";

type Handler = (context: Context) => Response | Promise<Response>;
type Route = readonly [method: string, path: string, handler: Handler, cookie?: boolean];

/** Resource by resource; a segment that starts with a colon is a parameter. Earlier routes win. */
const ROUTES: { readonly [resource: string]: readonly Route[] } = {
  user: [
    ["GET", "authentication", users.login],
    ["DELETE", "authentication", users.logout],
    ["GET", "me", users.me],
    ["POST", "acceptTerms", users.acceptTerms],
    ["POST", "requestCreateDatasetPermission", users.requestPermission],
    ["GET", ":id", users.getUser],
  ],
  token: [
    ["GET", "current", users.currentToken],
    ["GET", "session", users.sessionToken],
  ],
  dataset: [
    ["GET", "", listDatasets, true],
    ["GET", ":id", getDataset, true],
    ["GET", ":id/access", datasetAccess],
    ["POST", "", manage.createDataset],
    ["PUT", ":id/access", manage.setAccess],
    ["GET", ":id/metadata", manage.listMetadata],
    ["POST", ":id/metadata", manage.registerMetadata],
    ["POST", ":id/metadata/:fileId/apply", manage.applyMetadata],
    ["GET", ":id/metadata/:fileId/download", manage.downloadMetadata, true],
    ["GET", ":id/review", datasetReview],
    ["POST", ":id/review", reviewDataset],
  ],
  image: [
    ["GET", "", images.listImages, true],
    ["GET", "histogram", histogram],
    ["GET", "download", downloadZip, true],
    ["GET", ":id", images.getImage, true],
    ["GET", ":id/download", images.downloadImage, true],
    ["GET", ":id/superpixels", images.imageSuperpixels, true],
    ["GET", ":id/thumbnail", images.imageThumbnail, true],
    ["GET", ":id/tiles", images.imageTiles, true],
    ["GET", ":id/tiles/:z/:x/:y", images.imageTile, true],
    ["POST", ":id/segment", images.segmentImage],
    ["POST", ":id/metadata", manage.imageMetadata],
  ],
  segmentation: [
    ["GET", "", segmentations.listSegmentations, true],
    ["GET", ":id", segmentations.getSegmentation, true],
    ["GET", ":id/mask", segmentations.segmentationMask, true],
    ["GET", ":id/thumbnail", segmentations.segmentationThumbnail, true],
    ["POST", ":id/review", segmentations.reviewSegmentation],
  ],
  study: [
    ["GET", "", listStudies, true],
    ["GET", ":id", getStudy, true],
    ["POST", "", manage.createStudy],
    ["DELETE", ":id", manage.deleteStudy],
    ["DELETE", ":id/users/:userId", manage.removeReader],
    ["POST", ":id/participate", manage.participate],
  ],
  annotation: [
    ["GET", "", listAnnotations, true],
    ["GET", ":id", getAnnotation, true],
    ["PUT", ":id", putAnnotation],
    ["GET", ":id/markup/:feature", markupMask, true],
    ["GET", ":id/markup/:feature/superpixels", markupArray, true],
    ["GET", ":id/markup/:feature/rendered", markupRender, true],
    ["GET", ":id/:feature", markupArray, true],
    ["GET", ":id/:feature/mask", markupMask, true],
    ["GET", ":id/:feature/render", markupRender, true],
  ],
  task: [
    ["GET", "me/annotation", tasks.annotationTasks],
    ["GET", "me/annotation/next", tasks.nextAnnotation],
    ["GET", "me/annotation/redirect", tasks.taskRedirect((c) => `/#tasks/annotate/${c.required("studyId")}`), true],
    ["GET", "me/segmentation", tasks.segmentationTasks],
    ["GET", "me/segmentation/next", tasks.nextSegmentation],
    ["GET", "me/segmentation/redirect", tasks.taskRedirect((c) => `/markup/segment#/${c.required("datasetId")}`), true],
    ["GET", "me/review", tasks.reviewTasks],
    ["GET", "me/review/redirect", tasks.taskRedirect((c) => `/#tasks/review/${c.required("datasetId")}`), true],
  ],
  redirects: [
    ["GET", "uploadBatch", tasks.taskRedirect(() => "/#dataset/upload/batch"), true],
    ["GET", "literature", tasks.taskRedirect(() => "/#literature"), true],
    [
      "GET",
      "registerMetadata",
      tasks.taskRedirect((c) => `/#dataset/${c.required("datasetId")}/metadata/register`),
      true,
    ],
    ["GET", "applyMetadata", tasks.taskRedirect((c) => `/#dataset/${c.required("datasetId")}/metadata/apply`), true],
  ],
  system: [["GET", "version", version]],
  file: [["GET", ":id/download", downloadFile]],
};

/** What April 2022 no longer knew. */
const GONE_IN_2022 = new Set(["study POST", "study DELETE", "annotation PUT"]);

/** Core routes were served but never listed. */
const HIDDEN = new Set(["token", "redirects", "system", "file"]);

const LISTED = Object.entries(ROUTES).flatMap(([resource, routes]) =>
  routes
    .filter(() => !HIDDEN.has(resource))
    .map(([method, path]) => [method, `/${resource}/${path.replace(/:(\w+)/g, "{$1}")}`.replace(/\/$/, "")] as const),
);

/** Answers one request below `/api/v1` (or `/api`, which points there). */
export async function girder(request: Request, url: URL, state: ArchiveState): Promise<Response> {
  if (request.method === "OPTIONS") return preflight(request, state);
  const answer = await route(request, url, state);
  for (const [name, value] of corsHeaders(request, state)) answer.headers.set(name, value);
  return request.method === "HEAD" ? new Response(null, answer) : answer;
}

async function route(request: Request, url: URL, state: ArchiveState): Promise<Response> {
  const path = url.pathname.replace(/^\/api/, "").replace(/\/+$/, "");
  if (path === "") {
    const answer = redirectAnswer(303, `${url.origin}/api/v1`);
    answer.headers.set("Allow", "GET, HEAD");
    return answer;
  }
  const segments = path.split("/").slice(2);
  const resource = segments[0] ?? "";
  const rest = segments.slice(1).map(decode);
  if (path === "/v1") return documentation();
  if (path === "/v1/describe") return describe(LISTED)(new Context(request, url, state, undefined, {}));
  const routes = Object.hasOwn(ROUTES, resource) ? ROUTES[resource] : undefined;
  if (!path.startsWith("/v1") || routes === undefined) return htmlNotFound();
  try {
    const gone = state.quirks.v1Release === "2022-04" && GONE_IN_2022.has(`${resource} ${request.method}`);
    return await answerRoute(request, url, state, gone ? [] : routes, rest);
  } catch (error) {
    if (error instanceof GirderError) return jsonAnswer(request, error.status, error.body);
    if (error instanceof MalformedStatusError) return malformedStatus();
    return internalError(request);
  }
}

async function answerRoute(
  request: Request,
  url: URL,
  state: ArchiveState,
  routes: readonly Route[],
  rest: readonly string[],
): Promise<Response> {
  const method = methodOf(request);
  for (const [verb, pattern, handler, cookie] of routes) {
    if (verb !== method) continue;
    const parameters = match(pattern, rest);
    if (parameters === undefined) continue;
    const user = state.session(state.v1Sessions, users.tokenOf(request, url, cookie));
    return handler(new Context(request, url, state, user, parameters));
  }
  throw restError(`No matching route for "${request.method} ${rest.join("/")}"`);
}

/** A HEAD is a GET; a POST may say that it is something else. */
function methodOf(request: Request): string {
  if (request.method === "HEAD") return "GET";
  const names = request.method === "POST" ? ["x-http-method-override", "x-http-method", "x-method-override"] : [];
  const given = names.map((name) => request.headers.get(name)).find((value) => value !== null);
  return given?.toUpperCase() ?? request.method;
}

function match(pattern: string, rest: readonly string[]): { readonly [name: string]: string } | undefined {
  const parts = pattern === "" ? [] : pattern.split("/");
  if (parts.length !== rest.length) return undefined;
  const out: { [name: string]: string } = {};
  for (const [i, part] of parts.entries()) {
    if (part.startsWith(":")) out[part.slice(1)] = rest[i]!;
    else if (part !== rest[i]) return undefined;
  }
  return out;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
