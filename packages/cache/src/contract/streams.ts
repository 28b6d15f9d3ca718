import { CorruptEntryError } from "./errors.ts";
import type { Bytes, StreamOptions } from "./types.ts";

/** A stream of one chunk. */
export function toStream(bytes: Bytes): ReadableStream<Bytes> {
  return new ReadableStream<Bytes>({
    start(controller) {
      if (bytes.byteLength > 0) controller.enqueue(bytes);
      controller.close();
    },
  });
}

/** Everything the source gives, as one array. */
export async function collect(
  key: string,
  source: AsyncIterable<Uint8Array>,
  options: StreamOptions = {},
): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    options.signal?.throwIfAborted();
    chunks.push(chunk);
    size += chunk.byteLength;
  }
  assertSize(key, size, options.size);
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

/** Refuses a stream that ended early or went on too long. */
function assertSize(key: string, actual: number, expected: number | undefined): void {
  if (expected === undefined || expected === actual) return;
  throw new CorruptEntryError(key, `${actual} bytes arrived, expected ${expected}`);
}
