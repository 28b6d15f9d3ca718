import { dumps } from "../archive/python-text.ts";
import type { Bytes } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";

const ALLOW = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
const utf8 = new TextEncoder();

/** Headers that every answer of v1 carries. No validators, no caching, no total count: there never were any. */
function girderHeaders(extra: { readonly [name: string]: string } = {}): Headers {
  return new Headers({
    Server: "Girder 3.0.3",
    Allow: ALLOW,
    "Girder-Request-Uid": crypto.randomUUID(),
    ...extra,
  });
}

/** JSON, or the same as a web page when the browser asked for one. */
export function jsonAnswer(request: Request, status: number, value: unknown): Response {
  return textAnswer(request, status, dumps(value, "sorted"));
}

/** JSON that is already text. */
export function textAnswer(request: Request, status: number, json: string): Response {
  const accept = request.headers.get("accept") ?? "";
  const page = accept.includes("text/html") && !accept.trim().startsWith("application/json");
  const body = page ? asPage(json) : json;
  const type = page ? "text/html;charset=utf-8" : "application/json";
  return bytesAnswer(utf8.encode(body), type, {}, status);
}

export function bytesAnswer(
  bytes: Bytes,
  type: string,
  extra: { readonly [name: string]: string } = {},
  status = 200,
): Response {
  const headers = girderHeaders({ "Content-Type": type, "Content-Length": String(bytes.length), ...extra });
  return new Response(bytes, { status, headers });
}

/** A file as the archive sends it: it claims to accept ranges, and ignores them. */
export function fileAnswer(bytes: Bytes, type: string, disposition: string, ranges = true): Response {
  return bytesAnswer(bytes, type, {
    "Content-Disposition": disposition,
    ...(ranges ? { "Accept-Ranges": "bytes" } : undefined),
  });
}

/** A name that may stand between quotes in a header, whatever a folder calls it. */
export function headerText(name: string): string {
  return name.replace(/[^\x20-\x7e]|["\\]/g, "_");
}

/** A body of unknown length: the end of the connection is the end of the file, so a cut cannot be seen. */
export function streamAnswer(body: ReadableStream<Bytes>, type: string, disposition: string): Response {
  const headers = girderHeaders({ "Content-Type": type, "Content-Disposition": disposition, Connection: "close" });
  return new Response(body, { headers });
}

/** The page for a resource that does not exist, padded so that old browsers show it. */
export function htmlNotFound(): Response {
  const text =
    "<h2>404 Not Found</h2>\n<p>Nothing matches the given URI</p>\n" +
    '<p><i>Powered by <a href="https://girder.readthedocs.io">Girder</a></i></p>\n';
  const body = utf8.encode(text.padEnd(513, " "));
  return new Response(body, {
    status: 404,
    headers: {
      "Content-Type": "text/html",
      "Content-Length": String(body.length),
      Server: "Girder 3.0.3",
      Allow: "DELETE, GET, HEAD, PATCH, POST, PUT",
    },
  });
}

/** HTML under a JSON type: what comes of a feature name where a status should be. */
export function malformedStatus(): Response {
  const text =
    "<h2>500 Internal Server Error</h2>\n<p>Illegal response status from server ('featureId' is non-numeric).</p>\n" +
    '<p><i>Powered by <a href="https://girder.readthedocs.io">Girder</a></i></p>\n';
  return bytesAnswer(utf8.encode(text), "application/json", {}, 500);
}

export function internalError(request: Request): Response {
  const uid = crypto.randomUUID();
  const body = { message: "An unexpected error occurred on the server.", type: "internal", uid };
  const answer = jsonAnswer(request, 500, body);
  answer.headers.set("Girder-Request-Uid", uid);
  return answer;
}

/** 307 to a place of the web page, with the few words that come with it. */
export function redirectAnswer(status: 303 | 307, location: string): Response {
  const words = status === 303 ? "can be found at" : "has moved temporarily to";
  const html = `This resource ${words} <a href="${location}">${location}</a>.`;
  return bytesAnswer(utf8.encode(html), "text/html;charset=utf-8", { Location: location }, status);
}

function asPage(json: string): string {
  const indented = JSON.stringify(JSON.parse(json), null, 4);
  const escaped = indented
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll(" ", "&nbsp;")
    .replaceAll("\n", "<br />");
  return `<div style="font-family:monospace;">${escaped}</div>`;
}

/** The archive named three origins; no other page could ever read it. */
const ORIGINS = ["https://dermannotator.org", "https://www.isic-archive.com", "http://display.isic-archive.com"];
const REQUEST_HEADERS =
  "Accept-Encoding, Authorization, Content-Disposition, Content-Type, Cookie, Girder-Authorization, Girder-OTP, Girder-Token";

/** CORS headers, given only to requests with an `Origin`; a stranger's origin is not echoed. */
export function corsHeaders(request: Request, state: ArchiveState): readonly (readonly [string, string])[] {
  const origin = request.headers.get("origin");
  if (origin === null) return [];
  const allowed = (state.quirks.v1Origins ?? ORIGINS).includes(origin);
  return [
    ["Access-Control-Allow-Credentials", "true"],
    ["Access-Control-Expose-Headers", "Girder-Total-Count"],
    ...(allowed ? ([["Access-Control-Allow-Origin", origin]] as const) : []),
  ];
}

export function preflight(request: Request, state: ArchiveState): Response {
  const headers = girderHeaders({
    "Content-Type": "text/html;charset=utf-8",
    "Content-Length": "0",
    "Access-Control-Allow-Methods": "HEAD, GET, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": REQUEST_HEADERS,
  });
  for (const [name, value] of corsHeaders(request, state)) headers.set(name, value);
  return new Response(null, { status: 200, headers });
}
