// The regions of equal labels, from the runs of equal labels in each row: far fewer than there are pixels.
import { Job, labelRowBytes } from "./job";

/** A stretch of equal labels in a row. Runs have numbers in raster order, with gaps; each knows an earlier run of its region, or itself. */
// @ts-expect-error: decorator
@unmanaged
export class Run {
  /** The address of its first label. */
  from: usize;
  /** The address after its last label. */
  to: usize;
  /** The number of an earlier run of the region; after `gather` of its first. */
  parent: i32;
  /** Of the whole region, in the first run, after `gather`. */
  pixels: i32;
  /** The number of another run of the region, or -1, after `gather`. */
  next: i32;
}

/** Bytes of a Run. */
const RUN: usize = 20;

/** Where the runs of the rows lie: the number of the first and the one after the last of each, then the runs. */
function rowAt(runs: usize, y: i32): usize {
  return runs + (<usize>y << 3);
}

export function firstOf(runs: usize, y: i32): i32 {
  return load<i32>(rowAt(runs, y));
}

export function endOf(runs: usize, y: i32): i32 {
  return load<i32>(rowAt(runs, y), 4);
}

export function runAt(job: Job, runs: usize, number: i32): Run {
  return changetype<Run>(rowAt(runs, job.height) + <usize>number * RUN);
}

/** The first byte behind as many runs as there can be. */
export function behindRuns(job: Job, runs: usize): usize {
  return changetype<usize>(runAt(job, runs, job.width * job.height));
}

/** Finds the runs of the rows `from` to `to` and joins those that touch; the seams to other rows stay open. */
export function joinRows(job: Job, from: i32, to: i32, runs: usize): void {
  let number = from * job.width;
  for (let y = from; y < to; y++) {
    const row = job.labels + <usize>y * labelRowBytes(job);
    const end = row + (<usize>job.width << 2);
    store<i32>(rowAt(runs, y), number);
    for (let at = row; at < end; number++) {
      const run = runAt(job, runs, number);
      run.from = at;
      at = endOfRun(at, end);
      run.to = at;
      run.parent = number;
    }
    store<i32>(rowAt(runs, y), number, 4);
    if (y > from) joinSeam(job, y, runs);
  }
}

function endOfRun(at: usize, end: usize): usize {
  const label = load<i32>(at);
  if (ASC_FEATURE_SIMD) {
    const same = i32x4.splat(label);
    while (at + 16 <= end && i32x4.all_true(i32x4.eq(v128.load(at), same))) at += 16;
  }
  while (at < end && load<i32>(at) == label) at += 4;
  return at;
}

/** Joins the runs of the row `y` with those above that they touch. */
export function joinSeam(job: Job, y: i32, runs: usize): void {
  const pitch = labelRowBytes(job);
  const last = endOf(runs, y - 1);
  const end = endOf(runs, y);
  let above = firstOf(runs, y - 1);
  for (let number = firstOf(runs, y); number < end; number++) {
    const run = runAt(job, runs, number);
    const from = run.from - pitch;
    const to = run.to - pitch;
    while (runAt(job, runs, above).to <= from) above++;
    for (let other = above; other < last; other++) {
      const upper = runAt(job, runs, other);
      if (upper.from >= to) break;
      if (load<i32>(upper.from) == load<i32>(run.from)) unite(job, runs, other, number);
    }
  }
}

function unite(job: Job, runs: usize, one: i32, other: i32): void {
  const a = earliest(job, runs, one);
  const b = earliest(job, runs, other);
  runAt(job, runs, max(a, b)).parent = min(a, b);
}

/** The first run of a region, as far as it is known. Shortens the way for the next time. */
function earliest(job: Job, runs: usize, number: i32): i32 {
  let run = runAt(job, runs, number);
  while (run.parent != number) {
    const parent = runAt(job, runs, run.parent);
    run.parent = parent.parent;
    number = run.parent;
    run = runAt(job, runs, number);
  }
  return number;
}

/** When all seams are joined: counts the pixels of the regions and strings their runs together. */
export function gather(job: Job, runs: usize): void {
  for (let y = 0; y < job.height; y++) {
    const end = endOf(runs, y);
    for (let number = firstOf(runs, y); number < end; number++) {
      const run = runAt(job, runs, number);
      const pixels = <i32>(run.to - run.from) >> 2;
      run.parent = earliest(job, runs, number);
      run.pixels = pixels;
      run.next = -1;
      if (run.parent == number) continue;
      const first = runAt(job, runs, run.parent);
      first.pixels += pixels;
      run.next = first.next;
      first.next = number;
    }
  }
}
