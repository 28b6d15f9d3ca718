/**
 * Everything of `@isic/core-wasm`, with the PNG functions over `node:zlib`, and synchronous twins of these.
 *
 * @module
 */
import { crc32, deflateSync } from "node:zlib";
import type { BuildMapOptions } from "./csr.ts";
import { allocate, inflate, inflateSync } from "./node/zlib.ts";
import type { Superpixels } from "./png/read.ts";
import {
  both,
  openFile,
  type Platform,
  type ReadOptions,
  type ReadPngOptions,
  readBoth,
  readLabels,
} from "./png/read.ts";
import type { Rows } from "./png/rows.ts";
import { filterRows, frame } from "./png/write.ts";
import type { Bytes, LabelImage } from "./types.ts";
import { wasmRows } from "./wasm/rows.ts";
import { simdCore } from "./wasm/simd.ts";

export * from "./index.ts";

const platform: Platform = {
  crc32,
  openRows: /* @__PURE__ */ wasmRows(simdCore, allocate),
  inflate,
};

/** {@link readSuperpixelPngSync} as a promise. @throws what that throws, and the signal's reason */
export function readSuperpixelPng(bytes: Uint8Array, options: ReadOptions = {}): Promise<LabelImage> {
  return readLabels(platform, bytes, options);
}

/** {@link readSuperpixelsSync} as a promise. @throws what that throws, and the signal's reason */
export function readSuperpixels(bytes: Uint8Array, options: ReadOptions & BuildMapOptions = {}): Promise<Superpixels> {
  return readBoth(platform, bytes, options);
}

/** {@link writeSuperpixelPngSync} as a promise. @throws RangeError for labels beyond 24 bits */
export async function writeSuperpixelPng(labels: LabelImage): Promise<Bytes> {
  return writeSuperpixelPngSync(labels);
}

/**
 * The labels of a superpixel file: an 8-bit RGB or RGBA PNG without interlacing.
 *
 * @throws PngError for anything but a sound PNG file, UnsupportedPngError for palette and interlaced files,
 * NotALabelMapError for grey and 16-bit ones
 */
export function readSuperpixelPngSync(bytes: Uint8Array, options: ReadPngOptions = {}): LabelImage {
  return readSync(bytes, options, (rows) => rows.labels());
}

/** The labels of a superpixel file and their map. @throws SparseLabelsError, and what {@link readSuperpixelPngSync} throws */
export function readSuperpixelsSync(bytes: Uint8Array, options: ReadPngOptions & BuildMapOptions = {}): Superpixels {
  return readSync(bytes, options, (rows) => both(rows, options));
}

/** The superpixel file of these labels, as the archive served them: 8-bit RGB. @throws RangeError for labels beyond 24 bits */
export function writeSuperpixelPngSync(labels: LabelImage): Bytes {
  return frame(labels, deflateSync(filterRows(labels)), crc32);
}

function readSync<T>(bytes: Uint8Array, options: ReadPngOptions, finish: (rows: Rows) => T): T {
  const file = openFile(bytes, crc32, options);
  const rows = platform.openRows(file.width, file.height, file.channels);
  try {
    inflateSync(file, (piece) => rows.push(piece));
    return finish(rows);
  } finally {
    rows.close();
  }
}
