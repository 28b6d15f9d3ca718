import { discard } from "./body.ts";
import { type Dialect, readRefusal } from "./error-answer.ts";
import { type ApiError, CorsError, isApiError, NetworkError, RedirectError, TimeoutError } from "./errors.ts";
import { maskedHeaders, maskedUrl, type RequestEvent, type ResponseEvent } from "./masking.ts";
import type { Fetch } from "./options.ts";
import type { Try } from "./scope.ts";
import { isAllowed } from "./urls.ts";

export interface Wire {
  readonly fetch: Fetch;
  readonly responseMs: number;
  readonly stallMs: number;
  readonly allowHttp: readonly string[];
  readonly onRequest: ((event: RequestEvent) => void) | undefined;
  readonly onResponse: ((event: ResponseEvent) => void) | undefined;
  readonly dialect: Dialect;
  /** Counts requests, for the hooks. */
  count: number;
  /** Origins that have let this page read an answer; a failure there is not CORS. */
  readonly readable: Set<string>;
}

const MAX_REDIRECTS = 5;
const SECRET_HEADERS = ["authorization", "girder-token", "girder-authorization", "girder-otp"];

/** A success answer with its body unread, and where it came from in the end. */
export interface Answer {
  readonly response: Response;
  readonly url: string;
}

/** One try of one request: sends it and follows redirects. All but a success is thrown as a typed error. */
export async function exchange(wire: Wire, request: Request, attempt: Try, number: number): Promise<Answer> {
  const loggedIn = carriesSecrets(request);
  let current = request;
  for (let hops = 0; ; hops += 1) {
    const response = await hop(wire, current, attempt, number);
    if (response.type === "opaqueredirect") {
      current = followedByPlatform(current, attempt);
      continue;
    }
    if (response.status >= 300 && response.status < 400 && response.headers.has("location")) {
      discard(response);
      if (hops === MAX_REDIRECTS)
        throw new RedirectError(`more than ${MAX_REDIRECTS} in a row`, "", attempt.scope.where);
      current = redirected(wire, current, response, attempt);
      continue;
    }
    if (response.ok) return { response, url: response.url === "" ? current.url : response.url };
    throw wire.dialect(await readRefusal(response, attempt, wire.stallMs), loggedIn);
  }
}

function carriesSecrets(request: Request): boolean {
  return SECRET_HEADERS.some((name) => request.headers.has(name));
}

/** Sends one request and waits for its headers. */
async function hop(wire: Wire, request: Request, attempt: Try, number: number): Promise<Response> {
  const event = announce(wire, request, number);
  const started = performance.now();
  const timer = setTimeout(() => {
    attempt.giveUp(new TimeoutError("response", wire.responseMs, attempt.scope.where));
  }, wire.responseMs);
  try {
    const answer = wire.fetch(request);
    answer.then(
      (late) => attempt.reason !== undefined && discard(late),
      () => undefined,
    );
    const response = await attempt.race(answer);
    wire.readable.add(originOf(request.url));
    if (event !== undefined) report(wire, event, started, response);
    return response;
  } catch (error) {
    const failure = attempt.reason ?? (await networkFailure(wire, request, error, attempt, number));
    if (event !== undefined) report(wire, event, started, failure);
    throw failure;
  } finally {
    clearTimeout(timer);
  }
}

/** Of an address that a Request has made regular: everything before the path. */
function originOf(url: string): string {
  return url.slice(0, url.indexOf("/", url.indexOf("//") + 2));
}

function announce(wire: Wire, request: Request, attempt: number): RequestEvent | undefined {
  if (wire.onRequest === undefined && wire.onResponse === undefined) return undefined;
  wire.count += 1;
  const event: RequestEvent = {
    id: wire.count,
    method: request.method,
    url: maskedUrl(request.url),
    headers: maskedHeaders(request.headers),
    attempt,
  };
  wire.onRequest?.(event);
  return event;
}

function report(wire: Wire, event: RequestEvent, started: number, outcome: Response | ApiError): void {
  const durationMs = performance.now() - started;
  if (outcome instanceof Error) {
    wire.onResponse?.({ ...event, status: 0, responseHeaders: {}, durationMs, error: outcome.message });
  } else {
    const responseHeaders = maskedHeaders(outcome.headers);
    wire.onResponse?.({ ...event, status: outcome.status, responseHeaders, durationMs });
  }
}

/** What a rejected `fetch` means. Errors of the caller's own handler that are not about the network pass as they are. */
async function networkFailure(wire: Wire, request: Request, error: unknown, attempt: Try, number: number) {
  if (isApiError(error)) return error;
  const { where } = attempt.scope;
  if (number > 0 && (await isBlockedByCors(wire, request, attempt))) {
    return new CorsError(new URL(request.url).origin, where, { cause: error });
  }
  return new NetworkError(`no answer from ${new URL(request.url).host}`, where, { cause: error });
}

/**
 * A page learns only "TypeError". If the origin is another one, never let us read anything, and yet answers a
 * request whose answer nobody may read, then it is CORS. Asked from the second failure on: the first may be an accident.
 */
async function isBlockedByCors(wire: Wire, request: Request, attempt: Try): Promise<boolean> {
  const { origin } = new URL(request.url);
  const page = (globalThis as { readonly location?: { readonly origin?: string } }).location?.origin;
  if (page === undefined || page === "null" || page === origin || wire.readable.has(origin)) return false;
  try {
    const probe = new Request(request.url, {
      method: "HEAD",
      mode: "no-cors",
      credentials: "omit",
      signal: attempt.signal,
    });
    discard(await wire.fetch(probe));
    return true;
  } catch {
    return false;
  }
}

/** A browser hides where a redirect goes, so with credentials on board it is not followed. */
function followedByPlatform(request: Request, attempt: Try): Request {
  if (carriesSecrets(request) || request.method !== "GET") {
    const why = "it would carry credentials or a body to a place this page cannot see";
    throw new RedirectError(why, "", attempt.scope.where);
  }
  return new Request(request, { redirect: "follow", signal: attempt.signal });
}

/** The next request by hand: Node's own fetch would forward `Girder-Token` to any origin. */
function redirected(wire: Wire, request: Request, response: Response, attempt: Try): Request {
  const { where } = attempt.scope;
  const from = new URL(request.url);
  const location = response.headers.get("location") ?? "";
  if (!URL.canParse(location, from)) throw new RedirectError("its address is no URL", location, where);
  const to = new URL(location, from);
  const shown = `${to.origin}${to.pathname}`;
  if (!isAllowed(to, wire.allowHttp)) throw new RedirectError("plain http is not allowed there", shown, where);
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") {
    throw new RedirectError(`a ${method} is not repeated elsewhere`, shown, where);
  }
  const headers = new Headers(request.headers);
  if (to.origin !== from.origin) for (const name of SECRET_HEADERS) headers.delete(name);
  return new Request(to, { method, headers, redirect: "manual", credentials: "omit", signal: attempt.signal });
}
