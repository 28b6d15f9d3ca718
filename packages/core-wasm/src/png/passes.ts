import type { PngHeader } from "./chunks.ts";

/** Pixels of a file that come one after the other: all of them, or every so many-th of an interlaced one. */
export interface Pass {
  /** The first pixel, and the steps to the next. */
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
  /** How many pixels a row of the pass has, and how many rows. */
  readonly width: number;
  readonly height: number;
}

/** Adam7, the interlacing of PNG: x, y, and the steps of the seven passes (ISO/IEC 15948, 8.2). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** The passes that a file has, in order; those without pixels are not in the file. */
export function passesOf({ width, height, interlaced }: PngHeader): readonly Pass[] {
  if (!interlaced) return [{ x: 0, y: 0, stepX: 1, stepY: 1, width, height }];
  return ADAM7.map(([x, y, stepX, stepY]) => ({
    x,
    y,
    stepX,
    stepY,
    width: Math.ceil((width - x) / stepX),
    height: Math.ceil((height - y) / stepY),
  })).filter((pass) => pass.width > 0 && pass.height > 0);
}

const SAMPLES = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 } as const;

/** How many bits a pixel has. */
export function bitsPerPixel({ colorType, bitDepth }: PngHeader): number {
  return SAMPLES[colorType] * bitDepth;
}

/** How many bytes a row of a pass has, without its filter byte. */
export function rowLengthOf(header: PngHeader, pass: Pass): number {
  return Math.ceil((pass.width * bitsPerPixel(header)) / 8);
}

/** How many bytes the pixels of a file inflate to. */
export function rawLengthOf(header: PngHeader): number {
  return passesOf(header).reduce((sum, pass) => sum + pass.height * (1 + rowLengthOf(header, pass)), 0);
}
