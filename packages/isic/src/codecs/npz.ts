import { checkOptions } from "../session/options.ts";
/** `.npz` with the one array `idx`: labels of an image as the Python client keeps them beside the superpixel PNG. */

import type { Bytes } from "@isic/cache";
import { InvalidContentError } from "../errors.ts";
import { compress } from "./compress.ts";
import { MAX_PIXELS } from "./types.ts";
import { readMember, writeArchive } from "./zip.ts";

/** Labels in rows; what `@isic/core-wasm` calls a `LabelImage`. */
export interface LabelGrid {
  readonly width: number;
  readonly height: number;
  /** `width * height` labels. */
  readonly data: Int32Array<ArrayBuffer>;
  /** Largest label + 1. */
  readonly count: number;
}

const MAGIC = "\x93NUMPY";
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
/** A header is a line of text: NumPy itself refuses longer ones. */
const MOST_HEADER = 10_000;

const fail = (reason: string, cause?: unknown): never => {
  throw new InvalidContentError("npz", reason, cause === undefined ? undefined : { cause });
};

type GetValue = (view: DataView, at: number, littleEndian: boolean) => number;

/** The types that labels are kept in: what scikit-image returns is int64. */
const TYPES: Readonly<Record<string, readonly [bytes: number, get: GetValue]>> = {
  i1: [1, (view, at) => view.getInt8(at)],
  u1: [1, (view, at) => view.getUint8(at)],
  i2: [2, (view, at, little) => view.getInt16(at, little)],
  u2: [2, (view, at, little) => view.getUint16(at, little)],
  i4: [4, (view, at, little) => view.getInt32(at, little)],
  u4: [4, (view, at, little) => view.getUint32(at, little)],
  i8: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  u8: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
};

export interface DecodeNpzOptions {
  /** More labels are refused by what the header says, before they are unpacked. @default 100_000_000 */
  readonly maxPixels?: number | undefined;
}

/**
 * The labels of `spidx_<id>.npz`, or of any `.npz` that has them as `idx`: a two-dimensional array of integers of any
 * size whose values are labels (0 to 2^31 - 2).
 *
 * @throws InvalidContentError when it is no ZIP, its checksum is wrong, or it has no such array
 */
export async function decodeIndexNpz(bytes: Bytes, options: DecodeNpzOptions = {}): Promise<LabelGrid> {
  checkOptions("decodeIndexNpz", options, ["maxPixels"]);
  const { maxPixels = MAX_PIXELS } = options;
  const onStart = (first: Bytes, size: number): void => checkSize(readHeader(first, maxPixels), size);
  const npy = await readMember(bytes, "idx.npy", { limit: maxPixels * 8 + MOST_HEADER + 12, onStart, fail });
  const { height, width, start, type, littleEndian, byColumns } = readHeader(npy, maxPixels);
  const [size, get] = TYPES[type]!;
  const view = new DataView(npy.buffer, npy.byteOffset + start, npy.byteLength - start);
  const data = new Int32Array(width * height);
  let largest = -1;
  for (let i = 0; i < data.length; i++) {
    const label = get(view, i * size, littleEndian);
    if (label < 0) fail(`its array has the label ${label}, and labels are not negative`);
    if (label > 0x7ffffffe) fail(`its array has the label ${label}, which is more than 32 bits hold`);
    data[byColumns ? (i % height) * width + Math.floor(i / height) : i] = label;
    if (label > largest) largest = label;
  }
  return { width, height, data, count: largest + 1 };
}

/** Labels as NumPy reads them with `numpy.load(file)["idx"]`: int32, rows first, deflated. */
export async function encodeIndexNpz(labels: Pick<LabelGrid, "width" | "height" | "data">): Promise<Bytes> {
  const { width, height, data } = labels;
  if (data.length !== width * height) {
    throw new RangeError(`expected ${width} x ${height} labels, got ${data.length}`);
  }
  const header = headerOf(width, height);
  const npy = new Uint8Array(header.byteLength + data.byteLength);
  npy.set(header);
  const values = LITTLE_ENDIAN ? data : swap(data.slice());
  npy.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), header.byteLength);
  return writeArchive("idx.npy", npy, await compress(npy, "deflate-raw"));
}

/** Version 1.0: magic, two version bytes, length, a Python dict padded to a multiple of 64 with a newline at the end. */
function headerOf(width: number, height: number): Uint8Array {
  const dict = `{'descr': '<i4', 'fortran_order': False, 'shape': (${height}, ${width}), }`;
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64 - 10;
  const text = `${dict.padEnd(length - 1)}\n`;
  const header = Uint8Array.from(`${MAGIC}\x01\x00??${text}`, (character) => character.charCodeAt(0));
  new DataView(header.buffer).setUint16(8, length, true);
  return header;
}

interface Header {
  readonly width: number;
  readonly height: number;
  /** Where the values begin. */
  readonly start: number;
  readonly type: string;
  readonly littleEndian: boolean;
  readonly byColumns: boolean;
}

function readHeader(npy: Bytes, maxPixels: number): Header {
  if (npy.byteLength < 12 || latin1(npy.subarray(0, 6)) !== MAGIC) return fail("its array has no NumPy header");
  const view = new DataView(npy.buffer, npy.byteOffset, npy.byteLength);
  const long = npy[6]! > 1;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = (long ? 12 : 10) + length;
  if (length > MOST_HEADER) return fail(`its NumPy header has ${length} bytes, more than ${MOST_HEADER}`);
  if (start > npy.byteLength) return fail("its NumPy header is cut");
  const dict = latin1(npy.subarray(long ? 12 : 10, start));
  const [, order, type] = /'descr': *'([<>|=])([a-z]\d)'/.exec(dict) ?? [];
  // Python 2 wrote long numbers with an L.
  const shape = /'shape': *\( *([0-9]{1,10})L? *, *([0-9]{1,10})L? *,? *\)/.exec(dict);
  const byColumns = /'fortran_order': *(True|False)/.exec(dict)?.[1];
  if (type === undefined || !Object.hasOwn(TYPES, type))
    return fail(`its array holds ${/'descr': *'([^']{0,20})'/.exec(dict)?.[1] ?? "something"}, not whole numbers`);
  if (shape === null || byColumns === undefined) return fail("its array is not two-dimensional");
  const [height, width] = [Number(shape[1]), Number(shape[2])];
  if (width === 0 || height === 0) return fail("its array is empty");
  if (width * height > maxPixels)
    return fail(`its array has ${width} x ${height} labels, more than the ${maxPixels} that are allowed`);
  return { height, width, start, type, littleEndian: order !== ">", byColumns: byColumns === "True" };
}

/** Asked before the values are unpacked: there are as many bytes as the shape takes. */
function checkSize({ width, height, type, start }: Header, size: number): void {
  const due = width * height * TYPES[type]![0];
  if (size - start !== due) fail(`${width} x ${height} labels take ${due} bytes, not ${size - start}`);
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function swap(data: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const view = new DataView(data.buffer);
  for (let i = 0; i < data.length; i++) data[i] = view.getInt32(i * 4, true);
  return data;
}
