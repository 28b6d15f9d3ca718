// What a mask must be before anything is computed of it.
import type { Raster } from "@isic/core-wasm";

/** @throws TypeError for a raster that has not one channel, RangeError for one whose data are not as long as its size says */
export function checkMask({ width, height, channels, data }: Raster): void {
  if (channels !== 1) throw new TypeError(`expected a mask of 1 channel, got ${channels}`);
  if (!isSide(width) || !isSide(height))
    throw new RangeError(`expected a size of whole pixels, got ${width} x ${height}`);
  if (data.length !== width * height) {
    throw new RangeError(`expected ${width * height} bytes in a mask of ${width} x ${height}, got ${data.length}`);
  }
}

const isSide = (side: number): boolean => Number.isInteger(side) && side > 0;

/** @throws RangeError for masks of different sizes */
export function checkSameSize(a: Raster, b: Raster): void {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(`expected masks of one size, got ${a.width} x ${a.height} and ${b.width} x ${b.height}`);
  }
}
