import type { LabelImage } from "../types.ts";
import { changesOf } from "./label-changes.ts";

/** Takes a ring that runs down the left edge of pixel (x, y), the first of it in raster order; of negative area for a hole. */
export type VisitRing = (label: number, x: number, y: number, area: number, ring: Int32Array<ArrayBuffer>) => void;

/**
 * Visits all rings, in raster order of the pixels they begin at. Where two pixels of a superpixel meet only at a corner, they
 * are one piece (`corners`) or two. Throws a RangeError for a label that is negative or not below `labels.count`.
 */
export type TraceRings = (labels: LabelImage, corners: boolean, visit: VisitRing) => void;

/** Every ring runs down the left edge of a pixel that differs from the one before. */
export const traceRings: TraceRings = (labels, corners, visit) => {
  const { width, height, data } = labels;
  const tracer = new RingTracer(labels, corners);
  const columns = new Int32Array(width + 1);
  for (let y = 0; y < height; y++) {
    const changes = changesOf(labels, y, columns);
    for (let i = 0; i < changes; i++) {
      const x = columns[i]!;
      if (tracer.done[y * width + x] === 1) continue;
      const ring = tracer.trace(x, y);
      visit(data[y * width + x]!, x, y, tracer.area, ring);
    }
  }
};

/** Directions; turning left is + 1. */
const DOWN = 0;
const RIGHT = 1;
const UP = 2;

/**
 * Walks along edges between pixels, the superpixel on the left. Where two of its pixels meet only at a corner, the walk
 * crosses over to the other one (`corners`) or stays with its own. A corner goes by the index of the pixel to its lower right.
 */
class RingTracer {
  /** 1 for each pixel that a ring was traced down the left edge of. */
  readonly done: Uint8Array;
  /** Of the last ring. */
  area = 0;
  readonly #labels: LabelImage;
  readonly #corners: boolean;
  /** To the next corner in each direction, and from a corner to the pixel ahead on the left. */
  readonly #steps: readonly number[];
  readonly #aheadLeft: readonly number[];
  #turns = new Int32Array(4096);

  constructor(labels: LabelImage, corners: boolean) {
    const { width, data } = labels;
    this.done = new Uint8Array(data.length);
    this.#labels = labels;
    this.#corners = corners;
    this.#steps = [width, 1, -width, -1];
    this.#aheadLeft = [0, -width, -width - 1, -1];
  }

  /** The ring that runs down the left edge of pixel (x, y), which must be the first of that ring in raster order. */
  trace(startX: number, startY: number): Int32Array<ArrayBuffer> {
    const { width, data } = this.#labels;
    const start = startY * width + startX;
    const label = data[start]!;
    let [x, y, at] = [startX, startY, start];
    let direction = DOWN;
    let length = 0;
    this.area = 0;
    do {
      if (length === this.#turns.length) this.#grow();
      this.#turns[length++] = x;
      this.#turns[length++] = y;
      const { edges, turn } = this.#goStraight(at, x, y, direction, label);
      at += edges * this.#steps[direction]!;
      if (direction === DOWN) {
        this.#mark(at, edges);
        this.area -= edges * x;
        y += edges;
      } else if (direction === UP) {
        this.area += edges * x;
        y -= edges;
      } else x += direction === RIGHT ? edges : -edges;
      direction = (direction + turn) & 3;
    } while (at !== start || direction !== DOWN);
    return this.#turns.slice(0, length);
  }

  /** How many edges lie straight ahead of a corner, and where to turn behind them. */
  #goStraight(corner: number, x: number, y: number, direction: number, label: number): { edges: number; turn: number } {
    const { width, height, data } = this.#labels;
    const step = this.#steps[direction]!;
    const left = this.#aheadLeft[direction]!;
    // What is ahead on the right is ahead on the left for who looks to the right. It may be outside of the image.
    const right = this.#aheadLeft[(direction + 3) & 3]!;
    const isVertical = direction === DOWN || direction === UP;
    const hasRight = isVertical ? (direction === DOWN ? x > 0 : x < width) : direction === RIGHT ? y < height : y > 0;
    const most = isVertical ? (direction === DOWN ? height - y : y) : direction === RIGHT ? width - x : x;
    let at = corner;
    for (let edges = 1; edges < most; edges++) {
      at += step;
      const isAhead = data[at + left] === label;
      if (hasRight && data[at + right] === label && (this.#corners || isAhead)) return { edges, turn: 3 };
      if (!isAhead) return { edges, turn: 1 };
    }
    return { edges: most, turn: 1 };
  }

  /** The pixels to the right of so many edges, up from a corner. */
  #mark(corner: number, edges: number): void {
    const { width } = this.#labels;
    for (let i = 1; i <= edges; i++) this.done[corner - i * width] = 1;
  }

  #grow(): void {
    const larger = new Int32Array(this.#turns.length * 2);
    larger.set(this.#turns);
    this.#turns = larger;
  }
}
