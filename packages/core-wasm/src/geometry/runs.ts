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

/** Where the run of consecutive pixels that begins at `at` ends: pixels ascend, so `n` steps apart means `n` in a row. */
export function endOfRun(pixels: Uint32Array, at: number, limit: number): number {
  const shift = pixels[at]! - at;
  let step = 8;
  let end = at + 1;
  while (end + step <= limit && pixels[end + step - 1]! - (end + step - 1) === shift) {
    end += step;
    step *= 2;
  }
  for (; step >= 1; step >>= 1) {
    if (end + step <= limit && pixels[end + step - 1]! - (end + step - 1) === shift) end += step;
  }
  return end;
}
