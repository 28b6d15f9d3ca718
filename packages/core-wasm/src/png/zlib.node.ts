import { createInflate, type Inflate as InflateStream, inflateSync as zlibInflateSync } from "node:zlib";
import { PngError } from "../errors.ts";
import type { PngFile } from "./chunks.ts";
import { damaged, tooManyBytes } from "./rows.ts";

/** Memory that is not filled with zeros first: whoever asks for it overwrites all of it. */
export function allocate(byteLength: number): ArrayBuffer {
  return Buffer.allocUnsafeSlow(byteLength).buffer;
}

/** All of it in one chunk: zlib's default of 16 kB chunks takes five times as long. */
export function inflateSync({ deflated, rawLength }: PngFile, take: (piece: Uint8Array) => void): void {
  const { buffer, engine } = inflateWhole(deflated, rawLength);
  checkEnd(engine, deflated);
  take(buffer);
}

interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: InflateStream;
}

function inflateWhole(deflated: Uint8Array, rawLength: number): Inflated {
  // One byte more than there may be, so that too many are noticed and a bomb goes no further.
  const options = { chunkSize: Math.max(64, rawLength + 1), maxOutputLength: rawLength + 1, info: true };
  try {
    return zlibInflateSync(deflated, options) as unknown as Inflated;
  } catch (cause) {
    throw isTooLarge(cause) ? tooManyBytes() : damaged(cause);
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

function checkEnd(engine: InflateStream, deflated: Uint8Array): void {
  if (engine.bytesWritten < deflated.length) {
    throw new PngError("pixels", "The PNG file has bytes behind its compressed pixel data.");
  }
}

/** Below this, the way to another thread and back takes longer than the work. */
const SMALL = 4 * 2 ** 20;
const PIECE = 2 ** 19;
/** So many pieces may wait while the ones before are decoded. */
const AHEAD = 4;

/** Large files are inflated in another thread, while this one decodes what is there. */
export async function inflate(file: PngFile, take: (piece: Uint8Array) => void, signal?: AbortSignal): Promise<void> {
  if (file.rawLength < SMALL) return inflateSync(file, take);
  const stream = createInflate({ chunkSize: PIECE, readableHighWaterMark: AHEAD * PIECE } as object);
  let failure: unknown;
  stream.once("error", (cause) => {
    failure = cause;
  });
  stream.end(file.deflated);
  try {
    for await (const piece of stream) {
      signal?.throwIfAborted();
      take(piece as Uint8Array);
    }
  } catch (error) {
    throw error === failure ? damaged(error) : error;
  }
  checkEnd(stream, file.deflated);
}
