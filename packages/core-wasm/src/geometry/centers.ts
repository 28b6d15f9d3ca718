import { runsOf } from "../map/runs.ts";
import type { SuperpixelMap } from "../types.ts";

/**
 * The centre of each superpixel as the Python client has it: `[floor(mean x), floor(mean y)]` of superpixel `i` are
 * elements `2 i` and `2 i + 1`, in pixels; both are -1 for an empty row.
 *
 * @example
 * ```ts
 * import { buildMap, centers, decodeRgb } from "@isic/core-wasm";
 *
 * centers(buildMap(decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0, 1, 0, 0]), 3, 1))); // Int32Array [0, 0, 1, 0]
 * ```
 */
export function centers(map: SuperpixelMap): Int32Array<ArrayBuffer> {
  const means = exactCenters(map);
  return Int32Array.from(means, (mean) => (Number.isNaN(mean) ? -1 : Math.floor(mean)));
}

/** The mean x and y of the pixels of each superpixel, at `2 i` and `2 i + 1`, in pixels, unrounded; NaN for an empty row. */
export function exactCenters(map: SuperpixelMap): Float64Array<ArrayBuffer> {
  const means = new Float64Array(map.count * 2);
  for (let row = 0; row < map.count; row++) {
    const n = map.offsets[row + 1]! - map.offsets[row]!;
    let sumX = 0;
    let sumY = 0;
    runsOf(map, row, (x, y, length) => {
      sumX += length * x + (length * (length - 1)) / 2;
      sumY += length * y;
    });
    means[row * 2] = sumX / n;
    means[row * 2 + 1] = sumY / n;
  }
  return means;
}

/** The box around each superpixel: x, y, width, height at `4 i` to `4 i + 3`, in pixels; all 0 for an empty row. */
export function boundingBoxes(map: SuperpixelMap): Int32Array<ArrayBuffer> {
  const boxes = new Int32Array(map.count * 4);
  for (let row = 0; row < map.count; row++) {
    let left = map.width;
    let top = map.height;
    let right = 0;
    let bottom = 0;
    runsOf(map, row, (x, y, length) => {
      left = Math.min(left, x);
      right = Math.max(right, x + length);
      top = Math.min(top, y);
      bottom = y + 1;
    });
    if (bottom > 0) boxes.set([left, top, right - left, bottom - top], row * 4);
  }
  return boxes;
}
