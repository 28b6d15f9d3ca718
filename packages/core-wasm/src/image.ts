// What every decoder does around its kernel: check the sizes, make the result, say its count.
import { checkLength, pixelTotal, rasterTotal } from "./check.ts";
import type { LabelImage, Raster } from "./types.ts";

/** Writes `label = R + 256 G + 65536 B` for as many pixels as there are labels; returns the largest label. */
export type DecodePixels = (pixels: Uint8Array, channels: 3 | 4, labels: Int32Array) => number;

export function decodeInto(
  decode: DecodePixels,
  pixels: Uint8Array,
  channels: 3 | 4,
  width: number,
  height: number,
  data: Int32Array<ArrayBuffer>,
): LabelImage {
  const total = pixelTotal(width, height);
  checkLength(channels === 3 ? "rgb" : "rgba", pixels.length, total * channels);
  checkLength("labels", data.length, total);
  return { width, height, data, count: decode(pixels, channels, data) + 1 };
}

export function decodeFresh(
  decode: DecodePixels,
  pixels: Uint8Array,
  channels: 3 | 4,
  width: number,
  height: number,
): LabelImage {
  const data = new Int32Array(pixelTotal(width, height));
  return decodeInto(decode, pixels, channels, width, height, data);
}

export function decodeRasterWith(decode: DecodePixels, raster: Raster): LabelImage {
  rasterTotal(raster);
  if (raster.channels === 1) throw new TypeError("expected a raster of 3 or 4 channels, got 1: grey is not a label");
  return decodeFresh(decode, raster.data, raster.channels, raster.width, raster.height);
}
