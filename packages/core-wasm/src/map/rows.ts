import { checkLength, checkSuperpixel } from "../check.ts";
import type { SuperpixelMap } from "../types.ts";

/** The pixels of a superpixel, ascending, as a view of the map (not a copy). @throws RangeError */
export function pixelsOf(map: SuperpixelMap, superpixel: number): Uint32Array<ArrayBuffer> {
  checkSuperpixel(map, superpixel);
  return map.pixels.subarray(map.offsets[superpixel], map.offsets[superpixel + 1]);
}

/** How many pixels a superpixel has. @throws RangeError */
export function pixelCount(map: SuperpixelMap, superpixel: number): number {
  checkSuperpixel(map, superpixel);
  return map.offsets[superpixel + 1]! - map.offsets[superpixel]!;
}

/** How many pixels each superpixel has. */
export function pixelCounts(map: SuperpixelMap): Uint32Array<ArrayBuffer> {
  const counts = new Uint32Array(map.count);
  for (let row = 0; row < map.count; row++) counts[row] = map.offsets[row + 1]! - map.offsets[row]!;
  return counts;
}

/** A map as the Python client keeps it: `count` rows of `columns` numbers, in one piece. */
export interface DenseMap {
  readonly width: number;
  readonly height: number;
  /** The number of rows. */
  readonly count: number;
  /** The largest pixel count + 1. */
  readonly columns: number;
  /** Each row: the pixels, then zeros, and in the last column the pixel count. */
  readonly data: Int32Array<ArrayBuffer>;
}

/**
 * The table of the Python client: `table[i, 0:n]` are the pixels of superpixel `i`, `table[i, -1]` is their number `n`.
 * Padding is 0, which is a pixel too: go by the count. The result takes `count * (largest pixel count + 1)` numbers.
 *
 * @throws RangeError when the table would exceed 2^31 elements (one superpixel of millions among thousands of others)
 */
export function toDense(map: SuperpixelMap): DenseMap {
  const { width, height, count, offsets, pixels } = map;
  const counts = pixelCounts(map);
  const columns = counts.reduce((largest, n) => Math.max(largest, n), 0) + 1;
  if (count * columns >= 2 ** 31)
    throw new RangeError(`expected a table below 2^31 numbers, got ${count} x ${columns}`);
  const data = new Int32Array(count * columns);
  for (let row = 0; row < count; row++) {
    data.set(pixels.subarray(offsets[row], offsets[row + 1]), row * columns);
    data[(row + 1) * columns - 1] = counts[row]!;
  }
  return { width, height, count, columns, data };
}

/** The way back from {@link toDense}. @throws RangeError when the table is not a map of all pixels of the image */
export function fromDense(dense: DenseMap): SuperpixelMap {
  const { width, height, count, columns, data } = dense;
  checkLength("dense.data", data.length, count * columns);
  const offsets = new Uint32Array(count + 1);
  const pixels = new Uint32Array(width * height);
  let end = 0;
  for (let row = 0; row < count; row++) {
    const n = data[(row + 1) * columns - 1]!;
    if (n < 0 || n >= columns || end + n > pixels.length) throw notAMap(`row ${row} counts ${n}`);
    pixels.set(data.subarray(row * columns, row * columns + n), end);
    end += n;
    offsets[row + 1] = end;
  }
  if (end !== pixels.length) throw notAMap(`the rows hold ${end} of ${pixels.length}`);
  checkPartition(offsets, pixels);
  return { width, height, count, offsets, pixels };
}

/** Every pixel once, ascending within a row. */
function checkPartition(offsets: Uint32Array, pixels: Uint32Array): void {
  const seen = new Uint8Array(pixels.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const pixel = pixels[at]!;
      if (pixel >= pixels.length || seen[pixel] === 1) throw notAMap(`pixel ${pixel} in row ${row}`);
      if (at > offsets[row]! && pixel < pixels[at - 1]!) throw notAMap(`row ${row} is not ascending`);
      seen[pixel] = 1;
    }
  }
}

function notAMap(what: string): RangeError {
  return new RangeError(`expected a table with every pixel once, ascending within a row, got: ${what}`);
}
