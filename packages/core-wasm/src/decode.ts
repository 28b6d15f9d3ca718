import { type DecodePixels, decodeFresh, decodeInto, decodeRasterWith } from "./image.ts";
import type { LabelImage, Raster } from "./types.ts";
import { wasmDecode } from "./wasm/decode.ts";
import { simdCore } from "./wasm/simd.ts";

const kernel: DecodePixels = /* @__PURE__ */ wasmDecode(simdCore);

/**
 * Labels of RGB pixels: `R + 256 G + 65536 B`, exact for all 2^24 of them.
 *
 * @param rgb `width * height` pixels of 3 bytes
 * @throws RangeError when the sizes disagree
 * @example
 * ```ts
 * import { decodeRgb } from "@isic/core-wasm";
 *
 * const labels = decodeRgb(new Uint8Array([7, 0, 0, 1, 1, 0]), 2, 1);
 * labels.data; // Int32Array [7, 257]
 * labels.count; // 258: the largest label + 1
 * ```
 */
export function decodeRgb(rgb: Uint8Array, width: number, height: number): LabelImage {
  return decodeFresh(kernel, rgb, 3, width, height);
}

/** Labels of RGBA pixels; alpha says nothing. @throws RangeError when the sizes disagree */
export function decodeRgba(rgba: Uint8Array, width: number, height: number): LabelImage {
  return decodeFresh(kernel, rgba, 4, width, height);
}

/**
 * {@link decodeRgb} into memory of the caller, which becomes the `data` of the result.
 *
 * @throws RangeError when the sizes disagree
 */
export function decodeRgbInto(
  rgb: Uint8Array,
  width: number,
  height: number,
  labels: Int32Array<ArrayBuffer>,
): LabelImage {
  return decodeInto(kernel, rgb, 3, width, height, labels);
}

/** {@link decodeRgba} into memory of the caller. @throws RangeError when the sizes disagree */
export function decodeRgbaInto(
  rgba: Uint8Array,
  width: number,
  height: number,
  labels: Int32Array<ArrayBuffer>,
): LabelImage {
  return decodeInto(kernel, rgba, 4, width, height, labels);
}

/** Labels of an RGB or RGBA picture. @throws TypeError for a grey one */
export function decodeRaster(raster: Raster): LabelImage {
  return decodeRasterWith(kernel, raster);
}
