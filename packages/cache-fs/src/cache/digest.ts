/** SHA-256 of what goes in and out. */
import { createHash, type Hash, hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { assertSha256, type Bytes } from "@isic/cache";

export function sha256Of(value: Bytes): string {
  return hash("sha256", value, "hex");
}

/** The chunks as they come, each added to the digest on its way. */
export async function* hashed(source: AsyncIterable<Uint8Array>, digest: Hash): AsyncIterable<Uint8Array> {
  for await (const chunk of source) {
    digest.update(chunk);
    yield chunk;
  }
}

const CHUNK = 65_536;

/** The file from here to its end, closed then; the stream fails at its end if the bytes are not those expected. */
export function verifiedStream(key: string, handle: FileHandle, expected: string | undefined): ReadableStream<Bytes> {
  const digest = expected === undefined ? undefined : createHash("sha256");
  return new ReadableStream<Bytes>({
    async pull(controller) {
      const chunk = new Uint8Array(CHUNK);
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
      const bytes = chunk.subarray(0, bytesRead);
      digest?.update(bytes);
      if (bytesRead > 0) return controller.enqueue(bytes);
      await handle.close();
      if (digest !== undefined) assertSha256(key, digest.digest("hex"), expected);
      controller.close();
    },
    cancel: () => handle.close(),
  });
}
