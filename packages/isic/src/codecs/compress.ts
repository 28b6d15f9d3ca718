import type { Bytes } from "@isic/cache";

export type Compression = "gzip" | "deflate" | "deflate-raw";

export interface DecompressOptions {
  /** More bytes than these are refused: what is small on disk may be anything in memory. */
  readonly limit: number;
  /** Looks at what comes first, and may throw before the rest is unpacked. */
  readonly onStart?: (first: Bytes) => void;
}

export async function compress(bytes: Bytes, format: Compression): Promise<Bytes> {
  const chunks: Bytes[] = [];
  for await (const chunk of through(bytes, new CompressionStream(format))) chunks.push(chunk);
  return joined(chunks);
}

/** @throws RangeError for more than `limit` bytes; TypeError for bytes that are not of the format, or are cut */
export async function decompress(
  bytes: Bytes,
  format: Compression,
  { limit, onStart }: DecompressOptions,
): Promise<Bytes> {
  const chunks: Bytes[] = [];
  let size = 0;
  for await (const chunk of through(bytes, new DecompressionStream(format))) {
    if (size === 0) onStart?.(chunk);
    size += chunk.byteLength;
    if (size > limit) throw new RangeError(`expected at most ${limit} bytes, got more`);
    chunks.push(chunk);
  }
  return joined(chunks);
}

async function* through(
  bytes: Bytes,
  transform: CompressionStream | DecompressionStream,
): AsyncGenerator<Bytes, void, void> {
  // A writer of our own takes a third less time than a piped Blob. What it fails with, the reader fails with too.
  const writer = transform.writable.getWriter();
  Promise.all([writer.write(bytes), writer.close()]).catch(() => {});
  const reader: ReadableStreamDefaultReader<Bytes> = transform.readable.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function joined(chunks: readonly Bytes[]): Promise<Bytes> {
  if (chunks.length === 1) return chunks[0]!;
  return new Uint8Array(await new Blob([...chunks]).arrayBuffer());
}
