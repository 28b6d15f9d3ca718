// The chunks of a PNG file (ISO/IEC 15948, the W3C recommendation): found, checked, and put together.
import { PngError } from "../errors.ts";
import type { Crc32 } from "./crc32.ts";
import { rawLengthOf } from "./passes.ts";

/** Grey, RGB, palette, grey with alpha, RGBA. */
export type ColorType = 0 | 2 | 3 | 4 | 6;

/** What the header of a file says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly colorType: ColorType;
  /** Bits per sample. */
  readonly bitDepth: 1 | 2 | 4 | 8 | 16;
  readonly interlaced: boolean;
}

/** A PNG file, its chunks checked, its pixels still compressed. */
export interface PngFile extends PngHeader {
  /** Red, green and blue of each entry; empty unless the file has a palette. */
  readonly palette: Uint8Array;
  /** The zlib stream of all pixels. */
  readonly deflated: Uint8Array;
  /** How many bytes it must inflate to: a filter byte and the pixels of each row. */
  readonly rawLength: number;
}

export const SIGNATURE: readonly number[] = [137, 80, 78, 71, 13, 10, 26, 10];
const IHDR = 0x49484452;
const PLTE = 0x504c5445;
const IDAT = 0x49444154;
const IEND = 0x49454e44;

/** A chunk around its data: length, type, checksum. */
const FRAME = 12;
/** No deflate stream grows by more than this factor. */
const MOST_INFLATION = 1032;

interface Chunk {
  readonly type: number;
  readonly data: Uint8Array;
  readonly offset: number;
}

/**
 * Walks the chunks of a file; every checksum is compared, and the limit before anything is allocated.
 *
 * @throws PngError
 */
export function openPng(bytes: Uint8Array, crc32: Crc32, maxPixels: number): PngFile {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    throw new PngError("not-png", `Not a PNG file: it begins with ${firstBytes(bytes)}.`, { offset: 0 });
  }
  let header: PngHeader | undefined;
  let palette: Uint8Array | undefined;
  const parts: Uint8Array[] = [];
  let last: Chunk | undefined;
  for (const chunk of chunks(bytes, crc32)) {
    if (header === undefined) header = readHeader(chunk, maxPixels);
    else if (chunk.type === IDAT) {
      if (parts.length > 0 && last?.type !== IDAT) throw misplaced(chunk);
      parts.push(chunk.data);
    } else if (chunk.type === PLTE) {
      if (palette !== undefined || parts.length > 0) throw misplaced(chunk);
      palette = readPalette(chunk);
    } else if (chunk.type === IHDR || (isCritical(chunk.type) && chunk.type !== IEND)) {
      throw misplaced(chunk);
    }
    last = chunk;
  }
  if (header === undefined) throw truncated(bytes.length);
  if (header.colorType === 3 && palette === undefined) {
    throw new PngError("structure", "The PNG file has palette pixels but no palette (PLTE chunk) before them.");
  }
  const deflated = join(parts);
  const rawLength = rawLengthOf(header);
  if (deflated.length === 0) throw new PngError("no-pixels", "The PNG file holds no pixel data (no IDAT chunk).");
  if (rawLength > deflated.length * MOST_INFLATION) {
    const size = `${header.width} x ${header.height}`;
    throw new PngError(
      "pixels",
      `The PNG file promises ${size} pixels, its ${deflated.length} bytes of data cannot hold them.`,
    );
  }
  return { ...header, palette: palette ?? new Uint8Array(0), deflated, rawLength };
}

function* chunks(bytes: Uint8Array, crc32: Crc32): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = SIGNATURE.length;
  while (true) {
    if (offset === bytes.length) throw withoutEnd(offset);
    if (offset + FRAME > bytes.length) throw truncated(bytes.length);
    const length = view.getUint32(offset);
    const end = offset + FRAME + length;
    if (end > bytes.length) throw truncated(bytes.length);
    const type = view.getUint32(offset + 4);
    if (crc32(bytes.subarray(offset + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new PngError("checksum", `The PNG chunk at byte ${offset} is damaged: its checksum is wrong.`, { offset });
    }
    yield { type, data: bytes.subarray(offset + 8, end - 4), offset };
    if (type === IEND) return; // Whatever follows the end is no part of the file.
    offset = end;
  }
}

function readHeader({ type, data, offset }: Chunk, maxPixels: number): PngHeader {
  if (type !== IHDR || data.length !== 13) {
    throw new PngError("header", "The PNG file does not begin with a header (IHDR) of 13 bytes.", { offset });
  }
  const view = new DataView(data.buffer, data.byteOffset, 13);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [bitDepth = 0, colorType = 0, compression, filter, interlace = 0] = data.subarray(8);
  if (width === 0 || height === 0 || width >= 2 ** 31 || height >= 2 ** 31) {
    throw new PngError("header", `The PNG header says ${width} x ${height} pixels.`, { offset });
  }
  if (!isKind(colorType, bitDepth) || compression !== 0 || filter !== 0 || interlace > 1) {
    throw new PngError("header", `The PNG header names no kind of pixels there is: ${[...data.subarray(8)]}.`, {
      offset,
    });
  }
  // A side of as many as libpng takes too (PNG_USER_WIDTH_MAX): each row costs time, and two whole rows are held.
  const most =
    Math.max(width, height) > 1e6 ? "1000000 a side" : width * height > maxPixels && `maxPixels, ${maxPixels}`;
  if (most) {
    throw new PngError("too-large", `The PNG file has ${width} x ${height} pixels, more than ${most}.`, { offset });
  }
  return {
    width,
    height,
    colorType: colorType as ColorType,
    bitDepth: bitDepth as PngHeader["bitDepth"],
    interlaced: interlace === 1,
  };
}

function readPalette({ data, offset }: Chunk): Uint8Array {
  if (data.length === 0 || data.length % 3 !== 0 || data.length > 768) {
    throw new PngError("structure", `The palette of the PNG file has ${data.length} bytes, not 3 for each colour.`, {
      offset,
    });
  }
  return data;
}

/** The bit depths that PNG allows for each colour type: grey, RGB, palette, grey + alpha, RGBA. */
const DEPTHS: Record<number, readonly number[]> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

function isKind(colorType: number, bitDepth: number): boolean {
  return DEPTHS[colorType]?.includes(bitDepth) ?? false;
}

/** Bit 5 of the first letter: lower case is ancillary. */
function isCritical(type: number): boolean {
  return (type & 0x2000_0000) === 0;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function truncated(length: number): PngError {
  return new PngError("truncated", `The PNG file ends after ${length} bytes, in the middle of a chunk.`, {
    offset: length,
  });
}

function withoutEnd(offset: number): PngError {
  return new PngError("truncated", `The PNG file ends after ${offset} bytes, without its end chunk (IEND).`, {
    offset,
  });
}

function misplaced({ type, offset }: Chunk): PngError {
  const letters = [24, 16, 8, 0].map((shift) => String.fromCharCode((type >>> shift) & 255)).join("");
  const name = /^[A-Za-z]{4}$/.test(letters) ? letters : "nameless";
  return new PngError("structure", `The PNG file has a ${name} chunk where none may be, at byte ${offset}.`, {
    offset,
  });
}

function firstBytes(bytes: Uint8Array): string {
  const hex = [...bytes.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.length === 0 ? "nothing" : hex.join(" ");
}
