import { PngError } from "../errors.ts";
import type { PngFile } from "./chunks.ts";

/** Reads pixel x of an unfiltered row. */
export type ReadPixel = (row: Uint8Array, x: number) => number;

export function isGrey({ colorType }: PngFile): boolean {
  return colorType === 0 || colorType === 4;
}

/** The colour of a pixel, `R + 256 G + 65536 B`; of 16 bits the high byte; alpha and transparency are passed by. */
export function colorReader(file: PngFile): ReadPixel {
  if (file.colorType === 3) return paletteReader(file);
  const sample = file.bitDepth / 8;
  const pixel = sample * (file.colorType === 2 ? 3 : 4);
  return (row, x) => {
    const at = x * pixel;
    return row[at]! | (row[at + sample]! << 8) | (row[at + 2 * sample]! << 16);
  };
}

/** The level of a grey pixel from 0 to 255: fewer bits are stretched, of 16 the high byte counts. */
export function greyReader({ colorType, bitDepth }: PngFile): ReadPixel {
  if (bitDepth < 8) {
    const packed = packedReader(bitDepth);
    const stretch = 255 / (2 ** bitDepth - 1);
    return (row, x) => packed(row, x) * stretch;
  }
  const pixel = (bitDepth / 8) * (colorType === 0 ? 1 : 2);
  return (row, x) => row[x * pixel]!;
}

/** The value of a grey pixel of 8 or 16 bits as it is. */
export function greyValueReader({ colorType, bitDepth }: PngFile): ReadPixel {
  const pixel = (bitDepth / 8) * (colorType === 0 ? 1 : 2);
  if (bitDepth === 16) return (row, x) => (row[x * pixel]! << 8) | row[x * pixel + 1]!;
  return (row, x) => row[x * pixel]!;
}

function paletteReader({ palette, bitDepth }: PngFile): ReadPixel {
  const entries = palette.length / 3;
  const colors = Int32Array.from(
    { length: entries },
    (_, i) => palette[3 * i]! | (palette[3 * i + 1]! << 8) | (palette[3 * i + 2]! << 16),
  );
  const entryAt: ReadPixel = bitDepth === 8 ? (row, x) => row[x]! : packedReader(bitDepth);
  return (row, x) => {
    const entry = entryAt(row, x);
    const color = colors[entry];
    if (color !== undefined) return color;
    throw new PngError("pixels", `A pixel of the PNG file has colour ${entry} of a palette of ${entries}.`);
  };
}

/** Samples of 1, 2 or 4 bits: the first pixel in the high bits. */
function packedReader(bits: number): ReadPixel {
  const mask = 2 ** bits - 1;
  return (row, x) => {
    const at = x * bits;
    return (row[at >> 3]! >> (8 - bits - (at & 7))) & mask;
  };
}
