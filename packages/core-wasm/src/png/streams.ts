// zlib through the streams that every platform has.
import type { Bytes } from "../types.ts";
import type { PngFile } from "./chunks.ts";
import { damaged } from "./rows.ts";

/** A stream may inflate all of a piece before anybody reads: pieces keep a bomb to 64 MB. */
const PIECE = 65_536;

export async function inflate(
  { deflated }: PngFile,
  take: (piece: Uint8Array) => void,
  signal?: AbortSignal,
): Promise<void> {
  const inflated = pieces(deflated).pipeThrough(new DecompressionStream("deflate")).getReader();
  try {
    while (true) {
      const { done, value } = await inflated.read().catch((cause: unknown) => {
        throw damaged(cause);
      });
      signal?.throwIfAborted();
      if (done) return;
      take(value);
    }
  } catch (error) {
    await inflated.cancel(error).catch(() => {});
    throw error;
  }
}

export async function deflate(raw: Bytes): Promise<Bytes> {
  const deflated = pieces(raw).pipeThrough(new CompressionStream("deflate"));
  return new Uint8Array(await new Response(deflated).arrayBuffer());
}

function pieces(bytes: Uint8Array): ReadableStream<Bytes> {
  let at = 0;
  return new ReadableStream({
    pull(controller): void {
      // Copied, because a stream may transfer what it is given.
      if (at < bytes.length) controller.enqueue(bytes.slice(at, at + PIECE));
      else controller.close();
      at += PIECE;
    },
  });
}
