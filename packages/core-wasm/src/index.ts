/**
 * Superpixels as numbers: RGB-coded label maps to labels, pixels of each superpixel, outlines and paint.
 *
 * @module
 */
export { buildMap, buildMapInto } from "./build-map.ts";
export * from "./common.ts";
export { decodeRaster, decodeRgb, decodeRgba, decodeRgbaInto, decodeRgbInto } from "./decode.ts";
export { paintSuperpixels } from "./paint.ts";
export { readSuperpixelPng, readSuperpixels } from "./read-png.ts";
export { cjson, neighbors, neighborsByDegree, osvgp, outlines } from "./shapes.ts";
