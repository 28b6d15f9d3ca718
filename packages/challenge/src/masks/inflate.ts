// zlib by the streams that every platform has.
import { MaskFileError } from "../errors.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Inflates the pieces of a zlib stream to exactly `length` bytes, and never holds more.
 *
 * @throws MaskFileError ("damaged") for more or fewer bytes, or a damaged stream
 */
export type Inflate = (pieces: readonly Bytes[], length: number, signal: AbortSignal | undefined) => Promise<Bytes>;

export const inflateByStream: Inflate = async (pieces, length, signal) => {
  signal?.throwIfAborted();
  const out = new Uint8Array(length);
  let at = 0;
  const stream = new DecompressionStream("deflate");
  const writer = stream.writable.getWriter();
  // What fails here fails in the reader too.
  for (const piece of pieces) writer.write(piece).catch(() => {});
  writer.close().catch(() => {});
  const reader = stream.readable.getReader();
  try {
    while (true) {
      const { done, value } = await reader.read();
      signal?.throwIfAborted();
      if (done) break;
      if (at + value.length > length) throw tooLong();
      out.set(value, at);
      at += value.length;
    }
  } catch (cause) {
    await reader.cancel(cause).catch(() => {});
    if (signal?.aborted === true || cause instanceof MaskFileError) throw cause;
    throw notZlib(cause);
  }
  if (at < length) throw tooShort();
  return out;
};

export const tooLong = (): MaskFileError => new MaskFileError("damaged", "has more pixels than its header says");
export const tooShort = (): MaskFileError =>
  new MaskFileError("damaged", "is cut off: it has fewer pixels than its header says");
export const notZlib = (cause: unknown): MaskFileError =>
  new MaskFileError("damaged", "is damaged: its pixels cannot be unpacked", { cause });
