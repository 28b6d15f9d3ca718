import { createHash, type Hash } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { NotAnImageError } from "./errors.ts";
import { describeBytes, imageKind } from "./image-kind.ts";
import type { IncomingFile } from "./types.ts";
import { inFolderOf, temporaryPath, writeWhole } from "./whole-files.ts";

/** A body up to this size is collected in memory and written at once; a longer one goes through to the disk. */
const IN_MEMORY = 4 << 20;

/** Changes an image on its way to the disk (a smaller copy); gets and gives whole files. */
export type Convert = (bytes: Uint8Array) => Promise<Uint8Array>;

export interface SaveOptions {
  readonly convert?: Convert | undefined;
  /** Called for every piece that arrives. */
  readonly onBytes?: (bytes: number) => void;
}

export interface SavedFile {
  /** Relative to the target. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What came, when something else was written. */
  readonly original?: { readonly bytes: number; readonly sha256: string };
}

/**
 * Brings a body to `<target>/<stem>.<extension>`, whole or not at all; its first bytes decide the extension.
 *
 * @throws NotAnImageError when it is not an image; nothing is left behind.
 */
export async function saveImage(
  target: string,
  stem: string,
  incoming: IncomingFile,
  options: SaveOptions = {},
): Promise<SavedFile> {
  const body = await collect(incoming.body, options.convert === undefined ? IN_MEMORY : Infinity, options.onBytes);
  if ("rest" in body) return saveStream(target, stem, body.start, body.rest, incoming);
  if (options.convert === undefined) return saveBytes(target, stem, body.start, incoming);
  extensionOf(body.start, incoming);
  const saved = await saveBytes(target, stem, await options.convert(body.start), incoming);
  return { ...saved, original: { bytes: body.start.length, sha256: sha256Of(body.start) } };
}

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

async function saveBytes(target: string, stem: string, bytes: Uint8Array, incoming: IncomingFile): Promise<SavedFile> {
  const file = `${stem}.${extensionOf(bytes, incoming)}`;
  const path = join(target, file);
  await inFolderOf(path, () => writeWhole(path, bytes));
  return { file, bytes: bytes.length, sha256: sha256Of(bytes) };
}

type Next = () => Promise<Uint8Array | undefined>;

/** The whole body if it is at most `limit` long; otherwise its start and the way to the rest. */
async function collect(
  body: IncomingFile["body"],
  limit: number,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<{ start: Uint8Array } | { start: Uint8Array; rest: Rest }> {
  if (body instanceof Uint8Array) {
    onBytes(body.length);
    return { start: body };
  }
  const reader = body.getReader();
  const next: Next = async () => {
    const { done, value } = await reader.read();
    if (value !== undefined) onBytes(value.length);
    return done ? undefined : value;
  };
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limit) return { start: Buffer.concat(chunks, length), rest: { next, cancel: () => reader.cancel() } };
  }
  return { start: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length) };
}

interface Rest {
  readonly next: Next;
  cancel(): Promise<void>;
}

async function saveStream(
  target: string,
  stem: string,
  start: Uint8Array,
  rest: Rest,
  incoming: IncomingFile,
): Promise<SavedFile> {
  try {
    const file = `${stem}.${extensionOf(start, incoming)}`;
    const path = join(target, file);
    const temporary = temporaryPath(path);
    try {
      const hash = createHash("sha256");
      const bytes = await inFolderOf(path, () => writeRest(temporary, hash, start, rest.next));
      await rename(temporary, path);
      return { file, bytes, sha256: hash.digest("hex") };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    await rest.cancel().catch(() => undefined);
    throw error;
  }
}

async function writeRest(temporary: string, hash: Hash, start: Uint8Array, next: Next): Promise<number> {
  const out = await open(temporary, "wx");
  try {
    let bytes = 0;
    for (let chunk: Uint8Array | undefined = start; chunk !== undefined; chunk = await next()) {
      hash.update(chunk);
      await out.writeFile(chunk);
      bytes += chunk.length;
    }
    return bytes;
  } finally {
    await out.close();
  }
}

function extensionOf(head: Uint8Array, incoming: IncomingFile): string {
  const kind = imageKind(head);
  if (kind === undefined) throw new NotAnImageError(incoming.url, incoming.contentType, describeBytes(head));
  return kind;
}
