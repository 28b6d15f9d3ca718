// The rings around superpixels: walks along the edges between pixels, the superpixel on the left, up or down and to the sides
// by turns. Every ring runs down the left edge of a pixel that differs from the one before; a bit tells which are done.
import { changesAt } from "./changes";

const WRONG_LABEL: usize = 1;
const NO_ROOM: usize = 2;

/** What comes before the turns of a ring: five i32. */
const HEADER: usize = 20;
/** Two turns, of eight bytes each. */
const TURNS: usize = 16;

/**
 * Appends all rings, in raster order of the pixels they begin at, to `rings` (up to `ringsEnd`): five i32 (label, x and y of
 * that pixel, area, negative for holes, and the number of turns), then x and y of each turn. Where two pixels of a superpixel
 * meet only at a corner, the walk crosses over to the other one (`corners`) or stays with its own. `done` is room for a bit per
 * pixel, in whole words of 8 bytes for each row. Returns the end; 1 for a label that is not below `count`; 2 for too little room.
 */
export function traceRings(
  labels: usize,
  width: i32,
  height: i32,
  count: u32,
  corners: i32,
  done: usize,
  rings: usize,
  ringsEnd: usize,
): usize {
  const stride = <usize>((width + 63) >> 6) << 3;
  memory.fill(done, 0, stride * <usize>height);
  for (let y: i32 = 0; y < height; y++) {
    const row = labels + ((<usize>y * <usize>width) << 2);
    let word = done + stride * <usize>y;
    for (let x: i32 = 0; x < width; x += 64, word += 8) {
      let changes = changesAt(row, x, width);
      if (x == 0) changes |= 1;
      for (;;) {
        const bits = changes & ~load<u64>(word);
        if (bits == 0) break;
        const startX = x + <i32>ctz(bits);
        if (load<u32>(row + (<usize>startX << 2)) >= count) return WRONG_LABEL;
        rings = trace(labels, width, height, corners, done, stride, startX, y, rings, ringsEnd);
        if (rings == NO_ROOM) return NO_ROOM;
      }
    }
  }
  return rings;
}

/** The ring that runs down the left edge of a pixel, which must be the first of that ring in raster order. */
function trace(
  labels: usize,
  width: i32,
  height: i32,
  corners: i32,
  done: usize,
  stride: usize,
  startX: i32,
  startY: i32,
  ring: usize,
  ringsEnd: usize,
): usize {
  const row = <usize>width << 2;
  // A corner goes by the pixel to its lower right.
  const start = labels + <usize>startY * row + (<usize>startX << 2);
  const label = load<i32>(start);
  let at = start;
  let x = startX;
  let y = startY;
  let area: i32 = 0;
  let down = true;
  let end = ring + HEADER;
  do {
    if (end + TURNS > ringsEnd) return NO_ROOM;
    store<i32>(end, x);
    store<i32>(end, y, 4);
    const upright = down
      ? straight(at, row, 0, -4, height - y, x > 0, label, corners)
      : straight(at, -row, -row - 4, -row, y, x < width, label, corners);
    if (down) mark(done + stride * <usize>y, stride, x, upright >> 1);
    const rise = down ? upright >> 1 : -(upright >> 1);
    y += rise;
    at += row * <usize>rise;
    area -= rise * x;
    store<i32>(end, x, 8);
    store<i32>(end, y, 12);
    end += TURNS;
    // East is to the left of who comes down, and to the right of who comes up.
    const east = down != <bool>(upright & 1);
    const level = east
      ? straight(at, 4, -row, 0, width - x, y < height, label, corners)
      : straight(at, -4, -4, -row - 4, x, y > 0, label, corners);
    const shift = east ? level >> 1 : -(level >> 1);
    x += shift;
    at += <usize>(shift << 2);
    down = east == <bool>(level & 1);
  } while (at != start || !down);
  store<i32>(ring, label);
  store<i32>(ring, startX, 4);
  store<i32>(ring, startY, 8);
  store<i32>(ring, area, 12);
  store<i32>(ring, <i32>((end - ring - HEADER) >> 3), 16);
  return end;
}

/**
 * From a corner on, twice the number of edges that lie straight ahead, and one more where the ring then turns right: `step` goes
 * to the next corner, `left` and `right` from a corner to the pixels ahead on that side; the image ends after `most` edges.
 */
function straight(
  at: usize,
  step: usize,
  left: usize,
  right: usize,
  most: i32,
  hasRight: bool,
  label: i32,
  corners: i32,
): i32 {
  for (let edges: i32 = 1; edges < most; edges++) {
    at += step;
    const isAhead = load<i32>(at + left) == label;
    if (hasRight && load<i32>(at + right) == label && (corners | <i32>isAhead)) return (edges << 1) | 1;
    if (!isAhead) return edges << 1;
  }
  return most << 1;
}

/** Sets the bits of so many pixels in a column. */
// @ts-expect-error: decorator
@inline
function mark(row: usize, stride: usize, x: i32, count: i32): void {
  const bit = 1 << (x & 7);
  let at = row + (<usize>x >> 3);
  for (; count > 0; count--, at += stride) store<u8>(at, <u8>(<i32>load<u8>(at) | bit));
}
