import type { Raster } from "@isic/core-wasm";
import { shrink } from "../../download/shrink.ts";
import type { RecipeImage } from "../recipe/recipe.ts";

/** Where a picture's pixels come to lie: shrunk, then cut or laid into a frame. */
interface Fit {
  /** After shrinking. */
  readonly width: number;
  readonly height: number;
  /** Of the result. */
  readonly outWidth: number;
  readonly outHeight: number;
  /** Of the shrunk picture in the result; negative where it is cut. */
  readonly left: number;
  readonly top: number;
}

/** What becomes of a picture of this size. Small ones are never made larger, but padded to full size. */
export function fitOf(width: number, height: number, { size, fit = "longer-side" }: RecipeImage): Fit {
  const base = fit === "crop" ? Math.min(width, height) : Math.max(width, height);
  const scale = Math.min(1, size / base);
  const scaled = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  if (fit === "longer-side") return { ...scaled, outWidth: scaled.width, outHeight: scaled.height, left: 0, top: 0 };
  const side = fit === "pad" ? size : Math.min(scaled.width, scaled.height);
  return {
    ...scaled,
    outWidth: side,
    outHeight: side,
    left: Math.floor((side - scaled.width) / 2),
    top: Math.floor((side - scaled.height) / 2),
  };
}

/** A photo as the recipe wants it: each pixel the mean of the area it stands for, the frame of `pad` black. */
export function fitPhoto(raster: Raster, image: RecipeImage): Raster {
  const fit = fitOf(raster.width, raster.height, image);
  const shrunk = shrink(raster, Math.max(fit.width, fit.height));
  return framed(shrunk, fit);
}

/**
 * A mask or label picture to go with {@link fitPhoto}: each pixel is one of the original's (nearest neighbour), the frame
 * of `pad` 0.
 */
export function fitMask(mask: Raster, image: RecipeImage): Raster {
  const fit = fitOf(mask.width, mask.height, image);
  const { channels } = mask;
  const data = new Uint8Array(fit.width * fit.height * channels);
  for (let y = 0, to = 0; y < fit.height; y++) {
    const row = Math.floor(((y + 0.5) * mask.height) / fit.height) * mask.width;
    for (let x = 0; x < fit.width; x++) {
      const from = (row + Math.floor(((x + 0.5) * mask.width) / fit.width)) * channels;
      for (let c = 0; c < channels; c++) data[to++] = mask.data[from + c]!;
    }
  }
  return framed({ width: fit.width, height: fit.height, channels, data }, fit);
}

function framed(raster: Raster, { outWidth, outHeight, left, top }: Fit): Raster {
  const { width, height, channels } = raster;
  if (outWidth === width && outHeight === height) return raster;
  const data = new Uint8Array(outWidth * outHeight * channels);
  const from = Math.max(0, -left);
  const to = Math.min(width, outWidth - left);
  for (let y = Math.max(0, -top); y < Math.min(height, outHeight - top); y++) {
    const row = raster.data.subarray((y * width + from) * channels, (y * width + to) * channels);
    data.set(row, ((y + top) * outWidth + from + left) * channels);
  }
  return { width: outWidth, height: outHeight, channels, data };
}
