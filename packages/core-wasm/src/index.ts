/**
 * Superpixels as numbers: label maps of PNG files to labels, pixels of each superpixel, outlines and paint.
 *
 * @module
 */
export {
  CoreError,
  LabelCountError,
  NotALabelMapError,
  PngError,
  type PngErrorPlace,
  type PngProblem,
  SparseLabelsError,
} from "./errors.ts";
export { boundaryMask } from "./geometry/boundary.ts";
export { boundingBoxes, centers, exactCenters } from "./geometry/centers.ts";
export { type MultiPolygon, type MultiPolygonOptions, multiPolygon } from "./geometry/geojson.ts";
export { type DegreeOptions, type NeighborOptions, neighbors, neighborsByDegree } from "./geometry/neighbors.ts";
export { type Outline, type OutlineOptions, outlines, type Polygon, type Ring } from "./geometry/outlines.ts";
export { type CjsonRecord, cjson, osvgp } from "./geometry/python.ts";
export { svgPath } from "./geometry/svg.ts";
export { decodeRaster, decodeRgb, decodeRgba, decodeRgbaInto, decodeRgbInto, encodeRgb } from "./labels/rgb.ts";
export { type BuildMapOptions, buildMap, buildMapInto, type MapBuffers } from "./map/build.ts";
export { type DenseMap, fromDense, pixelCount, pixelCounts, pixelsOf, toDense } from "./map/rows.ts";
export { drawOutlines, type OutlineStyle } from "./paint/borders.ts";
export { accumulateHeatMap, type HeatMap, type HeatMapOptions } from "./paint/heat-map.ts";
export { type MaskOptions, maskOf } from "./paint/mask.ts";
export { dice, jaccard, kappa, maskDice, maskJaccard, maskKappa } from "./paint/overlap.ts";
export { type ChannelStatistics, channelStatistics } from "./paint/statistics.ts";
export { type Paint, paintSuperpixels } from "./paint/superpixels.ts";
export { type MarkupValue, maskFromValues, shareInMask, valuesFromMask } from "./paint/values.ts";
export { crc32 } from "./png/crc32.ts";
export { readPng, readSuperpixelPng, readSuperpixels, writeSuperpixelPng } from "./png/files.ts";
export type { ReadLabelsOptions, ReadLabelsSyncOptions, Superpixels } from "./png/labels.ts";
export type { PngLimits } from "./png/open.ts";
export type { ReadPngOptions, ReadPngSyncOptions } from "./png/raster.ts";
export type { Bytes, Color, LabelImage, Raster, SuperpixelMap } from "./types.ts";
