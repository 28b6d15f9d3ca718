/** `.json.gz`, as the Python client keeps lists of records. */
import { InvalidContentError } from "../contract/errors.ts";
import type { Bytes } from "../contract/types.ts";
import { compress, decompress } from "./compress.ts";

/** The longest text that every JavaScript engine can hold. */
const MAX_TEXT = 512 * 2 ** 20;

/** JSON as UTF-8, compressed; Python reads it with `json.loads(gzip.decompress(...))`. */
export async function encodeGzipJson(value: unknown): Promise<Bytes> {
  const text = JSON.stringify(value);
  if (text === undefined) throw new TypeError(`expected a value that JSON can hold, got ${typeof value}`);
  return await compress(new TextEncoder().encode(text), "gzip");
}

/**
 * The value in a `.json.gz`.
 *
 * @throws InvalidContentError when it is not gzip, is cut, or holds no JSON.
 */
export async function decodeGzipJson<T = unknown>(bytes: Bytes): Promise<T> {
  let text: Bytes;
  try {
    text = await decompress(bytes, "gzip", MAX_TEXT);
  } catch (error) {
    throw new InvalidContentError("json.gz", "it cannot be unpacked", { cause: error });
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text)) as T;
  } catch (error) {
    throw new InvalidContentError("json.gz", "it holds no JSON", { cause: error });
  }
}
