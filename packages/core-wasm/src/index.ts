/**
 * Superpixels as numbers: RGB-coded label maps to labels, pixels of each superpixel, outlines and paint.
 *
 * @module
 */
export { buildMap, buildMapInto } from "./build-map.ts";
export type { BuildMapOptions, MapBuffers } from "./csr.ts";
export { decodeRaster, decodeRgb, decodeRgba, decodeRgbaInto, decodeRgbInto } from "./decode.ts";
export { encodeRgb } from "./encode.ts";
export type { PngErrorPlace, PngProblem } from "./errors.ts";
export { NotALabelMapError, PngError, SparseLabelsError, UnsupportedPngError } from "./errors.ts";
export { boundaryMask } from "./geometry/boundary.ts";
export { boundingBoxes, centers, exactCenters } from "./geometry/centers.ts";
export type { DegreeOptions, NeighborOptions } from "./geometry/neighbors.ts";
export { neighbors, neighborsByDegree } from "./geometry/neighbors.ts";
export type { DenseMap } from "./map.ts";
export { fromDense, pixelCount, pixelCounts, pixelsOf, toDense } from "./map.ts";
export type { OutlineStyle } from "./pixels/outline.ts";
export { drawOutlines } from "./pixels/outline.ts";
export type { Color, Paint } from "./pixels/paint.ts";
export { paintSuperpixels } from "./pixels/paint.ts";
export type { ReadOptions, ReadPngOptions, Superpixels } from "./png/read.ts";
export { readSuperpixelPng, readSuperpixels } from "./read-png.ts";
export type { Bytes, LabelImage, Raster, SuperpixelMap } from "./types.ts";
export { writeSuperpixelPng } from "./write-png.ts";
