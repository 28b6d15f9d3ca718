/** Masks: grey PNG files to rasters of one channel. */
import type { Raster } from "@isic/core-wasm";
import { boundsOf, checkOptions } from "../bounds.ts";
import { MaskFileError } from "../errors.ts";
import { type Inflate, inflateByStream } from "./inflate.ts";
import { type GrayPng, openGrayPng } from "./png-chunks.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** How a mask is read. */
export interface ReadMaskOptions {
  /** The most pixels a mask may have, by its header: 100 000 000 unless told. */
  readonly maxPixels?: number;
  readonly signal?: AbortSignal;
}

/**
 * The pixels of a mask file, exactly as they are: 0 and 255 in a sound mask. Grey PNG files of 1, 2, 4 and 8 bits are read
 * (1, 2 and 4 bits are spread over 0 to 255), interlaced or not; a tRNS chunk changes nothing. Colour, palette and 16-bit
 * files are refused, as the challenges' scorers refuse them.
 *
 * @throws MaskFileError whose `problem` says whether it is no PNG, damaged, not grey, or too large
 */
export async function readMask(bytes: Bytes, options: ReadMaskOptions = {}): Promise<Raster> {
  checkOptions(options, ["maxPixels", "signal"]);
  return decodeMask(bytes, boundsOf(options).maxPixels, inflateByStream, options.signal);
}

/** {@link readMask} by the platform's way to inflate. */
export async function decodeMask(
  bytes: Bytes,
  maxPixels: number,
  inflate: Inflate,
  signal: AbortSignal | undefined,
): Promise<Raster> {
  const png = openGrayPng(bytes, maxPixels);
  const passes = png.interlaced ? ADAM7.map((pass) => passOf(png, pass)).filter(isThere) : [passOf(png, WHOLE)];
  const length = passes.reduce((sum, { rowBytes, rows }) => sum + (1 + rowBytes) * rows, 0);
  const filtered = await inflate(png.deflated, length, signal);
  const data = new Uint8Array(png.width * png.height);
  let at = 0;
  for (const pass of passes) {
    unfilter(filtered, at, pass);
    spread(filtered, at, pass, png, data);
    at += (1 + pass.rowBytes) * pass.rows;
  }
  return { width: png.width, height: png.height, channels: 1, data };
}

/** The pixels of an interlaced image come in seven passes: where each begins, and its steps. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const WHOLE = [0, 0, 1, 1] as const;

interface Pass {
  readonly place: readonly [x: number, y: number, dx: number, dy: number];
  readonly columns: number;
  readonly rows: number;
  readonly rowBytes: number;
}

function passOf({ width, height, bitDepth }: GrayPng, place: Pass["place"]): Pass {
  const [x, y, dx, dy] = place;
  const columns = Math.max(0, Math.ceil((width - x) / dx));
  const rows = Math.max(0, Math.ceil((height - y) / dy));
  return { place, columns, rows, rowBytes: Math.ceil((columns * bitDepth) / 8) };
}

/** A small image has no pixels in some passes, nor filter bytes there. */
const isThere = ({ columns, rows }: Pass): boolean => columns > 0 && rows > 0;

/** Undoes the filters of the rows from `start`, in place. A pixel is at most a byte, so the one to the left is one byte away. */
function unfilter(bytes: Uint8Array, start: number, { rowBytes, rows }: Pass): void {
  for (let row = 0, at = start; row < rows; row++, at += 1 + rowBytes) {
    const first = at + 1;
    const end = first + rowBytes;
    // The row above begins one row before; above the first row is zero.
    const up = row === 0 ? 0 : 1 + rowBytes;
    switch (bytes[at]) {
      case 0:
        break;
      case 1:
        for (let i = first + 1; i < end; i++) bytes[i] = bytes[i]! + bytes[i - 1]!;
        break;
      case 2:
        if (up > 0) for (let i = first; i < end; i++) bytes[i] = bytes[i]! + bytes[i - up]!;
        break;
      case 3:
        for (let i = first; i < end; i++) {
          const left = i === first ? 0 : bytes[i - 1]!;
          bytes[i] = bytes[i]! + ((left + (up === 0 ? 0 : bytes[i - up]!)) >> 1);
        }
        break;
      case 4:
        for (let i = first; i < end; i++) {
          const left = i === first ? 0 : bytes[i - 1]!;
          const above = up === 0 ? 0 : bytes[i - up]!;
          const corner = up === 0 || i === first ? 0 : bytes[i - up - 1]!;
          bytes[i] = bytes[i]! + paeth(left, above, corner);
        }
        break;
      default:
        throw new MaskFileError("damaged", `is damaged: row ${row} has a filter that does not exist`);
    }
  }
}

function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Puts the pixels of a pass where they belong, spread over 0 to 255. */
function spread(bytes: Uint8Array, start: number, pass: Pass, { width, bitDepth }: GrayPng, data: Bytes): void {
  const { place, columns, rows, rowBytes } = pass;
  const [x, y, dx, dy] = place;
  const perByte = 8 / bitDepth;
  const largest = (1 << bitDepth) - 1;
  const factor = 255 / largest;
  for (let row = 0, at = start + 1; row < rows; row++, at += 1 + rowBytes) {
    const into = (y + row * dy) * width + x;
    if (bitDepth === 8 && dx === 1) {
      data.set(bytes.subarray(at, at + columns), into);
      continue;
    }
    for (let column = 0; column < columns; column++) {
      const byte = bytes[at + Math.floor(column / perByte)]!;
      const shift = 8 - bitDepth * ((column % perByte) + 1);
      data[into + column * dx] = ((byte >> shift) & largest) * factor;
    }
  }
}
