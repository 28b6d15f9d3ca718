import type { BuildMapOptions } from "./csr.ts";
import { crc32 } from "./png/crc.ts";
import { type Platform, type ReadOptions, readBoth, readLabels, type Superpixels } from "./png/read.ts";
import { inflate } from "./png/streams.ts";
import type { LabelImage } from "./types.ts";
import { wasmRows } from "./wasm/rows.ts";
import { simdCore } from "./wasm/simd.ts";

const platform: Platform = /* @__PURE__ */ { crc32, openRows: wasmRows(simdCore), inflate };

/**
 * The labels of a superpixel file: an 8-bit RGB or RGBA PNG without interlacing. No colour profile, gamma or transparency
 * ever changes a label. `@isic/core-wasm/node` has the same function over `node:zlib`, several times faster in Node.
 *
 * @throws PngError for anything but a sound PNG file, UnsupportedPngError for palette and interlaced files,
 * NotALabelMapError for grey and 16-bit ones, the signal's reason
 */
export function readSuperpixelPng(bytes: Uint8Array, options: ReadOptions = {}): Promise<LabelImage> {
  return readLabels(platform, bytes, options);
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
export function readSuperpixels(bytes: Uint8Array, options: ReadOptions & BuildMapOptions = {}): Promise<Superpixels> {
  return readBoth(platform, bytes, options);
}
