import { dumps } from "../archive/python-text.ts";

const SECURITY: { readonly [name: string]: string } = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "X-Frame-Options": "DENY",
};

/** An answer of v2 that is not 200. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    super(`${status}`);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
  }
}

/** What the real code does not catch: a page that says 500. */
export class ServerError extends Error {}

export function unauthorized(): ApiError {
  return new ApiError(401, { detail: "Unauthorized" });
}

export function notFound(): ApiError {
  return new ApiError(404, { detail: "Not Found" });
}

/** One complaint of the parameter checks. */
export function invalid(
  loc: readonly (string | number)[],
  msg: string,
  type?: string,
  ctx?: { readonly [key: string]: unknown },
): ApiError {
  const complaint = {
    ...(type === undefined ? undefined : { type }),
    loc,
    msg,
    ...(ctx === undefined ? undefined : { ctx }),
  };
  return new ApiError(422, { detail: [complaint] });
}

/** `Value error, ...`: what a check written by hand raises. */
export function valueError(loc: readonly (string | number)[], error: string): ApiError {
  return invalid(loc, `Value error, ${error}`, "value_error", { error });
}

const utf8 = new TextEncoder();
/** Answers from this many bytes on may be compressed on their way. */
const COMPRESSIBLE = 200;

export function json(status: number, value: unknown): Response {
  return text(status, dumps(value, "as given"), "application/json; charset=utf-8");
}

export function text(
  status: number,
  body: string,
  type: string,
  extra: { readonly [name: string]: string } = {},
): Response {
  const bytes = utf8.encode(body);
  const vary = bytes.length >= COMPRESSIBLE ? "Cookie, Accept-Encoding, origin" : "Cookie, origin";
  const headers = { "Content-Type": type, "Content-Length": String(bytes.length), Vary: vary, ...SECURITY, ...extra };
  return new Response(bytes, { status, headers });
}

export function html(status: number, title: string, words: string): Response {
  const body = `\n<!doctype html>\n<html lang="en">\n<head>\n  <title>${title}</title>\n</head>\n<body>\n  <h1>${title}</h1><p>${words}</p>\n</body>\n</html>\n`;
  return text(status, body, "text/html; charset=utf-8");
}

export function serverError(): Response {
  return html(500, "Server Error (500)", "");
}

export function pageNotFound(): Response {
  const answer = html(404, "Not Found", "The requested resource was not found on this server.");
  answer.headers.set("Vary", "origin");
  return answer;
}

export function methodNotAllowed(request: Request, allow: string): Response {
  const answer = text(405, request.method === "HEAD" ? "" : "Method not allowed", "text/html; charset=utf-8", {
    Allow: allow,
  });
  answer.headers.set("Vary", "origin");
  return answer;
}

/** Every method is sent to the address with a slash; a POST arrives there as a GET. */
export function addSlash(url: URL): Response {
  return text(301, "", "text/html; charset=utf-8", { Location: `${url.pathname}/${url.search}`, Vary: "origin" });
}

const PREFLIGHT_HEADERS = ["accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"];

/** Preflights get one fixed answer: a header that is not on the list makes the browser give up. */
export function preflight(): Response {
  return text(200, "", "text/html; charset=utf-8", {
    Vary: "origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": PREFLIGHT_HEADERS.join(", "),
    "Access-Control-Allow-Methods": "DELETE, GET, OPTIONS, PATCH, POST, PUT",
    "Access-Control-Max-Age": "86400",
  });
}
