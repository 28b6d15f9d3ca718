import { checkOptions } from "../check.ts";
import { isInside, type Outline, type Ring } from "./outlines.ts";

/** A GeoJSON geometry (RFC 7946) on the corners of pixels. */
export interface MultiPolygon {
  readonly type: "MultiPolygon";
  /**
   * Polygons of rings (the first is the outer one) of positions; the last position of a ring is the first again. No ring
   * touches itself; outer rings run counter-clockwise and holes clockwise, as seen with the x axis to the right and the y
   * axis upwards: their signed area (the shoelace formula) is positive and negative.
   */
  readonly coordinates: number[][][][];
}

/** In which direction y is written. */
export interface MultiPolygonOptions {
  /**
   * The height of the image: y is written as `flipY - y`, from 0 at the bottom edge upwards, as maps and plots have it.
   * Unless told, y runs downwards from 0 at the top edge, as in the image.
   */
  readonly flipY?: number;
}

/**
 * An outline as the geometry of a GeoJSON feature. Where a ring of the outline touches itself at a corner it becomes several;
 * so pieces that hang together only at a corner (`connectivity: 8`) are polygons of their own.
 *
 * @throws TypeError for options that there are not, RangeError for a height that is no whole number from 1
 * @example
 * ```ts
 * import { decodeRgb, multiPolygon, outlines } from "@isic/core-wasm";
 *
 * const labels = decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0]), 2, 1);
 * multiPolygon(outlines(labels)[1]!).coordinates; // [[[[1, 0], [2, 0], [2, 1], [1, 1], [1, 0]]]]
 * ```
 */
export function multiPolygon(outline: Outline, options: MultiPolygonOptions = {}): MultiPolygon {
  checkOptions(options, ["flipY"]);
  const { flipY } = options;
  if (flipY !== undefined && !(Number.isInteger(flipY) && flipY > 0)) {
    throw new RangeError(`expected flipY to be the height of the image, got ${flipY}`);
  }
  const coordinates: number[][][][] = [];
  for (const { outer, holes } of outline) {
    const loops = [outer, ...holes].flatMap(simpleLoops);
    const polygons = loops.filter(isOuter).map((loop) => ({ loop, rings: [write(loop, flipY)] }));
    for (const loop of loops) {
      if (!isOuter(loop)) polygonAround(polygons, loop).rings.push(write(loop, flipY));
    }
    coordinates.push(...polygons.map(({ rings }) => rings));
  }
  return { type: "MultiPolygon", coordinates };
}

/** Corners x, y, one after the other, each once. */
type Loop = readonly number[];

/** Cuts a ring wherever it comes back to a corner. */
function simpleLoops(ring: Ring): Loop[] {
  const loops: Loop[] = [];
  const path: number[] = [];
  /** Where in the path each of its corners is. */
  const places = new Map<string, number>();
  for (let i = 0; i < ring.length; i += 2) {
    const corner = `${ring[i]},${ring[i + 1]}`;
    const place = places.get(corner);
    if (place !== undefined) {
      // The corner stays in the path: what comes next goes on from it.
      const loop = path.splice(place);
      for (let at = 0; at < loop.length; at += 2) places.delete(`${loop[at]},${loop[at + 1]}`);
      loops.push(loop);
    }
    places.set(corner, path.length);
    path.push(ring[i]!, ring[i + 1]!);
  }
  loops.push(path);
  return loops;
}

/** Rings have their superpixel on the left as the image is seen, y downwards: outer ones have a negative shoelace there. */
function isOuter(loop: Loop): boolean {
  return shoelace(loop) < 0;
}

/** Twice the signed area; positive when it runs counter-clockwise with y upwards. */
function shoelace(loop: Loop): number {
  let sum = 0;
  for (let i = 0, before = loop.length - 2; i < loop.length; before = i, i += 2) {
    sum += loop[before]! * loop[i + 1]! - loop[i]! * loop[before + 1]!;
  }
  return sum;
}

interface Piece {
  readonly loop: Loop;
  readonly rings: number[][][];
}

/** The smallest polygon around the pixel at a hole's first edge: other pieces may lie around, or in the hole. */
function polygonAround(pieces: readonly Piece[], hole: Loop): Piece {
  let smallest = pieces[0]!;
  if (pieces.length === 1) return smallest;
  const [x, y, nextX, nextY] = hole as [number, number, number, number];
  const [dx, dy] = [Math.sign(nextX - x), Math.sign(nextY - y)];
  // Half an edge ahead, and half a pixel to the left.
  const middle = [x + (dx + dy) / 2, y + (dy - dx) / 2] as const;
  let area = Number.POSITIVE_INFINITY;
  for (const piece of pieces) {
    const own = Math.abs(shoelace(piece.loop));
    if (own < area && isInside(piece.loop, ...middle)) {
      smallest = piece;
      area = own;
    }
  }
  return smallest;
}

/** Positions, closed. With y downwards, a ring turns the other way round as a drawing with y upwards: it is written backwards. */
function write(loop: Loop, flipY: number | undefined): number[][] {
  const positions: number[][] = [];
  for (let i = 0; i <= loop.length; i += 2) {
    const at = i % loop.length;
    positions.push([loop[at]!, flipY === undefined ? loop[at + 1]! : flipY - loop[at + 1]!]);
  }
  return flipY === undefined ? positions.reverse() : positions;
}
