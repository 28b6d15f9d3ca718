/** Marks as the values that a measure of overlap compares. */
import type { Raster } from "@isic/core-wasm";
import { nearMatches } from "@isic/select";
import { ArgumentError } from "../../errors.ts";
import { commonSize, diceOfMasks, resampleMask } from "./across-images.ts";
import { correlation, smooth } from "./smoothing.ts";

/**
 * How alike two sets of marks are. `dice`: of superpixels (of pixels, for two images); the others are Pearson's correlation of
 * masks, as they are or smoothed.
 */
export type OverlapMeasure = "dice" | "correlation" | "smoothedCorrelation";

const MEASURES: readonly string[] = ["dice", "correlation", "smoothedCorrelation"] satisfies OverlapMeasure[];

/** How wide masks are smoothed unless told: as a share of the picture's size. */
const FWHM = 0.05;

/** Refuses other measures. */
export function checkMeasure(measure: OverlapMeasure): void {
  if (MEASURES.includes(measure)) return;
  const [near] = nearMatches(String(measure), MEASURES);
  const advice = near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
  throw new ArgumentError(
    `expected the measure "dice", "correlation" or "smoothedCorrelation", got ${JSON.stringify(measure)}${advice}`,
  );
}

/** A mask, smoothed where the measure wants it. */
export function maskValues(mask: Raster, measure: OverlapMeasure, fwhm: number = FWHM): Uint8Array {
  return measure === "smoothedCorrelation" ? smooth(mask, fwhm) : mask.data;
}

/** Two masks compared, on the pixels of the smaller one and within both lesions, where both are known. */
export function overlapOfMasks(
  masks: readonly [Raster, Raster],
  lesions: readonly [Raster | undefined, Raster | undefined],
  measure: OverlapMeasure,
  fwhm: number | undefined,
): number {
  const size = commonSize(...masks);
  const fitted = (raster: Raster): Raster =>
    raster.width === size.width && raster.height === size.height ? raster : resampleMask(raster, size);
  const [a, b] = masks.map(fitted) as [Raster, Raster];
  const [inA, inB] = lesions.map((lesion) => lesion && fitted(lesion).data);
  const inside = inA && inB && inA.map((value, i) => Number(value > 0 && inB[i]! > 0));
  if (measure === "dice") return diceOfMasks(a.data, b.data, inside);
  return correlation(maskValues(a, measure, fwhm), maskValues(b, measure, fwhm), inside);
}
