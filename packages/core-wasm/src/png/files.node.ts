// PNG files over node:zlib: several times faster in Node than streams, and synchronous where that is wanted.
import { crc32, deflateSync } from "node:zlib";
import { coreKernels } from "../kernels/modules.ts";
import { wasmRows } from "../kernels/png-rows-wasm.ts";
import type { BuildMapOptions } from "../map/build.ts";
import type { Bytes, LabelImage, Raster } from "../types.ts";
import {
  both,
  type LabelRows,
  openLabels,
  type ReadLabelsOptions,
  type ReadLabelsSyncOptions,
  type Superpixels,
} from "./labels.ts";
import { openRaster, type ReadPngOptions, type ReadPngSyncOptions } from "./raster.ts";
import type { OpenRows } from "./rows.ts";
import { filterRows, frame } from "./write-labels.ts";
import { allocate, inflate, inflateSync } from "./zlib.node.ts";

const openRows: OpenRows = /* @__PURE__ */ wasmRows(coreKernels, allocate);

/** {@link readPngSync} as a promise; large files are inflated in another thread. @throws what that throws, and the signal's reason */
export async function readPng(bytes: Uint8Array, options: ReadPngOptions = {}): Promise<Raster> {
  options.signal?.throwIfAborted();
  const rows = openRaster(bytes, crc32, options);
  await inflate(rows.file, (piece) => rows.push(piece), options.signal);
  return rows.end();
}

/**
 * The pixels of a PNG file of any kind, exactly; see `readPng` of `@isic/core-wasm`.
 *
 * @returns a new picture of one channel (grey files) or three; see the options
 * @throws PngError for anything but a sound PNG file, or one beyond `maxPixels`
 */
export function readPngSync(bytes: Uint8Array, options: ReadPngSyncOptions = {}): Raster {
  const rows = openRaster(bytes, crc32, options);
  inflateSync(rows.file, (piece) => rows.push(piece));
  return rows.end();
}

/** {@link readSuperpixelPngSync} as a promise. @throws what that throws, and the signal's reason */
export function readSuperpixelPng(bytes: Uint8Array, options: ReadLabelsOptions = {}): Promise<LabelImage> {
  return read(bytes, options, (rows) => rows.labels());
}

/** {@link readSuperpixelsSync} as a promise. @throws what that throws, and the signal's reason */
export function readSuperpixels(
  bytes: Uint8Array,
  options: ReadLabelsOptions & BuildMapOptions = {},
): Promise<Superpixels> {
  return read(bytes, options, (rows) => both(rows, options));
}

async function read<T>(
  bytes: Uint8Array,
  options: ReadLabelsOptions & BuildMapOptions,
  finish: (rows: LabelRows) => T,
): Promise<T> {
  options.signal?.throwIfAborted();
  const rows = openLabels(bytes, crc32, openRows, options);
  try {
    await inflate(rows.file, (piece) => rows.push(piece), options.signal);
    return finish(rows);
  } finally {
    rows.close();
  }
}

/**
 * The labels of a superpixel file, at once; see `readSuperpixelPng` of `@isic/core-wasm`.
 *
 * @throws PngError for anything but a sound PNG file, or one beyond `maxPixels`; NotALabelMapError for kinds of pixels
 * that are no labels
 */
export function readSuperpixelPngSync(bytes: Uint8Array, options: ReadLabelsSyncOptions = {}): LabelImage {
  return readSync(bytes, options, (rows) => rows.labels());
}

/** The labels of a superpixel file and their map. @throws SparseLabelsError, and what {@link readSuperpixelPngSync} throws */
export function readSuperpixelsSync(
  bytes: Uint8Array,
  options: ReadLabelsSyncOptions & BuildMapOptions = {},
): Superpixels {
  return readSync(bytes, options, (rows) => both(rows, options));
}

function readSync<T>(
  bytes: Uint8Array,
  options: ReadLabelsSyncOptions & BuildMapOptions,
  finish: (rows: LabelRows) => T,
): T {
  const rows = openLabels(bytes, crc32, openRows, options);
  try {
    inflateSync(rows.file, (piece) => rows.push(piece));
    return finish(rows);
  } finally {
    rows.close();
  }
}

/** {@link writeSuperpixelPngSync} as a promise. @throws RangeError for labels beyond 24 bits */
export async function writeSuperpixelPng(labels: LabelImage): Promise<Bytes> {
  return writeSuperpixelPngSync(labels);
}

/** The superpixel file of these labels, as the archive served them: 8-bit RGB. @throws RangeError for labels beyond 24 bits */
export function writeSuperpixelPngSync(labels: LabelImage): Bytes {
  return frame(labels, deflateSync(filterRows(labels)), crc32);
}
