/** Marks as the values that a measure of overlap compares. */
import type { Raster } from "@isic/core-wasm";
import { ArgumentError } from "../../errors.ts";
import { smooth } from "./smoothing.ts";

/** How alike two sets of marks are. `dice`: of superpixels; the others are Pearson's correlation of masks, as they are or smoothed. */
export type OverlapMeasure = "dice" | "correlation" | "smoothedCorrelation";

/** How wide masks are smoothed unless told: as a share of the picture's size. */
const FWHM = 0.05;

/** A mask, smoothed where the measure wants it. */
export function maskValues(mask: Raster, measure: OverlapMeasure, fwhm: number = FWHM): Uint8Array {
  if (measure === "correlation") return mask.data;
  if (measure === "smoothedCorrelation") return smooth(mask, fwhm);
  throw new ArgumentError(`expected the measure "dice", "correlation" or "smoothedCorrelation", got ${measure}`);
}
