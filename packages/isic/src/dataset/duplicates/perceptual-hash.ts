// duplicates/: pictures that show the same, by what they look like and not by their names.

import type { Raster } from "@isic/core-wasm";

/** What a picture looks like, small enough to compare all with all. */
export interface Fingerprint {
  /** A difference hash of 64 bits, as 16 hexadecimal digits. */
  readonly hash: string;
  /** 16 x 16 grey values, row by row, as hexadecimal digits. */
  readonly thumb: string;
}

const SIDE = 16;
/** So many grey levels (of 256) thumbnails may differ on average: what a JPEG encoder changes stays below 2. */
export const THUMB_LEVELS = 6;
/** Bits that may differ where nobody says how many. */
export const DEFAULT_BITS = 4;

/**
 * The fingerprint of a picture: whether each of 8 x 8 fields of its grey picture is darker than the one to its right
 * (dHash, N. Krawetz 2013), and a thumbnail by which what agrees in that is held against each other. Whole numbers
 * only, so that all engines give the same. Copies of another size, format or quality have nearly the same one; turned,
 * mirrored and cropped copies do not.
 */
export function fingerprintOf(raster: Raster): Fingerprint {
  const fields = greyMeans(raster, 9, 8);
  let hash = "";
  for (let y = 0; y < 8; y++) {
    let bits = 0;
    for (let x = 0; x < 8; x++) bits = (bits << 1) | (fields[y * 9 + x]! < fields[y * 9 + x + 1]! ? 1 : 0);
    hash += bits.toString(16).padStart(2, "0");
  }
  const thumb = Array.from(greyMeans(raster, SIDE, SIDE), (sum) => (sum >> 8).toString(16).padStart(2, "0")).join("");
  return { hash, thumb };
}

/** Mean grey values (ITU-R BT.601) of `columns` x `rows` fields of a picture, times 256. */
function greyMeans({ width, height, channels, data }: Raster, columns: number, rows: number): Int32Array {
  const means = new Int32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    const top = Math.min(Math.floor((row * height) / rows), height - 1);
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * height) / rows));
    for (let column = 0; column < columns; column++) {
      const left = Math.min(Math.floor((column * width) / columns), width - 1);
      const right = Math.max(left + 1, Math.floor(((column + 1) * width) / columns));
      let sum = 0;
      for (let y = top; y < bottom; y++) {
        for (let at = (y * width + left) * channels; at < (y * width + right) * channels; at += channels) {
          sum += channels === 1 ? data[at]! * 256 : data[at]! * 77 + data[at + 1]! * 150 + data[at + 2]! * 29;
        }
      }
      means[row * columns + column] = Math.floor(sum / ((bottom - top) * (right - left)));
    }
  }
  return means;
}

/** In how many bits two hashes differ. */
export function hashDistance(a: string, b: string): number {
  return bitsOf(wordAt(a, 0) ^ wordAt(b, 0)) + bitsOf(wordAt(a, 8) ^ wordAt(b, 8));
}

export const wordAt = (hash: string, at: number): number => Number.parseInt(hash.slice(at, at + 8), 16) | 0;

export function bitsOf(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The mean difference of two thumbnails, in grey levels. */
export function thumbDistance(a: string, b: string): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 2) {
    sum += Math.abs(Number.parseInt(a.slice(at, at + 2), 16) - Number.parseInt(b.slice(at, at + 2), 16));
  }
  return sum / (SIDE * SIDE);
}
