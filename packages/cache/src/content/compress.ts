import type { Bytes } from "../contract/types.ts";

export type Compression = "gzip" | "deflate-raw";

export function compress(bytes: Bytes, format: Compression): Promise<Bytes> {
  return through(bytes, new CompressionStream(format));
}

/** @throws RangeError for more than `limit` bytes: what is small on disk may be anything in memory. */
export function decompress(bytes: Bytes, format: Compression, limit: number): Promise<Bytes> {
  return through(bytes, new DecompressionStream(format), limit);
}

async function through(
  bytes: Bytes,
  transform: CompressionStream | DecompressionStream,
  limit: number = Number.POSITIVE_INFINITY,
): Promise<Bytes> {
  // A writer of our own takes a third less time than a piped Blob. What it fails with, the reader fails with too.
  const writer = transform.writable.getWriter();
  Promise.all([writer.write(bytes), writer.close()]).catch(() => {});
  const reader: ReadableStreamDefaultReader<Bytes> = transform.readable.getReader();
  const chunks: Bytes[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Uint8Array(await new Blob(chunks).arrayBuffer());
    size += value.byteLength;
    if (size > limit) {
      reader.cancel().catch(() => {});
      throw new RangeError(`expected at most ${limit} bytes, got more`);
    }
    chunks.push(value);
  }
}
