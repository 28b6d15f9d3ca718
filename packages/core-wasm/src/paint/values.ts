// Masks of pixels and values of superpixels: from one to the other.
import { checkLabelCount, checkMask, checkSameSize } from "../check.ts";
import type { Raster, SuperpixelMap } from "../types.ts";

/**
 * The share of each superpixel's pixels that are not 0 in a mask, from 0 to 1; NaN for an empty row.
 *
 * @param mask one channel, of the map's size
 * @throws TypeError for more channels, RangeError for another size
 * @example
 * ```ts
 * import { buildMap, decodeRgb, shareInMask } from "@isic/core-wasm";
 *
 * const map = buildMap(decodeRgb(new Uint8Array([0, 0, 0, 0, 0, 0, 1, 0, 0]), 3, 1));
 * shareInMask(map, { width: 3, height: 1, channels: 1, data: Uint8Array.of(255, 0, 255) }); // Float64Array [0.5, 1]
 * ```
 */
export function shareInMask(map: SuperpixelMap, mask: Raster): Float64Array<ArrayBuffer> {
  checkMask(mask);
  checkSameSize(map, mask);
  const shares = new Float64Array(map.count);
  for (let row = 0; row < map.count; row++) {
    let inside = 0;
    for (let at = map.offsets[row]!; at < map.offsets[row + 1]!; at++) if (mask.data[map.pixels[at]!] !== 0) inside++;
    shares[row] = inside / (map.offsets[row + 1]! - map.offsets[row]!);
  }
  return shares;
}

/** How sure an annotation is of a superpixel: absent, possible, definite. */
export type MarkupValue = 0 | 0.5 | 1;

/**
 * The mask that the archive keeps of a markup: 0, 128, 255 where the value of the superpixel is 0, 0.5, 1.
 *
 * @param values one for each superpixel
 * @returns a new raster of one channel, of the map's size
 * @throws {@link LabelCountError} for another number of values than superpixels, RangeError for a value between
 */
export function maskFromValues(map: SuperpixelMap, values: ArrayLike<number>): Raster {
  checkLabelCount("values", values, map.count);
  const data = new Uint8Array(map.width * map.height);
  for (let row = 0; row < map.count; row++) {
    const level = LEVELS[VALUES.indexOf(values[row] as MarkupValue)];
    if (level === undefined) throw new RangeError(`expected values of 0, 0.5 or 1, got ${values[row]} at ${row}`);
    if (level === 0) continue;
    for (let at = map.offsets[row]!; at < map.offsets[row + 1]!; at++) data[map.pixels[at]!] = level;
  }
  return { width: map.width, height: map.height, channels: 1, data };
}

const VALUES: readonly MarkupValue[] = [0, 0.5, 1];
const LEVELS: readonly number[] = [0, 128, 255];

/**
 * The value of each superpixel in a markup mask: what most of its pixels say (the lower one of two), taking bytes below 64
 * for 0, below 192 for 0.5, others for 1. 0 for an empty row.
 *
 * @param mask one channel, of the map's size
 * @throws TypeError for more channels, RangeError for another size
 */
export function valuesFromMask(map: SuperpixelMap, mask: Raster): MarkupValue[] {
  checkMask(mask);
  checkSameSize(map, mask);
  const values: MarkupValue[] = [];
  for (let row = 0; row < map.count; row++) {
    const votes = [0, 0, 0];
    for (let at = map.offsets[row]!; at < map.offsets[row + 1]!; at++) {
      votes[(mask.data[map.pixels[at]!]! + 64) >> 7]!++;
    }
    values.push(VALUES[votes.indexOf(Math.max(...votes))]!);
  }
  return values;
}
