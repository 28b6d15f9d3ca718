// Where an array meets the superpixels it belongs to.
import { LabelCountError, type LabelImage, type Raster } from "@isic/core-wasm";

/**
 * The values of a feature as a picture: 255 times the value of each pixel's superpixel, rounded; so 0 and 255 for a ground
 * truth, which is the mask of the feature.
 *
 * The array belongs to the image's own `_superpixels.png` of the challenge. Superpixels that were computed have other
 * numbers, even where there are as many.
 *
 * @param labels the superpixels, as `readSuperpixelPng` of `@isic/core-wasm` reads them
 * @param values one for each superpixel, from 0 to 1
 * @throws LabelCountError (of `@isic/core-wasm`, with both numbers) where `labels.count` is not the number of values; RangeError for a value that is not from 0 to 1,
 * or a label that is not below `labels.count`
 */
export function drawFeature(labels: LabelImage, values: ArrayLike<number>): Raster {
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
  return { width, height, channels: 1, data };
}
