import { type Bytes, CorruptEntryError, type StreamOptions } from "@isic/cache";

/** Everything the source gives; chunks wait in a Blob, which browsers may keep outside of the page's memory. */
export async function readAll(
  key: string,
  source: AsyncIterable<Uint8Array>,
  { size, signal }: StreamOptions,
): Promise<Bytes> {
  const chunks: BlobPart[] = [];
  for await (const chunk of source) {
    signal?.throwIfAborted();
    chunks.push(chunk.slice());
  }
  const value = new Uint8Array(await new Blob(chunks).arrayBuffer());
  if (size !== undefined && value.byteLength !== size) {
    throw new CorruptEntryError(key, `${value.byteLength} bytes arrived, expected ${size}`);
  }
  return value;
}
