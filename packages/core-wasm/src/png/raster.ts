import { checkOptions } from "../check.ts";
import type { Raster } from "../types.ts";
import type { PngFile } from "./chunks.ts";
import type { Crc32 } from "./crc32.ts";
import { makeRoom, openFile, type PngLimits } from "./open.ts";
import { colorReader, greyReader, isGrey, type ReadPixel } from "./pixels.ts";
import { Scanlines, type VisitRow } from "./scanlines.ts";

/** How a picture is read. */
export interface ReadPngSyncOptions extends PngLimits {
  /**
   * 3: RGB, whatever the file has. 1: grey, whatever the file has (colours by the luma of ITU-R BT.601, to the byte as
   * Pillow's `convert("L")`). Unless told, grey files have one channel, all others three.
   */
  readonly channels?: 1 | 3;
}

export interface ReadPngOptions extends ReadPngSyncOptions {
  /** Gives up between two pieces of the file, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A picture to which the inflated bytes of its file are given. */
export interface RasterRows {
  readonly file: PngFile;
  push(piece: Uint8Array): void;
  /** @throws PngError when rows are missing */
  end(): Raster;
}

/** Checks the options and the file, and makes room for its pixels. @throws PngError, TypeError, RangeError */
export function openRaster(bytes: Uint8Array, crc32: Crc32, options: ReadPngOptions): RasterRows {
  checkOptions(options, ["channels", "maxPixels", "signal"]);
  const { channels: asked } = options;
  if (asked !== undefined && asked !== 1 && asked !== 3) {
    throw new RangeError(`expected channels to be 1 or 3, got ${asked}`);
  }
  const file = openFile(bytes, crc32, options);
  const { width, height } = file;
  const channels = asked ?? (isGrey(file) ? 1 : 3);
  const data = makeRoom(file, () => new Uint8Array(width * height * channels));
  const scanlines = new Scanlines(file, writerOf(file, data, channels));
  return {
    file,
    push: (piece) => scanlines.push(piece),
    end(): Raster {
      scanlines.end();
      return { width, height, channels, data };
    },
  };
}

function writerOf(file: PngFile, data: Uint8Array, channels: 1 | 3): VisitRow {
  const { width, colorType, bitDepth, interlaced } = file;
  const isStored = bitDepth === 8 && (channels === 1 ? colorType === 0 : colorType === 2);
  if (isStored && !interlaced) return (row, y) => data.set(row, y * row.length);
  const write = isGrey(file) ? (channels === 1 ? greyAsGrey : greyAsRgb) : channels === 1 ? colorAsGrey : colorAsRgb;
  const read = isGrey(file) ? greyReader(file) : colorReader(file);
  return (row, y, pass) => {
    const first = (pass.y + y * pass.stepY) * width + pass.x;
    write(data, first * channels, pass.stepX * channels, pass.width, row, read);
  };
}

/** Writes `count` pixels of a row, the first at `at`, each `step` bytes further. */
type WriteRow = (data: Uint8Array, at: number, step: number, count: number, row: Uint8Array, read: ReadPixel) => void;

const greyAsGrey: WriteRow = (data, at, step, count, row, read) => {
  for (let x = 0; x < count; x++) data[at + x * step] = read(row, x);
};

const greyAsRgb: WriteRow = (data, at, step, count, row, read) => {
  for (let x = 0, to = at; x < count; x++, to += step) {
    const level = read(row, x);
    data[to] = level;
    data[to + 1] = level;
    data[to + 2] = level;
  }
};

const colorAsRgb: WriteRow = (data, at, step, count, row, read) => {
  for (let x = 0, to = at; x < count; x++, to += step) {
    const color = read(row, x);
    data[to] = color;
    data[to + 1] = color >> 8;
    data[to + 2] = color >> 16;
  }
};

/** The weights of ITU-R BT.601 (0.299, 0.587, 0.114) in 65 536ths, as Pillow has them. */
const colorAsGrey: WriteRow = (data, at, step, count, row, read) => {
  for (let x = 0; x < count; x++) {
    const color = read(row, x);
    const luma = (color & 255) * 19_595 + ((color >> 8) & 255) * 38_470 + (color >> 16) * 7_471 + 0x8000;
    data[at + x * step] = luma >> 16;
  }
};
