// Connected regions, numbered in raster order, written over the labels: a pixel that has its number n holds ~n.
import { Job, labelRowBytes } from "./job";

/** Around the picture; as a number it would be larger than any. */
const OUTSIDE: i32 = i32.MIN_VALUE;

/** Regions below `smallest` join a neighbour, those above `largest` are cut. `queue`: i32 x min(largest, pixels). Returns the count. */
export function connect(job: Job, smallest: i32, largest: i32, queue: usize): i32 {
  const pitch = labelRowBytes(job);
  fence(job);
  let next = 0;
  let most = 0;
  for (let y = 0; y < job.height; y++) {
    const row = job.labels + <usize>y * pitch;
    for (let x = 0; x < job.width; x++) {
      const at = row + (<usize>x << 2);
      if (load<i32>(at) < 0) continue;
      const size = flood(at, ~next, pitch, largest, queue);
      if (size < smallest) {
        const number = neighbour;
        for (let i = 0; i < size; i++) store<i32>(load<usize>(queue + (<usize>i << 2)), number);
        most = max(most, ~number);
      } else {
        most = next++;
      }
    }
  }
  return most + 1;
}

/** The code of the neighbour that the last flood met last, or its own. */
let neighbour: i32 = 0;

/** Writes `code` into the region around `first`, breadth first: right, left, below, above. Returns its size. */
function flood(first: usize, code: i32, pitch: usize, largest: i32, queue: usize): i32 {
  const label = load<i32>(first);
  let size = claim(first, label, code, queue, 0);
  neighbour = code;
  for (let visited = 0; visited < size && size < largest; visited++) {
    const here = load<usize>(queue + (<usize>visited << 2));
    size = claim(here + 4, label, code, queue, size);
    if (size == largest) break;
    size = claim(here - 4, label, code, queue, size);
    if (size == largest) break;
    size = claim(here + pitch, label, code, queue, size);
    if (size == largest) break;
    size = claim(here - pitch, label, code, queue, size);
  }
  return size;
}

/** Takes a pixel into the region, if it is of its label; otherwise notes whose it is. Returns the new size. */
// @ts-expect-error: decorator
@inline
function claim(there: usize, label: i32, code: i32, queue: usize, size: i32): i32 {
  const value = load<i32>(there);
  if (value == label) {
    store<i32>(there, code);
    store<usize>(queue + (<usize>size << 2), there);
    return size + 1;
  }
  if (value < 0 && value != code && value != OUTSIDE) neighbour = value;
  return size;
}

/** Closes the picture in: the rest of each row, the row before and the row after. */
function fence(job: Job): void {
  const pitch = labelRowBytes(job);
  for (let x: usize = 0; x < pitch; x += 4) {
    store<i32>(job.labels - pitch + x, OUTSIDE);
    store<i32>(job.labels + <usize>job.height * pitch + x, OUTSIDE);
  }
  for (let y = 0; y < job.height; y++) {
    const row = job.labels + <usize>y * pitch;
    for (let x = <usize>job.width << 2; x < pitch; x += 4) store<i32>(row + x, OUTSIDE);
  }
}

/** Removes what lies between the rows; `coded`: turns codes into numbers. Returns the largest. */
export function packLabels(job: Job, coded: bool): i32 {
  const flip = coded ? -1 : 0;
  let to = job.labels;
  let most = 0;
  for (let y = 0; y < job.height; y++) {
    const row = job.labels + <usize>y * labelRowBytes(job);
    const end = row + (<usize>job.width << 2);
    for (let from = row; from < end; from += 4, to += 4) {
      const label = load<i32>(from) ^ flip;
      store<i32>(to, label);
      most = max(most, label);
    }
  }
  return most;
}
