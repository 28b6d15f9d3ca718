import { createHash } from "node:crypto";
import { join } from "node:path";
import { writeWhole } from "@isic/cache-fs/files";
import { PhotoCheck } from "../codecs/formats.ts";
import { NotAnImageError } from "../errors.ts";
import type { FileWriter } from "./file-writer.ts";
import { sha256Of } from "./sha256.ts";
import type { IncomingFile } from "./types.ts";

/** A body up to this size is collected in memory and written at once; a longer one goes through to the disk. */
const IN_MEMORY = 4 << 20;

/** Changes an image on its way to the disk (a smaller copy); gets and gives whole files. */
export type Convert = (bytes: Uint8Array) => Promise<Uint8Array>;

export interface SaveOptions {
  readonly convert?: Convert | undefined;
  /** What the server said the file has at least, in bytes. */
  readonly announcedBytes?: number | undefined;
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

/** Where an image goes, and who writes it. */
export interface Destination {
  readonly target: string;
  /** Relative to the target, without extension. */
  readonly stem: string;
  readonly writer: FileWriter;
}

/**
 * Brings a body to `<target>/<stem>.<extension>`, whole or not at all; its bytes decide the extension.
 *
 * @throws NotAnImageError when it is no image, or is not whole; nothing is left behind.
 */
export async function saveImage(
  to: Destination,
  incoming: IncomingFile,
  { convert, announcedBytes, onBytes }: SaveOptions = {},
): Promise<SavedFile> {
  const body = await collect(incoming.body, convert === undefined ? IN_MEMORY : Infinity, onBytes);
  if ("rest" in body) return saveStream(to, body.start, body.rest, incoming, announcedBytes);
  const extension = extensionOf(body.start, incoming, announcedBytes);
  if (convert === undefined) return savePieces(to, body.start, extension, Array.isArray(incoming.body));
  const copy = [await convert(inOne(body.start))];
  const saved = await savePieces(to, copy, extensionOf(copy, incoming), false);
  return { ...saved, original: { bytes: lengthOf(body.start), sha256: sha256Of(body.start) } };
}

type Pieces = readonly Uint8Array[];

const lengthOf = (pieces: Pieces): number => pieces.reduce((sum, piece) => sum + piece.length, 0);
const inOne = (pieces: Pieces): Uint8Array => (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces));

async function savePieces(
  { target, stem, writer }: Destination,
  pieces: Pieces,
  extension: string,
  takeOver: boolean,
): Promise<SavedFile> {
  const file = `${stem}.${extension}`;
  const bytes = lengthOf(pieces);
  const sha256 = await writer.write(join(target, file), pieces, { takeOver });
  return { file, bytes, sha256 };
}

type Next = () => Promise<Uint8Array | undefined>;

/** The whole body if it is at most `limit` long; otherwise its start and the way to the rest. */
async function collect(
  body: IncomingFile["body"],
  limit: number,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<{ start: Pieces } | { start: Pieces; rest: Rest }> {
  if (!(body instanceof ReadableStream)) {
    const start = body instanceof Uint8Array ? [body] : body;
    onBytes(lengthOf(start));
    return { start };
  }
  const reader = body.getReader();
  const next: Next = async () => {
    const { done, value } = await reader.read();
    if (value !== undefined) onBytes(value.length);
    return done ? undefined : value;
  };
  const start: Uint8Array[] = [];
  let length = 0;
  for (let piece = await next(); piece !== undefined; piece = await next()) {
    start.push(piece);
    length += piece.length;
    if (length > limit) return { start, rest: { next, cancel: () => reader.cancel() } };
  }
  return { start };
}

interface Rest {
  readonly next: Next;
  cancel(): Promise<void>;
}

async function saveStream(
  { target, stem, writer }: Destination,
  start: Pieces,
  rest: Rest,
  incoming: IncomingFile,
  announcedBytes: number | undefined,
): Promise<SavedFile> {
  const check = new PhotoCheck();
  const hash = createHash("sha256");
  for (const piece of start) check.push(piece);
  async function* pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    for (const piece of start) {
      hash.update(piece);
      yield piece;
    }
    for (let piece = await rest.next(); piece !== undefined; piece = await rest.next()) {
      check.push(piece);
      hash.update(piece);
      yield piece;
    }
  }
  try {
    // What is no picture is known by its start already; whether it is whole, at its end.
    if (check.format === undefined) throw notAnImage(check, incoming);
    const file = `${stem}.${check.format.extension}`;
    const { size: bytes } = await writeWhole(join(target, file), pieces(), {
      ...writer.rules,
      approve: () => {
        if (check.end(announcedBytes).problem !== undefined)
          throw notAnImage(check, incoming, { announcedBytes, sha256: hash.digest("hex") });
      },
    });
    return { file, bytes, sha256: hash.digest("hex") };
  } catch (error) {
    await rest.cancel().catch(() => undefined);
    throw error;
  }
}

function extensionOf(pieces: Pieces, incoming: IncomingFile, announcedBytes?: number): string {
  const check = new PhotoCheck();
  for (const piece of pieces) check.push(piece);
  const { problem, format } = check.end(announcedBytes);
  if (problem !== undefined || format === undefined)
    throw notAnImage(check, incoming, { announcedBytes, sha256: sha256Of(pieces) });
  return format.extension;
}

function notAnImage(
  check: PhotoCheck,
  { url, contentType }: IncomingFile,
  { announcedBytes, sha256 }: { readonly announcedBytes?: number | undefined; readonly sha256?: string } = {},
): NotAnImageError {
  return new NotAnImageError(url, contentType, check.end(announcedBytes).problem ?? "it is no photo", sha256);
}
