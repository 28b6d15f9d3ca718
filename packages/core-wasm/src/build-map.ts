import { type BuildMapOptions, buildMapIntoWith, buildMapWith, type FillMap, type MapBuffers } from "./csr.ts";
import type { LabelImage, SuperpixelMap } from "./types.ts";
import { wasmFillMap } from "./wasm/map.ts";
import { simdCore } from "./wasm/simd.ts";

const kernel: FillMap = /* @__PURE__ */ wasmFillMap(simdCore);

/**
 * The pixels of each superpixel. A label that no pixel has is an empty row.
 *
 * @throws SparseLabelsError when the largest label exceeds both 65 535 and the number of pixels (see the options)
 * @throws RangeError when a label is negative or not below `labels.count`
 * @example
 * ```ts
 * import { buildMap, decodeRgb, pixelsOf } from "@isic/core-wasm";
 *
 * const labels = decodeRgb(new Uint8Array([1, 0, 0, 0, 0, 0, 1, 0, 0]), 3, 1);
 * const map = buildMap(labels);
 * pixelsOf(map, 1); // Uint32Array [0, 2]
 * ```
 */
export function buildMap(labels: LabelImage, options: BuildMapOptions = {}): SuperpixelMap {
  return buildMapWith(kernel, labels, options);
}

/**
 * {@link buildMap} into memory of the caller, which the result refers to.
 *
 * @throws SparseLabelsError, RangeError as {@link buildMap} does
 */
export function buildMapInto(labels: LabelImage, buffers: MapBuffers): SuperpixelMap {
  return buildMapIntoWith(kernel, labels, buffers);
}
