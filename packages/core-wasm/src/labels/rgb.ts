// Labels as the colours of pixels, `R + 256 G + 65536 B`, as the archive's files have them.
import { checkLength, labelTotal, pixelTotal, rasterTotal, wrongLabel } from "../check.ts";
import { type DecodePixels, wasmDecode } from "../kernels/decode.ts";
import { coreKernels } from "../kernels/modules.ts";
import type { LabelImage, Raster } from "../types.ts";

const kernel: DecodePixels = /* @__PURE__ */ wasmDecode(coreKernels);

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
  return decodeWith(kernel, rgb, 3, width, height);
}

/** Labels of RGBA pixels; alpha says nothing. @throws RangeError when the sizes disagree */
export function decodeRgba(rgba: Uint8Array, width: number, height: number): LabelImage {
  return decodeWith(kernel, rgba, 4, width, height);
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
  return decodeWith(kernel, rgb, 3, width, height, labels);
}

/** {@link decodeRgba} into memory of the caller. @throws RangeError when the sizes disagree */
export function decodeRgbaInto(
  rgba: Uint8Array,
  width: number,
  height: number,
  labels: Int32Array<ArrayBuffer>,
): LabelImage {
  return decodeWith(kernel, rgba, 4, width, height, labels);
}

/** Labels of an RGB or RGBA picture. @throws TypeError for a grey one, RangeError when its sizes disagree */
export function decodeRaster(raster: Raster): LabelImage {
  rasterTotal(raster);
  if (raster.channels === 1) throw new TypeError("expected a raster of 3 or 4 channels, got 1: grey is not a label");
  return decodeWith(kernel, raster.data, raster.channels, raster.width, raster.height);
}

/** What all of them do around a kernel. */
export function decodeWith(
  decode: DecodePixels,
  pixels: Uint8Array,
  channels: 3 | 4,
  width: number,
  height: number,
  data?: Int32Array<ArrayBuffer>,
): LabelImage {
  const total = pixelTotal(width, height);
  checkLength(channels === 3 ? "rgb" : "rgba", pixels.length, total * channels);
  const labels = data ?? new Int32Array(total);
  checkLength("labels", labels.length, total);
  return { width, height, data: labels, count: decode(pixels, channels, labels) + 1 };
}

/** The RGB picture whose labels these are. @throws RangeError for a label that does not fit 24 bits */
export function encodeRgb(labels: LabelImage): Raster {
  const data = new Uint8Array(labelTotal(labels) * 3);
  for (let i = 0, at = 0; i < labels.data.length; i++, at += 3) {
    const label = labels.data[i]!;
    if (label >>> 24 !== 0) throw wrongLabel(label, 0x100_0000);
    data[at] = label;
    data[at + 1] = label >> 8;
    data[at + 2] = label >> 16;
  }
  return { width: labels.width, height: labels.height, channels: 3, data };
}
