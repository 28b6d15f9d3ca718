/**
 * Superpixels as numbers.
 *
 * @module
 */
export type { Bytes, LabelImage, Raster, SuperpixelMap } from "./types.ts";
