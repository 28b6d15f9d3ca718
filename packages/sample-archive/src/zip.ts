import { crc32 } from "./png.ts";
import type { Bytes } from "./source.ts";

/** A file to be packed. */
export interface ZipEntry {
  readonly name: string;
  readonly bytes: Bytes;
}

const utf8 = new TextEncoder();
/** Sizes follow the data (bit 3), names are UTF-8 (bit 11). */
const FLAGS = 0x0808;
const DATE = 0x5021;

/** A ZIP as both servers stream it: stored, sizes only behind the data, so readers need the directory at its end. */
export async function* zipStream(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Bytes> {
  const directory: Bytes[] = [];
  let offset = 0;
  let count = 0;
  for await (const { name, bytes } of entries) {
    const path = utf8.encode(name);
    const crc = crc32(bytes);
    yield record(
      0x04034b50,
      [20, 2],
      [FLAGS, 2],
      [0, 2],
      [0, 2],
      [DATE, 2],
      [0, 4],
      [0, 4],
      [0, 4],
      [path.length, 2],
      [0, 2],
    );
    yield path;
    if (bytes.length > 0) yield bytes;
    yield record(0x08074b50, [crc, 4], [bytes.length, 4], [bytes.length, 4]);
    directory.push(
      record(
        0x02014b50,
        ...([
          [0x0314, 2],
          [20, 2],
          [FLAGS, 2],
          [0, 2],
          [0, 2],
          [DATE, 2],
          [crc, 4],
        ] as const),
        ...([
          [bytes.length, 4],
          [bytes.length, 4],
          [path.length, 2],
          [0, 2],
          [0, 2],
          [0, 2],
          [0, 2],
        ] as const),
        ...([
          [0o100644 * 0x10000, 4],
          [offset, 4],
        ] as const),
      ),
      path,
    );
    offset += 30 + path.length + bytes.length + 16;
    count++;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  yield* directory;
  yield record(0x06054b50, [0, 2], [0, 2], [count, 2], [count, 2], [size, 4], [offset, 4], [0, 2]);
}

/** A signature and little-endian fields of 2 or 4 bytes. */
function record(signature: number, ...fields: readonly (readonly [value: number, size: 2 | 4])[]): Bytes {
  const out = new Uint8Array(4 + fields.reduce((sum, [, size]) => sum + size, 0));
  const view = new DataView(out.buffer);
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [value, size] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return out;
}
