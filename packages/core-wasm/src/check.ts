import { LabelCountError } from "./errors.ts";
import type { LabelImage, Raster, SuperpixelMap } from "./types.ts";

/** `width * height`, once both are sizes. */
export function pixelTotal(width: number, height: number): number {
  if (!isSize(width) || !isSize(height)) {
    throw new RangeError(`expected width and height to be positive integers, got ${width} x ${height}`);
  }
  const total = width * height;
  if (total > 0xffff_ffff) throw new RangeError(`expected at most 2^32 - 1 pixels, got ${width} x ${height}`);
  return total;
}

function isSize(side: number): boolean {
  return Number.isInteger(side) && side > 0;
}

export function checkLength(name: string, actual: number, expected: number): void {
  if (actual !== expected) throw new RangeError(`expected ${expected} elements in ${name}, got ${actual}`);
}

/** The pixels of a label image, once its parts agree. */
export function labelTotal(labels: LabelImage): number {
  const total = pixelTotal(labels.width, labels.height);
  checkLength("labels.data", labels.data.length, total);
  return total;
}

export function rasterTotal(raster: Raster): number {
  const total = pixelTotal(raster.width, raster.height);
  checkLength("raster.data", raster.data.length, total * raster.channels);
  return total;
}

export function checkSameSize(a: { width: number; height: number }, b: { width: number; height: number }): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(`expected images of one size, got ${a.width} x ${a.height} and ${b.width} x ${b.height}`);
  }
}

/** A mask is a raster of one channel. */
export function checkMask(mask: Raster): void {
  if (mask.channels !== 1) throw new TypeError(`expected a mask of 1 channel, got ${mask.channels}`);
  rasterTotal(mask);
}

export function checkSuperpixel(map: SuperpixelMap, superpixel: number): void {
  if (!Number.isInteger(superpixel) || superpixel < 0 || superpixel >= map.count) {
    throw new RangeError(`expected a superpixel from 0 to ${map.count - 1}, got ${superpixel}`);
  }
}

/** An array with a value per superpixel belongs to labels of as many superpixels. */
export function checkLabelCount(name: string, values: ArrayLike<number>, count: number): void {
  if (values.length !== count) throw new LabelCountError(name, count, values.length);
}

/** Labels that do not fit the image's own `count` (or are negative). */
export function wrongLabel(label: number, count: number): RangeError {
  return new RangeError(`expected labels from 0 to ${count - 1} (labels.count - 1), got ${label}`);
}

/** Refuses names that options do not have: a misspelt one would have no effect. @throws TypeError */
export function checkOptions(options: object, names: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`expected options to be an object, got ${options === null ? "null" : typeof options}`);
  }
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) throw new TypeError(`unknown option ${name}: there are ${names.join(", ")}`);
  }
}
