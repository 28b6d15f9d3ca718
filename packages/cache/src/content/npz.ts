/** `.npz` with the one array `idx`: labels of an image as the Python client keeps them beside the superpixel PNG. */
import { InvalidContentError } from "../contract/errors.ts";
import type { Bytes } from "../contract/types.ts";
import { compress } from "./compress.ts";
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
/** 16 384 x 16 384 labels. */
const MAX_BYTES = 2 ** 30;
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

const fail = (reason: string, cause?: unknown): never => {
  throw new InvalidContentError("npz", reason, cause === undefined ? undefined : { cause });
};

/**
 * The labels of `spidx_<id>.npz`.
 *
 * @throws InvalidContentError when it is no ZIP, its checksum is wrong, or it has no two-dimensional int32 array `idx`.
 */
export async function decodeIndexNpz(bytes: Bytes): Promise<LabelGrid> {
  const npy = await readMember(bytes, "idx.npy", MAX_BYTES, fail);
  const { height, width, start } = readHeader(npy);
  const size = width * height * 4;
  if (npy.byteLength - start !== size)
    fail(`${width} x ${height} labels take ${size} bytes, not ${npy.byteLength - start}`);
  const data = new Int32Array(npy.slice(start).buffer);
  if (!LITTLE_ENDIAN) swap(data);
  let largest = -1;
  for (const label of data) if (label > largest) largest = label;
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

function readHeader(npy: Bytes): { width: number; height: number; start: number } {
  if (npy.byteLength < 12 || latin1(npy.subarray(0, 6)) !== MAGIC) return fail("its array has no NumPy header");
  const view = new DataView(npy.buffer, npy.byteOffset, npy.byteLength);
  const long = npy[6]! > 1;
  const start = long ? 12 + view.getUint32(8, true) : 10 + view.getUint16(8, true);
  if (start > npy.byteLength) return fail("its NumPy header is cut");
  const dict = latin1(npy.subarray(long ? 12 : 10, start));
  const type = /'descr': *'([^']*)'/.exec(dict)?.[1];
  const shape = /'shape': *\( *([0-9]+) *, *([0-9]+) *,? *\)/.exec(dict);
  if (type !== "<i4") return fail(`its array holds ${type ?? "something"}, not int32`);
  if (shape === null || !/'fortran_order': *False/.test(dict))
    return fail("its array is not two-dimensional, rows first");
  return { height: Number(shape[1]), width: Number(shape[2]), start };
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
