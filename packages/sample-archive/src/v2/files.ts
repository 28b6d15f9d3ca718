import type { Bytes, ImageRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { withSegments } from "../photo/jpeg-segments.ts";
import { hash } from "../world/random.ts";
import { credited, extension, publishedPhoto, THUMBNAIL, thumbnailSize } from "./records.ts";
import { signatureHolds } from "./signed-url.ts";
import { snapshot } from "./snapshot.ts";
import { isPublic } from "./visible.ts";
import { zipService } from "./zip-download.ts";

/** Answers one request to the file host: a bucket of plain keys, and a signed corner of it. */
export async function fileHost(request: Request, url: URL, state: ArchiveState): Promise<Response> {
  if (url.pathname === "/download" && request.method === "GET") return zipService(url, state);
  const cors = state.quirks.fileCors !== false && request.headers.has("origin");
  const answer = await serveFile(request, url, state);
  if (cors) {
    answer.headers.set("Access-Control-Allow-Origin", "*");
    answer.headers.set("Access-Control-Expose-Headers", "ETag, Content-Range, Accept-Ranges");
  }
  return request.method === "HEAD" ? new Response(null, answer) : answer;
}

async function serveFile(request: Request, url: URL, state: ArchiveState): Promise<Response> {
  if (request.method === "OPTIONS") return preflight(request, state);
  if (request.method !== "GET" && request.method !== "HEAD")
    return xml(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
  const { key, signed } = readKey(url);
  if (signed !== undefined && !signatureHolds(url, state)) return xml(403, "AccessDenied", "Access denied");
  const file = await lookUp(key, signed !== undefined, state).catch(() => "broken" as const);
  if (file === "broken") return xml(500, "InternalError", "We encountered an internal error. Please try again.");
  if (file === undefined) {
    return (state.quirks.missingFile ?? (state.source.partial === true ? 404 : 403)) === 404
      ? xml(404, "NoSuchKey", "The specified key does not exist.")
      : xml(403, "AccessDenied", "Access Denied");
  }
  return respond(request, file);
}

function preflight(request: Request, state: ArchiveState): Response {
  if (state.quirks.fileCors === false)
    return xml(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.");
  return new Response(null, {
    status: 200,
    headers: {
      "Access-Control-Allow-Methods": "GET, HEAD",
      "Access-Control-Allow-Headers": request.headers.get("access-control-request-headers") ?? "",
      "Access-Control-Max-Age": "3000",
    },
  });
}

function readKey(url: URL): { readonly key: string; readonly signed: string | undefined } {
  const match = /^\/private(\/.*)$/.exec(url.pathname);
  return match === null ? { key: url.pathname, signed: undefined } : { key: match[1]!, signed: url.pathname };
}

interface StoredFile {
  readonly bytes: Bytes;
  readonly type: string;
  readonly name: string;
  readonly modified: number;
}

const SNAPSHOT = "ISIC_metadata.parquet";

async function lookUp(key: string, signed: boolean, state: ArchiveState): Promise<StoredFile | undefined> {
  if (key === `/snapshots/${SNAPSHOT}` && !signed) {
    const { bytes, takenAt } = await snapshot(state);
    return { bytes, name: SNAPSHOT, type: "binary/octet-stream", modified: takenAt };
  }
  const match = /^\/(?:images\/(ISIC_\d{7})\.(jpg|png|tif)|thumbnails\/(ISIC_\d{7})_thumbnail\.jpg)$/.exec(key);
  const image = match === null ? undefined : state.imageByName.get(match[1] ?? match[3]!);
  if (match === null || image === undefined || isPublic(state, image) === signed) return undefined;
  const name = key.slice(key.lastIndexOf("/") + 1);
  const bytes = match[1] === undefined ? await thumbnail(state, image) : await original(state, image, match[2]!);
  if (bytes === undefined) return undefined;
  return { bytes, name, type: match[1] === undefined ? "image/jpeg" : image.mimeType, modified: image.published };
}

async function thumbnail(state: ArchiveState, image: ImageRecord): Promise<Bytes | undefined> {
  const bytes = await state.source.thumbnail(image, THUMBNAIL, THUMBNAIL);
  return bytes && credited(state, image, withSegments(bytes, { comment: image.name, atLeast: thumbnailSize(image) }));
}

async function original(state: ArchiveState, image: ImageRecord, given: string): Promise<Bytes | undefined> {
  return given === extension(image) ? publishedPhoto(state, image) : undefined;
}

function respond(request: Request, { bytes, type, name, modified }: StoredFile): Response {
  const etag = `"${hash(`${name}/${bytes.length}`).toString(16).padStart(8, "0").repeat(4)}"`;
  const headers = {
    "Content-Type": type,
    "Content-Disposition": `attachment; filename="${name}"`,
    "Accept-Ranges": "bytes",
    ETag: etag,
    "Last-Modified": new Date(modified).toUTCString(),
    Server: "AmazonS3",
  };
  if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304, headers });
  const range = readRange(request, etag, bytes.length);
  if (range === "unsatisfiable") {
    const answer = xml(416, "InvalidRange", "The requested range is not satisfiable");
    answer.headers.set("Content-Range", `bytes */${bytes.length}`);
    return answer;
  }
  if (range === undefined)
    return new Response(bytes, { headers: { ...headers, "Content-Length": String(bytes.length) } });
  const [start, end] = range;
  return new Response(bytes.slice(start, end), {
    status: 206,
    headers: {
      ...headers,
      "Content-Length": String(end - start),
      "Content-Range": `bytes ${start}-${end - 1}/${bytes.length}`,
    },
  });
}

/** One range; several, or one for another version (`If-Range`), mean the whole file. */
function readRange(
  request: Request,
  etag: string,
  size: number,
): readonly [number, number] | "unsatisfiable" | undefined {
  const given = request.headers.get("if-range");
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("range") ?? "");
  if (match === null || (given !== null && given !== etag)) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  return start >= size || start >= end ? "unsatisfiable" : [start, end];
}

function xml(status: number, code: string, message: string): Response {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return new Response(body, { status, headers: { "Content-Type": "application/xml", Server: "AmazonS3" } });
}
