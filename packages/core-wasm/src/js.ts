/**
 * The same names as `@isic/core-wasm`, without WebAssembly: for pages whose content security policy forbids it. Every
 * result is the same, bit for bit; decoding takes two to five times as long.
 *
 * @module
 */
import { type BuildMapOptions, buildMapIntoWith, buildMapWith, type MapBuffers } from "./csr.ts";
import {
  type DegreeOptions,
  type NeighborOptions,
  neighborsByDegreeWith,
  neighborsWith,
} from "./geometry/neighbors.ts";
import { type Outline, type OutlineOptions, outlinesWith } from "./geometry/outlines.ts";
import { findPairs } from "./geometry/pairs.ts";
import { type CjsonRecord, cjsonWith, osvgpWith } from "./geometry/python.ts";
import { traceRings } from "./geometry/trace.ts";
import { decodeFresh, decodeInto, decodeRasterWith } from "./image.ts";
import { decodePixels } from "./js/decode.ts";
import { fillMap } from "./js/map.ts";
import { openRows } from "./js/rows.ts";
import { openPainter } from "./pixels/coat.ts";
import { type Paint, paintSuperpixelsWith } from "./pixels/paint.ts";
import { crc32 } from "./png/crc.ts";
import { type Platform, type ReadOptions, readBoth, readLabels, type Superpixels } from "./png/read.ts";
import { inflate } from "./png/streams.ts";
import type { LabelImage, Raster, SuperpixelMap } from "./types.ts";

export * from "./common.ts";

const platform: Platform = { crc32, openRows, inflate };

/** Labels of RGB pixels. @throws RangeError when the sizes disagree */
export function decodeRgb(rgb: Uint8Array, width: number, height: number): LabelImage {
  return decodeFresh(decodePixels, rgb, 3, width, height);
}

/** Labels of RGBA pixels; alpha says nothing. @throws RangeError when the sizes disagree */
export function decodeRgba(rgba: Uint8Array, width: number, height: number): LabelImage {
  return decodeFresh(decodePixels, rgba, 4, width, height);
}

/** {@link decodeRgb} into memory of the caller. @throws RangeError when the sizes disagree */
export function decodeRgbInto(
  rgb: Uint8Array,
  width: number,
  height: number,
  labels: Int32Array<ArrayBuffer>,
): LabelImage {
  return decodeInto(decodePixels, rgb, 3, width, height, labels);
}

/** {@link decodeRgba} into memory of the caller. @throws RangeError when the sizes disagree */
export function decodeRgbaInto(
  rgba: Uint8Array,
  width: number,
  height: number,
  labels: Int32Array<ArrayBuffer>,
): LabelImage {
  return decodeInto(decodePixels, rgba, 4, width, height, labels);
}

/** Labels of an RGB or RGBA picture. @throws TypeError for a grey one */
export function decodeRaster(raster: Raster): LabelImage {
  return decodeRasterWith(decodePixels, raster);
}

/** The pixels of each superpixel. @throws SparseLabelsError, RangeError */
export function buildMap(labels: LabelImage, options: BuildMapOptions = {}): SuperpixelMap {
  return buildMapWith(fillMap, labels, options);
}

/** {@link buildMap} into memory of the caller. @throws SparseLabelsError, RangeError */
export function buildMapInto(labels: LabelImage, buffers: MapBuffers): SuperpixelMap {
  return buildMapIntoWith(fillMap, labels, buffers);
}

/** The labels of a superpixel file. @throws PngError, UnsupportedPngError, NotALabelMapError, the signal's reason */
export function readSuperpixelPng(bytes: Uint8Array, options: ReadOptions = {}): Promise<LabelImage> {
  return readLabels(platform, bytes, options);
}

/** The labels of a superpixel file and their map. @throws SparseLabelsError, and what {@link readSuperpixelPng} throws */
export function readSuperpixels(bytes: Uint8Array, options: ReadOptions & BuildMapOptions = {}): Promise<Superpixels> {
  return readBoth(platform, bytes, options);
}

/** The neighbours of each superpixel, ascending. @throws RangeError when a label is negative or not below `labels.count` */
export function neighbors(labels: LabelImage, options: NeighborOptions = {}): Int32Array<ArrayBuffer>[] {
  return neighborsWith(findPairs, labels, options);
}

/** The neighbours of each superpixel by degree. @throws RangeError for a degree below 1, and as {@link neighbors} does */
export function neighborsByDegree(
  labels: LabelImage,
  degree: number,
  options: DegreeOptions = {},
): Int32Array<ArrayBuffer>[][] {
  return neighborsByDegreeWith(findPairs, labels, degree, options);
}

/** The outline of each superpixel. @throws RangeError when a label is negative or not below `labels.count` */
export function outlines(labels: LabelImage, options: OutlineOptions = {}): Outline[] {
  return outlinesWith(traceRings, labels, options);
}

/** Format `osvgp`: an SVG path element per superpixel; "" for a label that no pixel has. */
export function osvgp(labels: LabelImage, attributes = ""): string[] {
  return osvgpWith(traceRings, labels, attributes);
}

/** Format `cjson`: the turns of each outline; "" for a label that no pixel has. */
export function cjson(labels: LabelImage): CjsonRecord[] {
  return cjsonWith(traceRings, labels);
}

/** Paints superpixels into a picture, in place. @throws TypeError for a grey picture, RangeError for what is out of range */
export function paintSuperpixels(
  raster: Raster,
  map: SuperpixelMap,
  superpixels: ArrayLike<number>,
  paint: Paint,
): void {
  paintSuperpixelsWith(openPainter, raster, map, superpixels, paint);
}
