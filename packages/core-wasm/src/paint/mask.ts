import { checkSuperpixel } from "../check.ts";
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
