// What a mask must be before anything is computed of it, and what its bytes are in fours.
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

/** Four pixels of 255 as one number. */
export const ALL_INSIDE = -1;

/** The bytes in fours, without the last one to three; none where the memory does not allow to read them so. */
export function wordsOf(data: Uint8Array<ArrayBuffer>): Int32Array {
  if (data.byteOffset % 4 !== 0) return new Int32Array(0);
  return new Int32Array(data.buffer, data.byteOffset, data.length >> 2);
}

/** A value of a mask that is neither 0 nor 255. */
export function otherValue({ data }: Raster): number | undefined {
  const words = wordsOf(data);
  let word = 0;
  while (word < words.length && isBinary(words[word]!)) word++;
  for (let i = word * 4; i < data.length; i++) if (data[i] !== 0 && data[i] !== 255) return data[i];
  return undefined;
}

/** Are all four bytes 0 or 255: the lowest bit of each, in all eight of its own. */
const isBinary = (word: number): boolean =>
  word === 0 || word === ALL_INSIDE || Math.imul(word & 0x01010101, 255) === word;
