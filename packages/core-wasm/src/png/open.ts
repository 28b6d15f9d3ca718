import { PngError } from "../errors.ts";
import { openPng, type PngFile } from "./chunks.ts";
import type { Crc32 } from "./crc32.ts";

/** What a file may cost. */
export interface PngLimits {
  /**
   * The most pixels a file may announce before any memory is spent on it: 100 000 000 unless told, four times the
   * archive's largest. More is a `PngError` with the problem `"too-large"`.
   */
  readonly maxPixels?: number;
}

const MAX_PIXELS = 100_000_000;

/** @throws PngError, and TypeError or RangeError for arguments that are none */
export function openFile(bytes: Uint8Array, crc32: Crc32, { maxPixels = MAX_PIXELS }: PngLimits): PngFile {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`expected bytes to be a Uint8Array, got ${typeof bytes}`);
  if (!(maxPixels > 0)) throw new RangeError(`expected maxPixels to be a number above 0, got ${maxPixels}`);
  return openPng(bytes, crc32, maxPixels);
}

/** Memory for the pixels of a file, made by `make`. @throws PngError where there is not enough */
export function makeRoom<T>({ width, height }: PngFile, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const size = `${width} x ${height}`;
    throw new PngError("too-large", `There is not enough memory for the ${size} pixels of the PNG file.`, { cause });
  }
}
