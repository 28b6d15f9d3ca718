import type { LabelImage } from "../types.ts";
import type { Ring } from "./outlines.ts";

export interface RingTracer {
  /** Was a ring traced down the left edge of this pixel? */
  isDone(pixel: number): boolean;
  /** The ring that runs down the left edge of pixel (x, y), which must be the first of that ring in raster order. */
  trace(x: number, y: number): { readonly ring: Ring; readonly area: number };
}

const DOWN = 0;
const UP = 2;

/** Steps along each direction: down, right, up, left. Turning left is + 1. */
const STEP_X: readonly number[] = [0, 1, 0, -1];
const STEP_Y: readonly number[] = [1, 0, -1, 0];
/** From a corner, the pixel ahead on the left (that of the superpixel, going on straight). */
const LEFT_X: readonly number[] = [0, 0, -1, -1];
const LEFT_Y: readonly number[] = [0, -1, -1, 0];

/**
 * Walks along edges between pixels, the superpixel on the left. Where two of its pixels meet only at a corner, the walk
 * crosses over to the other one (`corners`) or stays with its own.
 */
export function ringTracer({ width, height, data }: LabelImage, corners: boolean): RingTracer {
  const done = new Uint8Array(data.length);
  let turns = new Int32Array(4096);

  const has = (x: number, y: number, label: number): boolean =>
    x >= 0 && x < width && y >= 0 && y < height && data[y * width + x] === label;

  /** Where to go from the corner (x, y), having come in this direction. */
  function turn(x: number, y: number, direction: number, label: number): number {
    const ahead = has(x + LEFT_X[direction]!, y + LEFT_Y[direction]!, label);
    // The pixel ahead on the right is ahead on the left for who looks to the right.
    const right = (direction + 3) & 3;
    const across = has(x + LEFT_X[right]!, y + LEFT_Y[right]!, label);
    if (across && (corners || ahead)) return right;
    return ahead ? direction : (direction + 1) & 3;
  }

  function grow(): void {
    const larger = new Int32Array(turns.length * 2);
    larger.set(turns);
    turns = larger;
  }

  return {
    isDone: (pixel) => done[pixel] === 1,
    trace(startX, startY) {
      const label = data[startY * width + startX]!;
      let length = 0;
      let area = 0;
      let x = startX;
      let y = startY;
      let direction = DOWN;
      do {
        if (length + 2 > turns.length) grow();
        turns[length++] = x;
        turns[length++] = y;
        const came = direction;
        do {
          if (direction === DOWN) {
            done[y * width + x] = 1;
            area -= x;
          } else if (direction === UP) area += x;
          x += STEP_X[direction]!;
          y += STEP_Y[direction]!;
          direction = turn(x, y, direction, label);
        } while (direction === came);
      } while (x !== startX || y !== startY || direction !== DOWN);
      return { ring: turns.slice(0, length), area };
    },
  };
}
