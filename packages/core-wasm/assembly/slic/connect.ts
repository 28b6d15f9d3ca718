// Connected regions, numbered in raster order, written over the labels: a pixel that has its number n holds ~n.
import { Job, labelRowBytes } from "./job";
import { behindRuns, endOf, firstOf, gather, Run, runAt } from "./runs";

/** Around the picture; as a number it would be larger than any. */
const OUTSIDE: i32 = i32.MIN_VALUE;

/**
 * Regions below `smallest` join a neighbour, those above `largest` are cut; only these have to be followed pixel by pixel.
 * `runs`: all joined; behind them i32 x min(largest, pixels). Returns the count.
 */
export function connect(job: Job, smallest: i32, largest: i32, runs: usize): i32 {
  fence(job);
  gather(job, runs);
  const queue = behindRuns(job, runs);
  next = 0;
  most = 0;
  for (let y = 0; y < job.height; y++) {
    const end = endOf(runs, y);
    for (let number = firstOf(runs, y); number < end; number++) {
      const run = runAt(job, runs, number);
      const pixels = runAt(job, runs, run.parent).pixels;
      if (pixels < smallest || pixels > largest) follow(job, run, smallest, largest, queue);
      else if (run.parent == number) fillRegion(job, run, runs);
    }
  }
  return most + 1;
}

/** The number of the next region, and the largest number given. */
let next: i32 = 0;
let most: i32 = 0;

/** A region as it is, by its first run. */
function fillRegion(job: Job, first: Run, runs: usize): void {
  let run = first;
  for (;;) {
    for (let at = run.from; at < run.to; at += 4) store<i32>(at, ~next);
    if (run.next < 0) break;
    run = runAt(job, runs, run.next);
  }
  most = next++;
}

/** The pixels of a run that have no number yet, each with all that hangs together with it. */
function follow(job: Job, run: Run, smallest: i32, largest: i32, queue: usize): void {
  for (let at = run.from; at < run.to; at += 4) {
    if (load<i32>(at) < 0) continue;
    const size = flood(at, ~next, labelRowBytes(job), largest, queue);
    if (size < smallest) {
      const number = neighbour;
      for (let i = 0; i < size; i++) store<i32>(load<usize>(queue + (<usize>i << 2)), number);
      most = max(most, ~number);
    } else {
      most = next++;
    }
  }
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

/** Rows of codes (`coded`) to numbers. Returns the largest. */
export function decodeRows(job: Job, from: i32, to: i32, coded: bool): i32 {
  const flip = coded ? -1 : 0;
  let largest = 0;
  for (let y = from; y < to; y++) {
    const row = job.labels + <usize>y * labelRowBytes(job);
    const end = row + (<usize>job.width << 2);
    for (let at = row; at < end; at += 4) {
      const label = load<i32>(at) ^ flip;
      store<i32>(at, label);
      largest = max(largest, label);
    }
  }
  return largest;
}
