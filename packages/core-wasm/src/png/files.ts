// PNG files over the streams that every platform has.
import { coreKernels } from "../kernels/modules.ts";
import { wasmRows } from "../kernels/png-rows-wasm.ts";
import type { BuildMapOptions } from "../map/build.ts";
import type { Bytes, LabelImage, Raster } from "../types.ts";
import { crc32 } from "./crc32.ts";
import { both, type LabelRows, openLabels, type ReadLabelsOptions, type Superpixels } from "./labels.ts";
import { openRaster, type ReadPngOptions } from "./raster.ts";
import type { OpenRows } from "./rows.ts";
import { deflate, inflate } from "./streams.ts";
import { filterRows, frame } from "./write-labels.ts";

const openRows: OpenRows = /* @__PURE__ */ wasmRows(coreKernels);

/**
 * The pixels of a PNG file of any kind: every colour type and bit depth, interlaced or not. In stored order, 8 bits per
 * channel (fewer are stretched, of 16 the high byte stays), without colour conversion; alpha is dropped and never
 * multiplied in, a palette gives its colours, and what a file says to be transparent (tRNS) keeps its colour. These are
 * the bytes of Pillow's `Image.open(file).convert("RGB")` (or `"L"`), but for grey of 16 bits, which Pillow cuts at 255.
 *
 * @returns a new picture of one channel (grey files) or three; see the options
 * @throws PngError for anything but a sound PNG file, or one beyond `maxPixels`; the signal's reason
 * @example
 * ```ts
 * import { decodeRgb, readPng, writeSuperpixelPng } from "@isic/core-wasm";
 *
 * const file = await writeSuperpixelPng(decodeRgb(new Uint8Array([1, 2, 3, 0, 0, 0]), 2, 1));
 * const { channels, data } = await readPng(file);
 * console.log(channels, data); // 3 Uint8Array [1, 2, 3, 0, 0, 0]
 * ```
 */
export async function readPng(bytes: Uint8Array, options: ReadPngOptions = {}): Promise<Raster> {
  options.signal?.throwIfAborted();
  const rows = openRaster(bytes, crc32, options);
  await inflate(rows.file, (piece) => rows.push(piece), options.signal);
  return rows.end();
}

/**
 * The labels of a superpixel file: a PNG whose colours are labels (`R + 256 G + 65536 B`; with or without alpha, with a
 * palette or interlaced), or whose grey values are (16 bits; 8 bits where the options say so). No colour profile, gamma or
 * transparency ever changes a label. `@isic/core-wasm/node` has the same function over `node:zlib`, several times faster
 * in Node.
 *
 * @throws PngError for anything but a sound PNG file, or one beyond `maxPixels`; NotALabelMapError for kinds of pixels
 * that are no labels; the signal's reason
 */
export function readSuperpixelPng(bytes: Uint8Array, options: ReadLabelsOptions = {}): Promise<LabelImage> {
  return readWith(bytes, options, (rows) => rows.labels());
}

/**
 * The labels of a superpixel file and their map, in less time than one after the other.
 *
 * @throws SparseLabelsError as buildMap does, and what {@link readSuperpixelPng} throws
 * @example
 * ```ts
 * import { decodeRgb, readSuperpixels, writeSuperpixelPng } from "@isic/core-wasm";
 *
 * const file = await writeSuperpixelPng(decodeRgb(new Uint8Array([1, 0, 0, 0, 0, 0]), 2, 1));
 * const { labels, map } = await readSuperpixels(file);
 * ```
 */
export function readSuperpixels(
  bytes: Uint8Array,
  options: ReadLabelsOptions & BuildMapOptions = {},
): Promise<Superpixels> {
  return readWith(bytes, options, (rows) => both(rows, options));
}

async function readWith<T>(
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

/** The superpixel file of these labels, as the archive served them: 8-bit RGB. @throws RangeError for labels beyond 24 bits */
export async function writeSuperpixelPng(labels: LabelImage): Promise<Bytes> {
  return frame(labels, await deflate(filterRows(labels)), crc32);
}
