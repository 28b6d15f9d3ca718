/** Are these whole pictures? Looks at their frame, not at their pixels. */
import type { Bytes } from "../contract/types.ts";
import { crc32 } from "./crc32.ts";

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** How TIFF (both orders of bytes), GIF, WebP and BMP begin. */
const KNOWN: readonly (readonly number[])[] = [
  [0x49, 0x49, 0x2a, 0],
  [0x4d, 0x4d, 0, 0x2a],
  [0x47, 0x49, 0x46, 0x38],
  [0x52, 0x49, 0x46, 0x46],
  [0x42, 0x4d],
];

export function picture(value: Bytes): string | undefined {
  if (value.byteLength === 0) return "it is empty";
  if (value[0] === 0xff && value[1] === 0xd8) return jpeg(value);
  if (value[0] === PNG[0]) return png(value);
  if (KNOWN.some((start) => start.every((byte, i) => value[i] === byte))) return undefined;
  const text = new TextDecoder().decode(value.subarray(0, 64)).trim();
  return `it is ${/^[{[<]/.test(text) ? "a text, not a picture" : "no picture by its beginning"}: ${JSON.stringify(text)}`;
}

/** All chunks with their checksums, from the header to IEND. */
export function png(value: Bytes): string | undefined {
  if (PNG.some((byte, i) => value[i] !== byte)) return "it is no PNG";
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  for (let at = 8; at + 12 <= value.byteLength; ) {
    const size = view.getUint32(at);
    const end = at + 12 + size;
    if (end > value.byteLength) break;
    if (crc32(value.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) return "it is a PNG with a wrong checksum";
    if (view.getUint32(at + 4) === 0x49454e44) return undefined;
    at = end;
  }
  return "it is a PNG that is cut";
}

/** All segments and scans up to the end marker; what cameras write behind it is theirs. */
function jpeg(value: Bytes): string | undefined {
  const cut = "it is a JPEG that is cut";
  let at = 2;
  let scans = 0;
  while (at + 1 < value.byteLength) {
    if (value[at] !== 0xff) return "it is a JPEG with a broken frame";
    const marker = value[at + 1]!;
    if (marker === 0xd9) return scans > 0 ? undefined : "it is a JPEG without a picture";
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else {
      if (at + 3 >= value.byteLength) return cut;
      at += 2 + value[at + 2]! * 256 + value[at + 3]!;
      if (marker === 0xda) {
        scans++;
        at = endOfScan(value, at);
      }
    }
  }
  return cut;
}

/** The next marker that is neither a stuffed 0xff nor a restart. */
function endOfScan(value: Bytes, from: number): number {
  let at = value.indexOf(0xff, from);
  while (at >= 0) {
    const next = value[at + 1];
    if (next !== 0 && next !== 0xff && !(next !== undefined && next >= 0xd0 && next <= 0xd7)) return at;
    at = value.indexOf(0xff, at + 1);
  }
  return value.byteLength;
}
