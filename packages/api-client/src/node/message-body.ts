import type { IncomingMessage } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

type Bytes = Uint8Array<ArrayBuffer>;

/** The body of an answer as it was before it was compressed for its way. Stopped, it ends with the signal's reason. */
export function decodedBody(message: IncomingMessage, signal: AbortSignal): ReadableStream<Bytes> {
  const encoding = message.headers["content-encoding"]?.trim().toLowerCase();
  const decoder =
    encoding === "gzip" || encoding === "x-gzip"
      ? createGunzip()
      : encoding === "deflate"
        ? createInflate()
        : encoding === "br"
          ? createBrotliDecompress()
          : undefined;
  if (decoder !== undefined) {
    // What pipeline would tell of a failure, the reader of the decoder hears too.
    return streamOf(
      pipeline(message, decoder, () => undefined),
      signal,
      owned,
    );
  }
  // A body of known length has each read of the socket to itself; chunks share one, and a copy parts them.
  return streamOf(message, signal, message.headers["content-length"] === undefined ? owned : asItIs);
}

/**
 * A Node stream as a web stream: read when the reader asks, in pieces as large as have arrived. (The platform's own
 * bridge costs as much as the rest of the request.)
 */
function streamOf(
  readable: Readable,
  signal: AbortSignal,
  bytesOf: (piece: Buffer<ArrayBuffer>) => Bytes,
): ReadableStream<Bytes> {
  let wake: (() => void) | undefined;
  let failure: { readonly error: unknown } | undefined;
  const onChange = (): void => wake?.();
  const onError = (error: unknown): void => {
    failure ??= { error };
    wake?.();
  };
  readable.on("readable", onChange).on("end", onChange).on("error", onError);
  readable.on("close", () => {
    if (!readable.readableEnded) onError(new Error("the connection was closed in the middle of the answer"));
  });
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        for (;;) {
          if (failure !== undefined) {
            signal.throwIfAborted();
            throw new TypeError("terminated", { cause: failure.error });
          }
          const piece = readable.read() as Buffer<ArrayBuffer> | null;
          if (piece !== null) return controller.enqueue(bytesOf(piece));
          if (readable.readableEnded) return controller.close();
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      cancel() {
        readable.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Pieces of one read share its memory; whoever transfers one would take the others along. */
const owned = (piece: Buffer<ArrayBuffer>): Bytes => new Uint8Array(piece);

/** A small part of a large memory (of a read, or of Node's pool for small buffers) is better off with its own. */
const asItIs = (piece: Buffer<ArrayBuffer>): Bytes => {
  const { buffer, byteOffset, byteLength } = piece;
  return byteLength * 2 < buffer.byteLength ? owned(piece) : new Uint8Array(buffer, byteOffset, byteLength);
};
