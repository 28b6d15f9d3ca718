const brand: unique symbol = Symbol.for("isic.error");

/** What every error of this package knows about the call that failed. */
export interface Where {
  /** Method and path without query or secrets: `GET images/search/`. */
  readonly endpoint: string;
}

/**
 * The family of everything this package throws about a server, a network or an answer.
 *
 * `retryable` says whether the same call may well succeed later; the client has then already tried more than once.
 */
export abstract class ApiError extends Error {
  readonly [brand] = true;
  /** The class name; unlike `instanceof` it survives duplicate installs. */
  abstract readonly tag: string;
  readonly endpoint: string;
  readonly retryable: boolean;

  constructor(message: string, where: Where, retryable: boolean, options?: ErrorOptions) {
    super(message, options);
    this.endpoint = where.endpoint;
    this.retryable = retryable;
  }

  override get name(): string {
    return this.tag;
  }
}

/** What a server said when it refused. */
export interface Refusal extends Where {
  readonly status: number;
  /** The server's own words, at most 500 characters, or the title of its error page. */
  readonly serverMessage: string;
  /** How long the server asked to wait (`Retry-After`), in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The parsed JSON error body, when there was one. */
  readonly body?: unknown;
}

function sentence(refusal: Refusal, advice: string): string {
  const said = refusal.serverMessage === "" ? "" : `: ${JSON.stringify(refusal.serverMessage)}`;
  return `${refusal.endpoint} answered ${refusal.status}${said}. ${advice}`;
}

/** Statuses after which the same request may succeed. Not 500: see {@link HttpError}. */
const PASSING = [408, 425, 429, 502, 503, 504];

/**
 * The server answered with an error status that has no class of its own here.
 * Below 500 the request itself has to change; 429 and 502 to 504 were retried and may pass later. Both servers have
 * requests that fail with a 500 for ever: one was asked again once, and is not `retryable` any more.
 */
export class HttpError extends ApiError implements Refusal {
  readonly tag: "HttpError" | "HttpNotFoundError" = "HttpError";
  readonly status: number;
  readonly serverMessage: string;
  readonly retryAfterMs: number | undefined;
  readonly body: unknown;

  constructor(refusal: Refusal, advice?: string, options?: ErrorOptions) {
    const retryable = PASSING.includes(refusal.status);
    super(sentence(refusal, advice ?? adviceFor(refusal.status)), refusal, retryable, options);
    this.status = refusal.status;
    this.serverMessage = refusal.serverMessage;
    this.retryAfterMs = refusal.retryAfterMs;
    this.body = refusal.body;
  }
}

function adviceFor(status: number): string {
  if (status === 429) return "The server asks to go slower: wait, or lower `concurrency`.";
  if (status === 500) return "The server failed on this very request: change it, or report it to the archive.";
  if (status > 500) return "The server is overloaded or down: try again later.";
  if (status === 409) return "The object is locked or changing: look at it before trying again.";
  return "Change the request: the server will not accept it as it is.";
}

/**
 * There is no such object, or this account may not see it (the archive does not tell which), or it is gone
 * (410: a failed segmentation has no mask). Check the id, or log in.
 */
export class HttpNotFoundError extends HttpError {
  override readonly tag = "HttpNotFoundError";

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(refusal, notFoundAdvice(refusal), options);
  }
}

function notFoundAdvice({ status, body }: Refusal): string {
  if (status === 410) return "It will not come back.";
  // Both servers say in JSON that an object is not there, and with a page that they know no such address.
  if (body === undefined) return "There is no such address on this server: check the base URL, and the id.";
  return "Check the id, or log in if it is not public.";
}

/** Why a login or a permission was refused. */
export type AuthReason =
  /** Nobody is logged in and the endpoint wants somebody. */
  | "login-required"
  /** Logged in, but without the right to do this. */
  | "forbidden"
  /** Name, password or code were not accepted. */
  | "login-failed"
  /** The token is expired, revoked or unknown; the server would silently answer as to a guest. */
  | "expired";

const AUTH_ADVICE: Record<AuthReason, string> = {
  "login-required": "Log in first.",
  forbidden: "This account lacks the permission; ask its owner for access.",
  "login-failed": "Check name and password.",
  expired: "The session is no longer valid: log in again.",
};

/** The caller is not who the endpoint needs. `reason` says what to do: log in, log in again, or ask for access. */
export class AuthError extends ApiError {
  readonly tag = "AuthError";
  readonly reason: AuthReason;
  /** The HTTP status; undefined when the server never refused but a check found the session dead. */
  readonly status: number | undefined;
  readonly serverMessage: string;

  constructor(reason: AuthReason, refusal: Where & Partial<Refusal>, options?: ErrorOptions) {
    const { status, serverMessage = "" } = refusal;
    const message =
      status === undefined
        ? `${refusal.endpoint}: ${AUTH_ADVICE[reason]}`
        : sentence({ ...refusal, status, serverMessage }, AUTH_ADVICE[reason]);
    super(message, refusal, false, options);
    this.reason = reason;
    this.status = status;
    this.serverMessage = serverMessage;
  }
}

/** What is wrong with the connection. */
export type NetworkProblem =
  /** No answer, or one that was cut off; it was tried again, and may pass later. */
  | "interrupted"
  /** The name cannot be looked up at the moment. */
  | "name-server"
  /** The certificate is self-signed, expired, of another host, or of an authority that this machine does not know. */
  | "certificate"
  /** There is no such host. */
  | "unknown-host"
  /** Nobody listens at this port. */
  | "refused"
  /** The server does not speak what the address says: https at an http port, or no HTTP at all. */
  | "protocol"
  /** The proxy refuses. */
  | "proxy";

/**
 * No answer, or an answer cut off. `problem` says why; what will not pass by itself is not `retryable`, and is not
 * tried again. The cause has the platform's error.
 */
export class NetworkError extends ApiError {
  readonly tag = "NetworkError";
  readonly problem: NetworkProblem;

  constructor(what: string, where: Where, options?: ErrorOptions, problem: NetworkProblem = "interrupted") {
    const passes = problem === "interrupted" || problem === "name-server";
    const advice = problem === "interrupted" ? " Check the connection and the base URL." : "";
    super(`${where.endpoint}: ${what}.${advice}`, where, passes, options);
    this.problem = problem;
  }
}

/**
 * A browser refused to hand over the answer of another origin, although that origin is reachable
 * (a request without CORS went through). Pass `proxy`, or ask the server's owner to allow this page's origin.
 */
export class CorsError extends ApiError {
  readonly tag = "CorsError";
  /** The origin that does not allow this page. */
  readonly origin: string;

  constructor(origin: string, where: Where, options?: ErrorOptions) {
    super(
      `${where.endpoint}: ${origin} does not allow this page to read it (CORS). Pass \`proxy\`.`,
      where,
      false,
      options,
    );
    this.origin = origin;
  }
}

/** `response`: no headers in time; `stall`: a body stopped flowing; `budget`: all attempts together took too long. */
export type TimeoutPhase = "response" | "stall" | "budget";

/** The server was too slow; `phase` says which limit of `timeouts` or `retry` was hit. */
export class TimeoutError extends ApiError {
  readonly tag = "TimeoutError";
  readonly phase: TimeoutPhase;
  /** The limit, in milliseconds. */
  readonly limitMs: number;

  constructor(phase: TimeoutPhase, limitMs: number, where: Where, options?: ErrorOptions) {
    const what = { response: "no answer", stall: "the answer stopped flowing", budget: "no success" }[phase];
    super(`${where.endpoint}: ${what} within ${limitMs} ms. Try later, or raise the limit.`, where, true, options);
    this.phase = phase;
    this.limitMs = limitMs;
  }
}

/** The caller's `signal` was aborted; `cause` is its reason. */
export class AbortError extends ApiError {
  readonly tag = "AbortError";

  constructor(where: Where, reason: unknown) {
    super(`${where.endpoint}: stopped by the caller's signal.`, where, false, { cause: reason });
  }
}

/** What was wrong with a body: its kind, its length, its JSON, or that it passes one of the client's `limits`. */
export type ContentProblem = "kind" | "length" | "json" | "limit";

/**
 * A success status with a body that cannot be it: an HTML page where an image or JSON is due, fewer or more bytes
 * than announced, JSON that ends in the middle. Nothing of it was handed on as data.
 */
export class ContentError extends ApiError {
  readonly tag = "ContentError";
  readonly problem: ContentProblem;
  /** The Content-Type of the answer, without parameters. */
  readonly contentType: string;

  constructor(problem: ContentProblem, what: string, contentType: string, where: Where, options?: ErrorOptions) {
    super(`${where.endpoint}: ${what}. The answer was not used.`, where, problem !== "limit", options);
    this.problem = problem;
    this.contentType = contentType;
  }
}

/**
 * The server's JSON does not have the shape this client knows. The archive has changed, or the client is wrong:
 * report it, and meanwhile pass `validation: "warn"` to get the raw record with a warning.
 */
export class ValidationError extends ApiError {
  readonly tag = "ValidationError";
  /** Where in the answer: `results[3].metadata.clinical.sex`. */
  readonly path: string;
  /** The value found there, as JSON, at most 200 characters. */
  readonly excerpt: string;

  constructor(path: string, excerpt: string, problem: string, where: Where, options?: ErrorOptions) {
    const at = path === "" ? "the answer" : path;
    super(`${where.endpoint}: ${at} is not as expected (${problem}), got ${excerpt}.`, where, false, options);
    this.path = path;
    this.excerpt = excerpt;
  }
}

/** A redirect that is not followed: to plain http, in circles, or, in a browser, with credentials on board. */
export class RedirectError extends ApiError {
  readonly tag = "RedirectError";
  /** Where it pointed to, without its query; empty in a browser, which does not tell. */
  readonly location: string;

  constructor(why: string, location: string, where: Where) {
    const to = location === "" ? "" : ` to ${location}`;
    super(`${where.endpoint}: the redirect${to} was not followed: ${why}.`, where, false);
    this.location = location;
  }
}

/**
 * `repeats`: the server sends the same records again; `endless`: it sends more than there can be; `elsewhere`: the next page
 * is on another server.
 */
export type PagingProblem = "repeats" | "endless" | "elsewhere" | "no-count";

/**
 * A list that cannot be walked to its end, or not be counted. Lists of images go on with the ZIP listing where the
 * server repeats itself, so that this comes only where the server has none.
 */
export class PagingError extends ApiError {
  readonly tag = "PagingError";
  readonly problem: PagingProblem;

  constructor(problem: PagingProblem, why: string, where: Where, options?: ErrorOptions) {
    super(`${where.endpoint}: the list cannot be walked on: ${why}.`, where, false, options);
    this.problem = problem;
  }
}

/** The classes by their tags, for {@link isApiError}. */
export interface ApiErrors {
  HttpError: HttpError;
  HttpNotFoundError: HttpNotFoundError;
  AuthError: AuthError;
  NetworkError: NetworkError;
  CorsError: CorsError;
  TimeoutError: TimeoutError;
  AbortError: AbortError;
  ContentError: ContentError;
  ValidationError: ValidationError;
  RedirectError: RedirectError;
  PagingError: PagingError;
}

/**
 * Is this an error of this package (of any copy of it), and one of these classes if any are named?
 *
 * @example
 * ```ts
 * import { isApiError } from "@isic/api-client";
 * import { createV2Client } from "@isic/api-client/v2";
 *
 * const api = createV2Client({ fetch: async () => Response.json({ detail: "Not Found" }, { status: 404 }) });
 * const image = await api.images.get("ISIC_9999999").catch((error) => {
 *   if (isApiError(error, "HttpNotFoundError")) return undefined;
 *   throw error;
 * });
 * ```
 */
export function isApiError<Tag extends keyof ApiErrors = keyof ApiErrors>(
  error: unknown,
  ...tags: readonly Tag[]
): error is ApiErrors[Tag] {
  if (typeof error !== "object" || error === null || !(brand in error)) return false;
  const { tag, endpoint } = error as { tag?: unknown; endpoint?: unknown };
  if (typeof tag !== "string" || typeof endpoint !== "string") return false;
  return tags.length === 0 || (tags as readonly string[]).includes(tag);
}
