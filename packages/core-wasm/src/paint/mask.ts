import { checkOptions, checkSuperpixel } from "../check.ts";
import type { Raster, SuperpixelMap } from "../types.ts";

/** Which pixels of superpixels a mask has. */
export interface MaskOptions {
  /**
   * 0 (the default): all of them. Above: instead, so many pixels around them, outside. Below: only so many pixels along their
   * edge, inside. Distances in steps to the four neighbours.
   */
  readonly outline?: number;
}

/**
 * A mask (255 inside, 0 outside) of some superpixels together.
 *
 * @param superpixels rows of the map
 * @returns a new raster of one channel, of the map's size
 * @throws RangeError for superpixels that there are not, or an outline that is no whole number
 * @example
 * ```ts
 * import { buildMap, decodeRgb, maskOf } from "@isic/core-wasm";
 *
 * const map = buildMap(decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0]), 2, 1));
 * maskOf(map, [1]).data; // Uint8Array [0, 255]
 * ```
 */
export function maskOf(map: SuperpixelMap, superpixels: ArrayLike<number>, options: MaskOptions = {}): Raster {
  checkOptions(options, ["outline"]);
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

/** Ones grow by a pixel in each of four directions. */
export function dilate(ones: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(ones);
  for (let i = 0, x = 0; i < ones.length; i++) {
    if (ones[i] === 1) {
      if (x > 0) grown[i - 1] = 1;
      if (x + 1 < width) grown[i + 1] = 1;
      if (i >= width) grown[i - width] = 1;
      if (i + width < ones.length) grown[i + width] = 1;
    }
    if (++x === width) x = 0;
  }
  return grown;
}
