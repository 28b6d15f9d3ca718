import type { ImageRecord, UserRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { streamOf, type ZipEntry, zipStream } from "../archive/streams.ts";
import { LICENCES } from "../licences/index.ts";
import { hash } from "../world/random.ts";
import { type Context, jsonBody } from "./context.ts";
import { findImages } from "./images.ts";
import { csvRows } from "./metadata-csv.ts";
import { extension, publishedPhoto, trueAttribution } from "./records.ts";
import { invalid, json, notFound, ServerError, text, unauthorized } from "./respond.ts";

const DAY_MS = 86_400_000;
const utf8 = new TextEncoder();

interface Order {
  readonly user: string | null;
  readonly query: string | null;
  readonly collections: readonly number[] | null;
}

/** `POST zip-download/url/`: a bare JSON string; the query is not read yet. */
export async function zipUrl(context: Context): Promise<Response> {
  const body = await jsonBody(context);
  for (const key of Object.keys(body)) {
    if (key !== "query" && key !== "collections") {
      throw invalid(["body", "payload", key], "Extra inputs are not permitted", "extra_forbidden");
    }
  }
  const { query = null, collections = null } = body as { query?: string | null; collections?: unknown };
  const list = typeof collections === "string" ? collections.split(",").map(Number) : (collections as number[] | null);
  const token = sign(context.state, { user: context.user?.id ?? null, query, collections: list });
  return json(200, `${context.state.fileOrigin}/download?zsid=${token}`);
}

/** `{"user":...}` in base64, the second it was made in base 62, a signature. */
function sign(state: ArchiveState, order: Order): string {
  const payload = base64Url(JSON.stringify(order));
  const made = base62(Math.floor(state.now() / 1000));
  return `${payload}:${made}:${signature(`${payload}:${made}`)}`;
}

/** The order behind a token that is ours and not older than a day. */
function readToken(state: ArchiveState, token: string | null): Order | undefined {
  const [payload = "", made = "", given] = (token ?? "").split(":");
  if (given !== signature(`${payload}:${made}`)) return undefined;
  if (state.now() - fromBase62(made) * 1000 > DAY_MS) return undefined;
  const padded = payload.replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(padded), (c) => c.charCodeAt(0)))) as Order;
}

function ordered(context: Context): readonly ImageRecord[] {
  const { state, url } = context;
  const order = readToken(state, url.searchParams.get("token"));
  if (order === undefined) throw unauthorized();
  return imagesOf(state, order);
}

function imagesOf(state: ArchiveState, order: Order): readonly ImageRecord[] {
  const user: UserRecord | undefined = order.user === null ? undefined : state.user(order.user);
  try {
    return findImages({ state, user }, order.query ?? "", order.collections ?? []);
  } catch {
    throw new ServerError("the stored query cannot be read");
  }
}

/** `GET zip-download/file-listing/?token=`: streamed, so without a length. */
export function fileListing(context: Context): Response {
  const { state, url } = context;
  const images = ordered(context);
  const token = url.searchParams.get("token")!;
  // the server does not know that it is asked over https
  const plainOrigin = state.origin.replace(/^https:/, "http:");
  const aside = (name: string) => `${plainOrigin}/api/v2/zip-download/${name}/?token=${encodeURIComponent(token)}`;
  const licences = new Set(images.map((image) => state.datasetOf(image).license));
  const suggestedFilename = images.length === 1 ? `${images[0]!.name}.zip` : "ISIC-images.zip";
  const files = function* () {
    yield `{"suggestedFilename": ${JSON.stringify(suggestedFilename)}, "files": [`;
    const entries = [
      ...images.map((image) => ({ url: `${state.fileOrigin}/images/${zipName(image)}`, zipPath: zipName(image) })),
      { url: aside("metadata-file"), zipPath: "metadata.csv" },
      { url: aside("attribution-file"), zipPath: "attribution.txt" },
      ...[...licences].map((name) => ({
        url: `${plainOrigin}/api/v2/zip-download/license-file/${name}/`,
        zipPath: `licenses/${name}.txt`,
      })),
    ];
    for (const [i, entry] of entries.entries()) yield `${i === 0 ? "" : ", "}${JSON.stringify(entry)}`;
    yield "]}";
  };
  return streamed(files(), "application/json");
}

export function metadataFile(context: Context): Response {
  return streamed(csvRows(context.state, ordered(context)), "text/csv");
}

/** `GET zip-download/attribution-file/`: most frequent first, "Anonymous" last. */
export function attributionFile(context: Context): Response {
  return text(200, attributions(context.state, ordered(context)), "text/plain");
}

function attributions(state: ArchiveState, images: readonly ImageRecord[]): string {
  const counts = new Map<string, number>();
  for (const image of images) {
    const line = trueAttribution(state, image);
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const rank = ([line, count]: readonly [string, number]) => (line === "Anonymous" ? -1 : count);
  return [...counts]
    .sort((a, b) => rank(b) - rank(a))
    .map(([line]) => line)
    .join("\n\n");
}

export function licenceFile({ path }: Context): Response {
  const licence = LICENCES[path[2]!];
  if (licence === undefined) throw notFound();
  return text(200, licence, "text/plain");
}

/** The ZIP service: no length, no ranges, and a file that it cannot get becomes an empty one. */
export function zipService(url: URL, state: ArchiveState): Response {
  const cors = { "Access-Control-Allow-Origin": "*" };
  const order = readToken(state, url.searchParams.get("zsid"));
  let images: readonly ImageRecord[] | undefined;
  try {
    images = order === undefined ? undefined : imagesOf(state, order);
  } catch {
    images = undefined;
  }
  if (images === undefined) {
    return new Response(JSON.stringify({ status: "error", error: "file not found" }), {
      status: 404,
      headers: { "Content-Type": "application/json", ...cors },
    });
  }
  const name = images.length === 1 ? `${images[0]!.name}.zip` : "ISIC-images.zip";
  const headers = {
    "Content-Type": "application/zip",
    "Content-Disposition": `attachment; filename="${name}"`,
    ...cors,
  };
  return new Response(zipStream(zipEntries(state, images)), { headers });
}

async function* zipEntries(state: ArchiveState, images: readonly ImageRecord[]): AsyncGenerator<ZipEntry> {
  for (const image of images) {
    yield { name: zipName(image), bytes: (await publishedPhoto(state, image)) ?? new Uint8Array(0) };
  }
  yield { name: "metadata.csv", bytes: utf8.encode([...csvRows(state, images)].join("")) };
  yield { name: "attribution.txt", bytes: utf8.encode(attributions(state, images)) };
  for (const licence of new Set(images.map((image) => state.datasetOf(image).license))) {
    yield { name: `licenses/${licence}.txt`, bytes: utf8.encode(LICENCES[licence]!) };
  }
}

function zipName(image: ImageRecord): string {
  return `${image.name}.${extension(image)}`;
}

/** So many lines or entries go out together. */
const TOGETHER = 100;

function streamed(parts: Iterable<string>, type: string): Response {
  async function* chunks() {
    let batch: string[] = [];
    for (const part of parts) {
      if (batch.push(part) < TOGETHER) continue;
      yield utf8.encode(batch.join(""));
      batch = [];
    }
    yield utf8.encode(batch.join(""));
  }
  return new Response(streamOf(chunks()), { headers: { "Content-Type": type, Vary: "Accept-Encoding, origin" } });
}

function signature(content: string): string {
  const parts = [1, 2, 3, 4, 5, 6].map((n) => hash(`sample archive/${n}/${content}`).toString(36).padStart(7, "0"));
  return parts.join("").slice(0, 43);
}

function base64Url(value: string): string {
  const units = String.fromCharCode(...utf8.encode(value));
  return btoa(units).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function base62(value: number): string {
  return value === 0 ? "" : base62(Math.floor(value / 62)) + DIGITS[value % 62];
}

function fromBase62(value: string): number {
  return [...value].reduce((sum, digit) => sum * 62 + DIGITS.indexOf(digit), 0);
}
