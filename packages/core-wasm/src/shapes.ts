import {
  type DegreeOptions,
  type FindPairs,
  type NeighborOptions,
  neighborsByDegreeWith,
  neighborsWith,
} from "./geometry/neighbors.ts";
import { type Outline, type OutlineOptions, outlinesWith, type TraceRings } from "./geometry/outlines.ts";
import { type CjsonRecord, cjsonWith, osvgpWith } from "./geometry/python.ts";
import type { LabelImage } from "./types.ts";
import { wasmPairs, wasmRings } from "./wasm/geometry.ts";
import { simdGeometry } from "./wasm/geometry-module.ts";

const findPairs: FindPairs = /* @__PURE__ */ wasmPairs(simdGeometry);
const traceRings: TraceRings = /* @__PURE__ */ wasmRings(simdGeometry);

/**
 * The neighbours of each superpixel, ascending. A label that no pixel has is nobody's neighbour.
 *
 * @throws RangeError when a label is negative or not below `labels.count`
 */
export function neighbors(labels: LabelImage, options: NeighborOptions = {}): Int32Array<ArrayBuffer>[] {
  return neighborsWith(findPairs, labels, options);
}

/**
 * The neighbours of each superpixel by degree: element `[d - 1][label]` for d from 1 to `degree`, ascending.
 *
 * @throws RangeError for a degree below 1, and as {@link neighbors} does
 */
export function neighborsByDegree(
  labels: LabelImage,
  degree: number,
  options: DegreeOptions = {},
): Int32Array<ArrayBuffer>[][] {
  return neighborsByDegreeWith(findPairs, labels, degree, options);
}

/**
 * The outline of each superpixel, with all its pieces and holes.
 *
 * @throws RangeError when a label is negative or not below `labels.count`
 * @example
 * ```ts
 * import { decodeRgb, outlines, svgPath } from "@isic/core-wasm";
 *
 * const labels = decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0, 1, 0, 0]), 3, 1);
 * svgPath(outlines(labels)[1]!); // "M1 0v1h2v-1z"
 * ```
 */
export function outlines(labels: LabelImage, options: OutlineOptions = {}): Outline[] {
  return outlinesWith(traceRings, labels, options);
}

/**
 * Format `osvgp`: an SVG path element per superpixel, in pixel centres at integers; "" for a label that no pixel has.
 *
 * @param attributes put into every element as they are
 */
export function osvgp(labels: LabelImage, attributes = ""): string[] {
  return osvgpWith(traceRings, labels, attributes);
}

/** Format `cjson`: the turns of each outline on pixel corners, `"x,y x,y ..."`; "" for a label that no pixel has. */
export function cjson(labels: LabelImage): CjsonRecord[] {
  return cjsonWith(traceRings, labels);
}
