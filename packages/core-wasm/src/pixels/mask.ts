import { checkLength, checkMask, checkSameSize, checkSuperpixel } from "../check.ts";
import type { Raster, SuperpixelMap } from "../types.ts";
import { dilate } from "./dilate.ts";

/** Which pixels of superpixels a mask has. */
export interface MaskOptions {
  /**
   * 0 (the default): all of them. Above: instead, so many pixels around them, outside. Below: only so many pixels along their
   * edge, inside. Distances in steps to the four neighbours.
   */
  readonly outline?: number;
}

/** A mask (255 inside, 0 outside) of some superpixels together. @throws RangeError */
export function maskOf(map: SuperpixelMap, superpixels: ArrayLike<number>, options: MaskOptions = {}): Raster {
  const { outline = 0 } = options;
  if (!Number.isInteger(outline)) throw new RangeError(`expected outline to be an integer, got ${outline}`);
  const { width, height, offsets, pixels } = map;
  const filled = new Uint8Array(width * height);
  for (let i = 0; i < superpixels.length; i++) {
    const superpixel = superpixels[i]!;
    checkSuperpixel(map, superpixel);
    for (let at = offsets[superpixel]!; at < offsets[superpixel + 1]!; at++) filled[pixels[at]!] = 1;
  }
  const data = outline > 0 ? around(filled, width, outline) : outline < 0 ? along(filled, width, -outline) : filled;
  for (let i = 0; i < data.length; i++) data[i] = -data[i]!;
  return { width, height, channels: 1, data };
}

function around(filled: Uint8Array<ArrayBuffer>, width: number, steps: number): Uint8Array<ArrayBuffer> {
  let grown = filled;
  for (let step = 0; step < steps; step++) grown = dilate(grown, width);
  return grown.map((inside, i) => inside & ~filled[i]!);
}

/** Beyond the edge of the image is outside. */
function along(filled: Uint8Array<ArrayBuffer>, width: number, steps: number): Uint8Array<ArrayBuffer> {
  const height = filled.length / width;
  // A frame of one pixel around, so that the outside grows in from there too.
  const wide = width + 2;
  let outside = new Uint8Array(wide * (height + 2)).fill(1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) outside[(y + 1) * wide + x + 1] = 1 - filled[y * width + x]!;
  }
  for (let step = 0; step < steps; step++) outside = dilate(outside, wide);
  return filled.map((inside, i) => {
    const x = i % width;
    return inside & outside[((i - x) / width + 1) * wide + x + 1]!;
  });
}

/** The share of each superpixel's pixels that are not 0 in a mask, from 0 to 1; NaN for an empty row. @throws RangeError, TypeError */
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
 * @throws RangeError for another number of values, or a value between
 */
export function maskFromValues(map: SuperpixelMap, values: ArrayLike<number>): Raster {
  checkLength("values", values.length, map.count);
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
 * @throws RangeError, TypeError
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
