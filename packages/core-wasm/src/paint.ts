import type { OpenPainter } from "./pixels/coat.ts";
import { type Paint, paintSuperpixelsWith } from "./pixels/paint.ts";
import type { Raster, SuperpixelMap } from "./types.ts";
import { simdGeometry } from "./wasm/geometry-module.ts";
import { wasmPainter } from "./wasm/paint.ts";

const openPainter: OpenPainter = /* @__PURE__ */ wasmPainter(simdGeometry);

/**
 * Paints superpixels into a picture, in place: every channel becomes `a * color + (1 - a) * old`, rounded half to even,
 * with `a = alpha * value`. An alpha channel becomes as opaque as the paint makes it.
 *
 * @param superpixels rows of the map
 * @throws TypeError for a grey picture or what is no colour; RangeError for sizes, superpixels, colours or alphas out of
 * range
 * @example
 * ```ts
 * import { buildMap, decodeRgb, paintSuperpixels } from "@isic/core-wasm";
 *
 * const map = buildMap(decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0]), 2, 1));
 * const picture = { width: 2, height: 1, channels: 3 as const, data: new Uint8Array(6).fill(100) };
 * paintSuperpixels(picture, map, [1], { color: [255, 0, 0], alpha: 0.5 });
 * picture.data; // Uint8Array [100, 100, 100, 178, 50, 50]
 * ```
 */
export function paintSuperpixels(
  raster: Raster,
  map: SuperpixelMap,
  superpixels: ArrayLike<number>,
  paint: Paint,
): void {
  paintSuperpixelsWith(openPainter, raster, map, superpixels, paint);
}
