import type { ArchiveState } from "../state.ts";
import { girderHeaders } from "./respond.ts";

/** The archive named three origins; no other page could ever read it. */
const ORIGINS = ["https://dermannotator.org", "https://www.isic-archive.com", "http://display.isic-archive.com"];
const HEADERS =
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
    "Access-Control-Allow-Headers": HEADERS,
  });
  for (const [name, value] of corsHeaders(request, state)) headers.set(name, value);
  return new Response(null, { status: 200, headers });
}
