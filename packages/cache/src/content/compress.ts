import type { Bytes } from "../types.ts";

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
  const stream: ReadableStream<Uint8Array> = new Blob([bytes]).stream().pipeThrough(transform);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of iterate(stream)) {
    size += chunk.byteLength;
    if (size > limit) throw new RangeError(`expected at most ${limit} bytes, got more`);
    chunks.push(chunk);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

/** Streams are async iterables in Node and Firefox, but not in every browser. */
async function* iterate(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
