// Runs in raster order -> runs by label -> pixels by label. Sorting 8 bytes a run leaves one sequential pass over the pixels.
import { count as writeNumbers } from "./fill";
import { RUN } from "./runs";

/**
 * Counts pixels and runs of each label into two tables of `count + 1` u32, as offsets: element i is the sum of what the
 * labels below i have. `end` is the flat index behind the last run. Returns 0, or the address of a run whose label is
 * not below `count`.
 */
export function countRuns(
  runs: usize,
  runsEnd: usize,
  end: i32,
  count: u32,
  pixelOffsets: usize,
  runOffsets: usize,
): usize {
  const size = (<usize>count + 1) << 2;
  memory.fill(pixelOffsets, 0, size);
  memory.fill(runOffsets, 0, size);
  for (let run = runs; run < runsEnd; run += RUN) {
    const label = load<u32>(run, 4);
    if (label >= count) return run;
    const row = <usize>label << 2;
    const pixels = pixelOffsets + row;
    const length = endOf(run, runsEnd, end) - load<i32>(run);
    store<i32>(pixels, load<i32>(pixels, 4) + length, 4);
    store<i32>(runOffsets + row, load<i32>(runOffsets + row, 4) + 1, 4);
  }
  addUp(pixelOffsets, count);
  addUp(runOffsets, count);
  return 0;
}

// @ts-expect-error: decorator
@inline
function endOf(run: usize, runsEnd: usize, end: i32): i32 {
  return run + RUN < runsEnd ? load<i32>(run, RUN) : end;
}

function addUp(table: usize, count: u32): void {
  let sum: i32 = 0;
  for (const last = table + (<usize>count << 2); table < last; ) {
    table += 4;
    sum += load<i32>(table);
    store<i32>(table, sum);
  }
}

/**
 * Puts runs in the order of their labels: eight bytes each, u32 first pixel, u32 length. Spoils the run offsets.
 */
export function sortRuns(runs: usize, runsEnd: usize, end: i32, runOffsets: usize, sorted: usize): void {
  for (; runs < runsEnd; runs += RUN) {
    const start = load<i32>(runs);
    const cursor = runOffsets + (<usize>load<u32>(runs, 4) << 2);
    const slot = load<u32>(cursor);
    store<u32>(cursor, slot + 1);
    const to = sorted + <usize>slot * RUN;
    store<i32>(to, start);
    store<i32>(to, endOf(runs, runsEnd, end) - start, 4);
  }
}

/**
 * Writes the pixels of sorted runs, at most `room` of them, and up to 128 bytes of nonsense behind; returns where
 * to go on. A run that did not fit as a whole is shortened in place by what was written.
 */
export function expandRuns(sorted: usize, sortedEnd: usize, pixels: usize, room: i32): usize {
  for (; sorted < sortedEnd && room > 0; sorted += RUN) {
    const start = load<i32>(sorted);
    const length = load<i32>(sorted, 4);
    const fits = min(length, room);
    writeNumbers(pixels, start, fits);
    pixels += <usize>fits << 2;
    room -= fits;
    if (fits < length) {
      store<i32>(sorted, start + fits);
      store<i32>(sorted, length - fits, 4);
      break;
    }
  }
  return sorted;
}
