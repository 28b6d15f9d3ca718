// Where an array meets the superpixels it belongs to.
import { LabelCountError, type LabelImage, type Raster } from "@isic/core-wasm";
import { checkOptions } from "../bounds.ts";

/** Superpixels that know where they come from, as `image.superpixels` of `isic` does. */
export interface LoadedSuperpixels {
  readonly idx: LabelImage;
  /** `served`: the archive's own file, which arrays belong to; `computed`: made from the photo. */
  readonly origin: "served" | "computed";
}

/** How an array is drawn. */
export interface DrawFeatureOptions {
  /** Hears of superpixels that were computed. `console.warn` unless told. */
  readonly onWarning?: (message: string) => void;
}

/**
 * The values of a feature as a picture: 255 times the value of each pixel's superpixel, rounded; so 0 and 255 for a ground
 * truth, which is the mask of the feature.
 *
 * The array belongs to the image's own `_superpixels.png` of the challenge. Superpixels that were computed have other
 * numbers, even where there are as many: of those that say so, `onWarning` hears.
 *
 * @param superpixels `image.superpixels` of `isic`, or labels alone, as `readSuperpixelPng` of `@isic/core-wasm` reads them
 * @param values one for each superpixel, from 0 to 1
 * @throws LabelCountError (of `@isic/core-wasm`, with both numbers) where there are not as many superpixels as values;
 * RangeError for a value that is not from 0 to 1, or a label that is not below the labels' `count`
 */
export function drawFeature(
  superpixels: LabelImage | LoadedSuperpixels,
  values: ArrayLike<number>,
  options: DrawFeatureOptions = {},
): Raster {
  checkOptions(options, ["onWarning"]);
  const labels = "idx" in superpixels ? superpixels.idx : superpixels;
  if (labels.count !== values.length) throw new LabelCountError("values", labels.count, values.length);
  const shades = Uint8Array.from(values, (value, superpixel) => {
    if (!(value >= 0 && value <= 1)) {
      throw new RangeError(`expected values from 0 to 1, got ${value} for superpixel ${superpixel}`);
    }
    return Math.round(value * 255);
  });
  const { width, height } = labels;
  const data = new Uint8Array(width * height);
  if (labels.data.length !== data.length) {
    throw new RangeError(`expected ${data.length} elements in labels.data, got ${labels.data.length}`);
  }
  for (let i = 0; i < data.length; i++) {
    const shade = shades[labels.data[i]!];
    if (shade === undefined) {
      throw new RangeError(`expected labels from 0 to ${labels.count - 1}, got ${labels.data[i]} at pixel ${i}`);
    }
    data[i] = shade;
  }
  if ("idx" in superpixels && superpixels.origin === "computed") {
    const { onWarning = console.warn } = options;
    onWarning(
      "drawFeature: these superpixels were computed, and the array belongs to served ones: it may lie elsewhere.",
    );
  }
  return { width, height, channels: 1, data };
}
