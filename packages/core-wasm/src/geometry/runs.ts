import type { SuperpixelMap } from "../types.ts";

/** Visits the pixels of a superpixel as horizontal runs, in raster order; a run never crosses the edge of the image. */
export function runsOf(map: SuperpixelMap, row: number, visit: (x: number, y: number, length: number) => void): void {
  const { offsets, pixels, width } = map;
  const end = offsets[row + 1]!;
  for (let at = offsets[row]!; at < end; ) {
    const start = pixels[at]!;
    const x = start % width;
    const next = endOfRun(pixels, at, Math.min(end, at + width - x));
    visit(x, (start - x) / width, next - at);
    at = next;
  }
}

/** Where the run of consecutive pixels that begins at `at` ends: pixels ascend, so four places on by four is four in a row. */
export function endOfRun(pixels: Uint32Array, at: number, limit: number): number {
  const shift = pixels[at]! - at;
  let end = at + 1;
  while (end + 4 <= limit && pixels[end + 3]! - (end + 3) === shift) end += 4;
  while (end < limit && pixels[end]! - end === shift) end++;
  return end;
}
