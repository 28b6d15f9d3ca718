import type { SuperpixelMap } from "../types.ts";

/** Visits the pixels of a superpixel as horizontal runs, in raster order; a run never crosses the edge of the image. */
export function runsOf(map: SuperpixelMap, row: number, visit: (x: number, y: number, length: number) => void): void {
  const { offsets, width } = map;
  const pixels = signed(map.pixels);
  const end = offsets[row + 1]!;
  let length = 1;
  for (let at = offsets[row]!; at < end; at += length) {
    const start = map.pixels[at]!;
    const x = start % width;
    length = endOfRun(pixels, at, Math.min(end, at + width - x), length) - at;
    visit(x, (start - x) / width, length);
  }
}

/** Engines compute with signed numbers several times faster; differences of pixels are the same. */
export function signed(pixels: Uint32Array): Int32Array {
  return new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length);
}

/**
 * Where the run of consecutive pixels that begins at `at` ends. Pixels ascend, so the n-th behind it by n is n in a row; with a
 * guess at the length (that of the run above), most of them need no look.
 */
export function endOfRun(pixels: Int32Array, at: number, limit: number, guess: number): number {
  const shift = (pixels[at]! - at) | 0;
  let end = at + 1;
  const near = at + guess - 6;
  if (near > end && near <= limit && ((pixels[near - 1]! - (near - 1)) | 0) === shift) end = near;
  while (end + 4 <= limit && ((pixels[end + 3]! - (end + 3)) | 0) === shift) end += 4;
  while (end < limit && ((pixels[end]! - end) | 0) === shift) end++;
  return end;
}
