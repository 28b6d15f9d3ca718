import { NotALabelMapError, PngError, UnsupportedPngError } from "../errors.ts";
import type { Crc32 } from "./crc.ts";

/** A PNG file of a kind that is read here, its chunks checked, its pixels still compressed. */
export interface PngFile {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
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

/** Walks the chunks of a file; every checksum is compared. @throws PngError */
export function openPng(bytes: Uint8Array, crc32: Crc32, maxPixels: number): PngFile {
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    throw new PngError("not-png", `Not a PNG file: it begins with ${firstBytes(bytes)}.`, { offset: 0 });
  }
  let header: Header | undefined;
  const parts: Uint8Array[] = [];
  let last: Chunk | undefined;
  for (const chunk of chunks(bytes, crc32)) {
    if (header === undefined) header = readHeader(chunk, maxPixels);
    else if (chunk.type === IDAT) {
      if (parts.length > 0 && last?.type !== IDAT) throw misplaced(chunk);
      parts.push(chunk.data);
    } else if (chunk.type === IHDR || (isCritical(chunk.type) && chunk.type !== PLTE && chunk.type !== IEND)) {
      throw misplaced(chunk);
    }
    last = chunk;
  }
  if (header === undefined) throw truncated(bytes.length);
  const deflated = join(parts);
  const rawLength = header.height * (1 + header.width * header.channels);
  if (deflated.length === 0) throw new PngError("no-pixels", "The PNG file holds no pixel data (no IDAT chunk).");
  if (rawLength > deflated.length * MOST_INFLATION) {
    const size = `${header.width} x ${header.height}`;
    throw new PngError(
      "pixels",
      `The PNG file promises ${size} pixels, its ${deflated.length} bytes of data cannot hold them.`,
    );
  }
  return { ...header, deflated, rawLength };
}

function* chunks(bytes: Uint8Array, crc32: Crc32): Generator<Chunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = SIGNATURE.length;
  while (true) {
    if (offset + FRAME > bytes.length) throw truncated(bytes.length);
    const length = view.getUint32(offset);
    const end = offset + FRAME + length;
    if (end > bytes.length) throw truncated(bytes.length);
    const type = view.getUint32(offset + 4);
    if (crc32(bytes.subarray(offset + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new PngError("checksum", `The PNG chunk at byte ${offset} is damaged: its checksum is wrong.`, { offset });
    }
    yield { type, data: bytes.subarray(offset + 8, end - 4), offset };
    offset = end;
    if (type !== IEND) continue;
    if (offset === bytes.length) return;
    const extra = bytes.length - offset;
    throw new PngError("structure", `${extra} bytes follow the end of the PNG file.`, { offset });
  }
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

function readHeader({ type, data, offset }: Chunk, maxPixels: number): Header {
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
  if (width * height > maxPixels) {
    const size = `${width} x ${height}`;
    throw new PngError("too-large", `The PNG file has ${size} pixels, more than maxPixels, ${maxPixels}.`, { offset });
  }
  if (colorType === 3) throw new UnsupportedPngError("A palette PNG: decode it to RGB elsewhere, then use decodeRgb.");
  if (bitDepth === 16 || colorType === 0 || colorType === 4) throw new NotALabelMapError(colorType, bitDepth);
  if (interlace === 1) {
    throw new UnsupportedPngError("An interlaced PNG: decode it to RGB elsewhere, then use decodeRgb.");
  }
  return { width, height, channels: colorType === 2 ? 3 : 4 };
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
