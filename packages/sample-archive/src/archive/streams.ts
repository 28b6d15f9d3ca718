import { makeZip } from "client-zip";
import type { Bytes } from "./source.ts";

/** A body that is made while it is read, chunk by chunk; a reader who leaves ends the making. */
export function streamOf(chunks: AsyncIterable<Uint8Array<ArrayBuffer>>): ReadableStream<Uint8Array<ArrayBuffer>> {
  // ReadableStream.from does this, but not yet in Chromium
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

/** A file to be packed. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Bytes;
}

/** A ZIP as both servers stream it: stored, sizes only behind the data, so readers need the directory at its end. */
export function zipStream(entries: AsyncIterable<ZipEntry>): ReadableStream<Bytes> {
  return makeZip(files(entries), { buffersAreUTF8: true }) as ReadableStream<Bytes>;
}

async function* files(entries: AsyncIterable<ZipEntry>) {
  // given in parts: dates in a ZIP are local times, and so this one is the same bytes in every time zone
  const lastModified = new Date(2020, 0, 1);
  for await (const { name, bytes } of entries) yield { name, input: bytes, lastModified };
}
