// A run is eight bytes: u32 flat index of its first pixel, i32 label. It ends where the next one begins.
import { unequalLabels } from "./differences";

export const RUN: usize = 8;

// @ts-expect-error: decorator
@inline
export function putRun(runs: usize, start: i32, label: i32): usize {
  store<i32>(runs, start);
  store<i32>(runs, label, 4);
  return runs + RUN;
}

/** Appends the runs of `count` labels, the first of which has the flat index `base`; returns the end of the runs. */
export function findRuns(labels: usize, count: i32, base: i32, runs: usize): usize {
  if (count <= 0) return runs;
  runs = putRun(runs, base, load<i32>(labels));
  let at: i32 = 1;
  for (; at + 64 <= count; at += 64) {
    const word = labels + (<usize>at << 2);
    for (let bits = unequalLabels(word); bits != 0; bits &= bits - 1) {
      const i = <i32>ctz(bits);
      runs = putRun(runs, base + at + i, load<i32>(word + (<usize>i << 2)));
    }
  }
  for (; at < count; at++) {
    const label = labels + (<usize>at << 2);
    if (load<i32>(label) != load<i32>(label - 4)) runs = putRun(runs, base + at, load<i32>(label));
  }
  return runs;
}

/** The largest label of runs, as an unsigned number; 0 without any. */
export function largestLabel(runs: usize, runsEnd: usize): u32 {
  let largest: u32 = 0;
  for (; runs < runsEnd; runs += RUN) largest = max(largest, load<u32>(runs, 4));
  return largest;
}
