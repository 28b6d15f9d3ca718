/** `.json.gz`, as the Python client keeps lists of records. */

import { jsonExcess } from "@isic/api-client";
import type { Bytes } from "@isic/cache";
import { InvalidContentError } from "../errors.ts";
import { compress, decompress } from "./compress.ts";

/** As deep as no record is nested. */
const MOST_DEPTH = 1000;
/** Gzip's frame: a header of 10 bytes, an empty stream of 2, a checksum, and the length of the content (RFC 1952). */
const SHORTEST_GZIP = 20;
/** Deflate makes at most this many bytes of one. */
const MOST_INFLATION = 1032;
/** What grows by more when it is unpacked, and is long then, is no list of records: theirs grow thirtyfold. */
const MOST_EXPANSION = 200;
const LONG = 64 * 2 ** 20;

export interface DecodeGzipJsonOptions {
  /** Longer texts are refused by what the file says, before they are unpacked. @default 268_435_456 */
  readonly maxBytes?: number | undefined;
  /**
   * Texts of more values (items, members, lists and objects) are refused before they are parsed.
   * @default 1_000_000, or one for 16 bytes in long texts
   */
  readonly maxValues?: number | undefined;
}

/** JSON as UTF-8, compressed; Python reads it with `json.loads(gzip.decompress(...))`. */
export async function encodeGzipJson(value: unknown): Promise<Bytes> {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`expected a value that JSON can hold, got ${typeof value}`);
  return await compress(new TextEncoder().encode(text), "gzip");
}

/**
 * The value in a `.json.gz`.
 *
 * @throws InvalidContentError when it is not gzip, is cut, holds no JSON, or one that is larger than allowed
 */
export async function decodeGzipJson<T = unknown>(bytes: Bytes, options: DecodeGzipJsonOptions = {}): Promise<T> {
  const size = sizeOf(bytes, options.maxBytes ?? 2 ** 28);
  let text: Bytes;
  try {
    text = await decompress(bytes, "gzip", { size });
  } catch (error) {
    throw invalid("it cannot be unpacked", error);
  }
  const values = options.maxValues ?? Math.max(1_000_000, Math.floor(size / 16));
  const excess = jsonExcess(text, { depth: MOST_DEPTH, values });
  if (excess === "depth") throw invalid(`it is nested deeper than ${MOST_DEPTH} levels`);
  if (excess === "values") throw invalid(`it has more than ${values} values`);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text)) as T;
  } catch (error) {
    throw invalid("it holds no JSON", error);
  }
}

/** What the last four bytes say; the unpacking holds them to it. */
function sizeOf(bytes: Bytes, maxBytes: number): number {
  if (bytes.byteLength < SHORTEST_GZIP) throw invalid("it cannot be unpacked");
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(bytes.byteLength - 4, true);
  if (size > bytes.byteLength * MOST_INFLATION) throw invalid("it cannot be unpacked");
  if (size > maxBytes) throw invalid(`it would take ${size} bytes, more than the ${maxBytes} that are allowed`);
  if (size > LONG && size > bytes.byteLength * MOST_EXPANSION)
    throw invalid(`its ${bytes.byteLength} bytes cannot be the ${size} bytes of records that it says`);
  return size;
}

function invalid(reason: string, cause?: unknown): InvalidContentError {
  return new InvalidContentError("json.gz", reason, cause === undefined ? undefined : { cause });
}
