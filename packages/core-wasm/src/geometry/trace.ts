import type { LabelImage } from "../types.ts";
import type { Ring } from "./outlines.ts";

export interface RingTracer {
  /** Was a ring traced down the left edge of pixel (x, y)? */
  isDone(x: number, y: number): boolean;
  /** The ring that runs down the left edge of pixel (x, y), which must be the first of that ring in raster order. */
  trace(x: number, y: number): { readonly ring: Ring; readonly area: number };
}

/** Directions; turning left is + 1. */
const DOWN = 0;
const UP = 2;
const STEP_X: readonly number[] = [0, 1, 0, -1];
const STEP_Y: readonly number[] = [1, 0, -1, 0];

/** Around the image, so that looking beyond its edge needs no check. No label is negative. */
const OUTSIDE = -1;

/**
 * Walks along edges between pixels, the superpixel on the left. Where two of its pixels meet only at a corner, the walk
 * crosses over to the other one (`corners`) or stays with its own. Corners go by the index of the pixel to their lower right.
 */
export function ringTracer(labels: LabelImage, corners: boolean): RingTracer {
  const wide = labels.width + 2;
  const framed = frame(labels);
  const done = new Uint8Array(framed.length);
  /** From a corner, the pixel ahead on the left: that of the superpixel, going on straight. */
  const aheadLeft = Int32Array.of(0, -wide, -wide - 1, -1);
  const steps = Int32Array.of(wide, 1, -wide, -1);
  let turns = new Int32Array(4096);

  /** Where to go from a corner, having come in this direction. */
  function turn(corner: number, direction: number, label: number): number {
    const ahead = framed[corner + aheadLeft[direction]!] === label;
    // The pixel ahead on the right is ahead on the left for who looks to the right.
    const right = (direction + 3) & 3;
    if (framed[corner + aheadLeft[right]!] === label && (corners || ahead)) return right;
    return ahead ? direction : (direction + 1) & 3;
  }

  function grow(): void {
    const larger = new Int32Array(turns.length * 2);
    larger.set(turns);
    turns = larger;
  }

  return {
    isDone: (x, y) => done[(y + 1) * wide + x + 1] === 1,
    trace(startX, startY) {
      const start = (startY + 1) * wide + startX + 1;
      const label = framed[start]!;
      let corner = start;
      let [x, y] = [startX, startY];
      let length = 0;
      let area = 0;
      let direction = DOWN;
      do {
        if (length + 2 > turns.length) grow();
        turns[length++] = x;
        turns[length++] = y;
        const came = direction;
        const step = steps[came]!;
        let edges = 0;
        do {
          if (came === DOWN) done[corner] = 1;
          corner += step;
          edges++;
          direction = turn(corner, came, label);
        } while (direction === came);
        if (came === DOWN) area -= edges * x;
        else if (came === UP) area += edges * x;
        x += edges * STEP_X[came]!;
        y += edges * STEP_Y[came]!;
      } while (corner !== start || direction !== DOWN);
      return { ring: turns.slice(0, length), area };
    },
  };
}

function frame({ width, height, data }: LabelImage): Int32Array {
  const wide = width + 2;
  const framed = new Int32Array(wide * (height + 2)).fill(OUTSIDE);
  for (let y = 0; y < height; y++) framed.set(data.subarray(y * width, (y + 1) * width), (y + 1) * wide + 1);
  return framed;
}
