import type { Bytes } from "../types.ts";

export type Compression = "gzip" | "deflate-raw";

export function compress(bytes: Bytes, format: Compression): Promise<Bytes> {
  return through(bytes, new CompressionStream(format));
}

/** @throws RangeError for more than `limit` bytes: what is small on disk may be anything in memory. */
export function decompress(bytes: Bytes, format: Compression, limit: number): Promise<Bytes> {
  const zlib = nodeZlib();
  if (zlib === undefined) return through(bytes, new DecompressionStream(format), limit);
  return new Promise((resolve, reject) => {
    zlib[format === "gzip" ? "gunzip" : "inflateRaw"](
      bytes,
      { chunkSize: 2 ** 19, maxOutputLength: limit },
      (error, result) => {
        if (error) reject(error);
        // A part of a larger buffer is copied: the result belongs to the caller, memory and all.
        else resolve(new Uint8Array(result.byteLength < result.buffer.byteLength ? result : result.buffer));
      },
    );
  });
}

type Unpack = (
  bytes: Bytes,
  options: { readonly chunkSize: number; readonly maxOutputLength: number },
  done: (error: Error | null, result: Bytes) => void,
) => void;

type Zlib = Record<"gunzip" | "inflateRaw", Unpack>;

/** Where there is one: the streams of the web there take four times as long, 16 kB at a time through the thread pool. */
function nodeZlib(): Zlib | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => Zlib | undefined } };
  return process?.getBuiltinModule?.("node:zlib");
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
