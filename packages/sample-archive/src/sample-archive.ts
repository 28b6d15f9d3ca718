import { type FaultKind, type FaultPlan, Faults, type NextFault } from "./archive/faults.ts";
import { checkArchiveOptions, type SampleArchiveOptions } from "./archive/options.ts";
import type { CollectionRecord, DatasetRecord, ImageRecord, StudyRecord } from "./archive/source.ts";
import { ArchiveState } from "./archive/state.ts";
import { girder } from "./v1/server.ts";
import { documentation as frontPage } from "./v1/system.ts";
import { fileHost } from "./v2/files.ts";
import { oauth } from "./v2/oauth.ts";
import { django } from "./v2/server.ts";
import { site } from "./v2/web-pages.ts";

/** Somebody who can log in, as tests need to know him. */
export interface SampleUser {
  readonly login: string;
  readonly password: string;
  readonly email: string;
  readonly id: string;
}

/** An archive in a box. */
export interface SampleArchive {
  /** Answers a request to any of its origins; the same function serves both APIs and the files. */
  fetch(request: Request): Promise<Response>;
  readonly origin: string;
  readonly fileOrigin: string;
  /** Base of the v1 (Girder) API: `<origin>/api/v1`. */
  readonly v1Url: string;
  /** Base of the v2 API: `<origin>/api/v2/`. */
  readonly v2Url: string;
  readonly users: readonly SampleUser[];
  /** Everything there is, private images included. */
  readonly images: readonly ImageRecord[];
  readonly datasets: readonly DatasetRecord[];
  readonly studies: readonly StudyRecord[];
  readonly collections: readonly CollectionRecord[];
  /** A v2 token for that login, without the detour over OAuth. @throws RangeError when nobody has that login */
  issueToken(login: string): string;
  /** Ends all sessions of v1 and v2: their tokens are unknown from now on. */
  expireTokens(): void;
  /** Publishes new images behind the last one. @throws RangeError when the content is a folder, which cannot grow */
  grow(count: number): readonly ImageRecord[];
  /** Makes an image private: gone from lists, 404 on v2. @throws RangeError when no image has that name */
  withdraw(name: string): void;
  /**
   * Spoils answers from now on, as `options.faults`; `undefined` ends it.
   *
   * @throws TypeError for an unknown option, RangeError for a rate outside 0 to 1 or an unknown kind
   */
  useFaults(plan: FaultPlan | undefined): void;
  /**
   * Spoils the next answer (or `times`), to requests for which `only` holds.
   *
   * @throws TypeError for an unknown option, RangeError for an unknown kind
   */
  failNext(kind: FaultKind, options?: NextFault): void;
  /** Requests so far, and how many of them met which fault. */
  readonly counts: { readonly requests: number; readonly faults: ReadonlyMap<FaultKind, number> };
  /** Moves the archive to other origins (what `serve` does). */
  moveTo(origin: string, fileOrigin: string): void;
}

/**
 * Makes an archive in memory: both APIs and the file host behind one `fetch` handler, over generated records and
 * drawn photos (or over `options.source`). Nothing is drawn before somebody asks for it.
 *
 * @throws TypeError for an option that does not exist, RangeError for `images` or a fault plan out of their range
 *
 * @example
 * ```ts
 * import { createSampleArchive } from "@isic/sample-archive";
 *
 * const archive = createSampleArchive();
 * const answer = await archive.fetch(new Request(`${archive.v1Url}/image?name=ISIC_0000000`));
 * console.log(await answer.json());
 * ```
 */
export function createSampleArchive(options: SampleArchiveOptions = {}): SampleArchive {
  checkArchiveOptions(options);
  const state = new ArchiveState(options);
  const faults = new Faults(options.faults);
  let requests = 0;
  return {
    fetch: async (request) => {
      requests++;
      request.signal.throwIfAborted();
      const kind = request.method === "OPTIONS" ? undefined : faults.choose(request);
      return kind === undefined ? answer(request, state) : faults.spoil(kind, request, () => answer(request, state));
    },
    get origin() {
      return state.origin;
    },
    get fileOrigin() {
      return state.fileOrigin;
    },
    get v1Url() {
      return `${state.origin}/api/v1`;
    },
    get v2Url() {
      return `${state.origin}/api/v2/`;
    },
    users: state.source.users.map(({ login, password, email, id }) => ({ login, password, email, id })),
    images: state.images,
    datasets: state.datasets,
    studies: state.studies,
    collections: state.collections,
    issueToken: (login) => issueToken(state, login),
    expireTokens: () => {
      state.v1Sessions.clear();
      state.v2Sessions.clear();
    },
    grow: (count) => state.grow(count),
    withdraw: (name) => {
      if (!state.imageByName.has(name)) throw new RangeError(`withdraw: no image is called ${JSON.stringify(name)}`);
      state.withdrawn.add(name);
      state.changed();
    },
    useFaults: (plan) => faults.use(plan),
    failNext: (kind, options = {}) => faults.next(kind, options),
    get counts() {
      return { requests, faults: faults.happened };
    },
    moveTo: (origin, fileOrigin) => {
      state.origin = origin;
      state.fileOrigin = fileOrigin;
    },
  };
}

async function answer(request: Request, state: ArchiveState): Promise<Response> {
  const url = new URL(request.url);
  const tooLong = url.origin === state.fileOrigin ? undefined : longRequestLine(request, url);
  if (tooLong !== undefined) return tooLong;
  if (url.origin === state.fileOrigin) return fileHost(request, url, state);
  if (isDetour(url, state.origin)) return redirect(`${state.origin}${url.pathname}${url.search}`);
  if (url.pathname.startsWith("/api/v2/")) return django(request, url, state);
  if (url.pathname.startsWith("/oauth/")) return oauth(request, url, state);
  if (url.pathname === "/") return frontPage();
  const page = site(request, url, state);
  if (page !== undefined) return page;
  return girder(request, url, state);
}

/** The same place over plain http, or under `www.`. */
function isDetour(url: URL, origin: string): boolean {
  const home = new URL(origin);
  return (
    url.host === `www.${home.host}` ||
    (url.host === home.host && url.protocol === "http:" && home.protocol === "https:")
  );
}

/** The proxy in front sends everybody to the canonical host, credentials or not. */
function redirect(location: string): Response {
  return new Response(null, {
    status: 301,
    headers: { Location: location, "Strict-Transport-Security": "max-age=15552000" },
  });
}

function issueToken(state: ArchiveState, login: string): string {
  const user = state.source.users.find((candidate) => candidate.login === login);
  if (user === undefined) throw new RangeError(`issueToken: nobody is called ${JSON.stringify(login)}`);
  return state.openSession(state.v2Sessions, user.id, state.v2TokenSeconds, 30);
}

/** Bytes of a request line that v1's proxy and v2's server read, without the line's end. */
const LONGEST_LINE = { v1: 20_480, v2: 8192 };

/** What stands in front of the servers says of a request line that is too long, whatever it asks for. */
function longRequestLine(request: Request, url: URL): Response | undefined {
  const length = `${request.method} ${url.pathname}${url.search} HTTP/1.1`.length;
  const isV1 = /^\/api(\/v1)?(\/|$)/.test(url.pathname) && !url.pathname.startsWith("/api/v2");
  if (length <= (isV1 ? LONGEST_LINE.v1 : LONGEST_LINE.v2)) return undefined;
  const title = isV1 ? "414 Request-URI Too Large" : "Bad Request";
  const words = isV1 ? "nginx" : `The request line has ${length} bytes; ${LONGEST_LINE.v2} are read.`;
  const body = `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n<p>${words}</p>\n</body>\n</html>\n`;
  const headers = { "Content-Type": "text/html", "Content-Length": String(body.length), Connection: "close" };
  return new Response(body, { status: isV1 ? 414 : 400, headers });
}
