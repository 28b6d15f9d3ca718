import { checkOptions, labelTotal } from "../check.ts";
import { wasmRings } from "../kernels/geometry-wasm.ts";
import { geometryKernels } from "../kernels/modules.ts";
import type { TraceRings } from "../kernels/rings-js.ts";
import type { LabelImage } from "../types.ts";

/**
 * A closed line on the corners of pixels (pixel (x, y) covers x to x + 1, y to y + 1): x and y of each turn, one after the
 * other, without repeating the first. With its superpixel on the left: outer rings run down first, holes the other way round.
 */
export type Ring = Int32Array<ArrayBuffer>;

/** One piece of a superpixel. */
export interface Polygon {
  readonly outer: Ring;
  readonly holes: readonly Ring[];
}

/** All pieces of a superpixel, in raster order of their first pixels; none for a label that no pixel has. */
export type Outline = readonly Polygon[];

/** What counts as one piece. */
export interface OutlineOptions {
  /** 4 (the default): pixels that share an edge. 8: also those that share only a corner, as in the Python client. */
  readonly connectivity?: 4 | 8;
}

const traceRings: TraceRings = /* @__PURE__ */ wasmRings(geometryKernels);

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
  checkOptions(options, ["connectivity"]);
  return outlinesWith(traceRings, labels, options);
}

export function outlinesWith(trace: TraceRings, labels: LabelImage, { connectivity = 4 }: OutlineOptions): Outline[] {
  if (connectivity !== 4 && connectivity !== 8)
    throw new RangeError(`expected connectivity 4 or 8, got ${connectivity}`);
  labelTotal(labels);
  const found: Piece[][] = [];
  for (let label = 0; label < labels.count; label++) found.push([]);
  trace(labels, connectivity === 8, (label, x, y, area, ring) => {
    const pieces = found[label]!;
    if (area > 0) pieces.push({ outer: ring, holes: [], area });
    else pieceAround(pieces, x + 0.5, y + 0.5).holes.push(ring);
  });
  return found;
}

interface Piece {
  readonly outer: Ring;
  readonly holes: Ring[];
  readonly area: number;
}

/** The smallest piece around a point of one of them: pieces may lie in holes of others. */
function pieceAround(pieces: readonly Piece[], x: number, y: number): Piece {
  let smallest = pieces[0]!;
  if (pieces.length === 1) return smallest;
  let area = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    if (piece.area < area && isInside(piece.outer, x, y)) {
      smallest = piece;
      area = piece.area;
    }
  }
  return smallest;
}

/** Is the point inside of a ring: is the number of vertical edges to the left of it odd? */
export function isInside(ring: ArrayLike<number>, x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, before = ring.length - 2; i < ring.length; before = i, i += 2) {
    if (ring[i]! < x && ring[i + 1]! > y !== ring[before + 1]! > y) inside = !inside;
  }
  return inside;
}
