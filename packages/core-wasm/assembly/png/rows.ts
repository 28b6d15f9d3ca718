// PNG rows -> runs -> labels, without ever making the unfiltered bytes. Inside a superpixel a filter's differences are zero,
// and so a label can change only where they are not, or where the row above changes: those pixels are found 64 at a time,
// and only they are computed. Alpha bytes depend on alpha bytes only, and are left out.
import { addBytes, averageBytes, paethBytes } from "./bytes";
import { changedPixels, unequalPixels } from "../map/differences";
import { fill } from "../map/fill";
import { putRun, RUN } from "../map/runs";

const NONE: i32 = 0;
const SUB: i32 = 1;
const UP: i32 = 2;
const AVERAGE: i32 = 3;
const PAETH: i32 = 4;

/**
 * Decodes `count` filtered rows (each a filter byte, then `width` pixels of `channels` bytes; 4 readable bytes before the
 * first and 256 behind the last) into `labels`, and appends their runs. The `width` labels before `labels` in memory must be those of the row above,
 * and `changes` its changes: a bit for each pixel that differs from the one before, in ceil(width / 64) words of 8 bytes,
 * which become those of the last row. `start` is the flat index of the first pixel.
 * Returns the end of the runs, or 0 when a row has an unknown filter.
 */
export function decodeRows(
  rows: usize,
  count: i32,
  width: i32,
  channels: i32,
  labels: usize,
  changes: usize,
  runs: usize,
  start: i32,
): usize {
  const rowLength = 1 + <usize>width * <usize>channels;
  for (; count > 0; count--) {
    const filter = <i32>load<u8>(rows);
    if (filter > PAETH) return 0;
    const first = runs;
    runs = decodeRow(filter, rows + 1, width, channels, labels - (<usize>width << 2), changes, runs, start);
    start += width;
    fillRow(first, runs, start, labels);
    rows += rowLength;
    labels += <usize>width << 2;
  }
  return runs;
}

function decodeRow(
  filter: i32,
  row: usize,
  width: i32,
  channels: i32,
  above: usize,
  changes: usize,
  runs: usize,
  start: i32,
): usize {
  let left = firstLabel(filter, difference(row), load<i32>(above));
  runs = putRun(runs, start, left);
  // The first pixel is done, and a change.
  let done: u64 = 1;
  for (let x: i32 = 0; x < width; x += 64) {
    let todo = suspects(filter, row, channels, changes) & ~done;
    if (x + 64 > width) todo &= ((<u64>1) << (width - x)) - 1;
    let changed = done;
    done = 0;
    for (; todo != 0; todo &= todo - 1) {
      const i = <i32>ctz(todo);
      const label = addBytes(predict(filter, left, above + (<usize>i << 2)), difference(row + <usize>i * <usize>channels));
      // Stored in any case and kept only if new: whether it is cannot be guessed, and a wrong guess costs more.
      putRun(runs, start + x + i, label);
      const isNew = label != left;
      runs += <usize>isNew * RUN;
      changed |= <u64>isNew << i;
      left = label;
    }
    store<u64>(changes, changed);
    changes += 8;
    row += <usize>channels << 6;
    above += 256;
  }
  return runs;
}

/** Where the label may change. */
// @ts-expect-error: decorator
@inline
function suspects(filter: i32, row: usize, channels: i32, changes: usize): u64 {
  if (filter == NONE) return unequalPixels(row, channels);
  // The same difference to the same label above is the same label.
  if (filter == UP) return unequalPixels(row, channels) | load<u64>(changes);
  // Average comes to rest nowhere.
  if (filter == AVERAGE) return -1;
  // No difference to the left is no change; nor for Paeth where nothing changes above, since then it follows the left.
  const changed = changedPixels(row, channels);
  return filter == SUB ? changed : changed | load<u64>(changes);
}

// @ts-expect-error: decorator
@inline
function firstLabel(filter: i32, change: i32, above: i32): i32 {
  if (filter <= SUB) return change;
  return addBytes(change, filter == AVERAGE ? averageBytes(0, above) : above);
}

// @ts-expect-error: decorator
@inline
function predict(filter: i32, left: i32, at: usize): i32 {
  if (filter == SUB) return left;
  if (filter == NONE) return 0;
  const above = load<i32>(at);
  if (filter == UP) return above;
  if (filter == AVERAGE) return averageBytes(left, above);
  const aboveLeft = load<i32>(at - 4);
  // Three superpixels meet here: rare.
  if ((left != above) & (above != aboveLeft) & (left != aboveLeft)) return paethBytes(left, above, aboveLeft);
  return select(left, above, above == aboveLeft);
}

/** The labels of a row from its runs. */
function fillRow(run: usize, runsEnd: usize, end: i32, labels: usize): void {
  // The last run ends where a further one would begin.
  store<i32>(runsEnd, end);
  for (; run < runsEnd; run += RUN) {
    const length = load<i32>(run, RUN) - load<i32>(run);
    fill(labels, load<i32>(run, 4), length);
    labels += <usize>length << 2;
  }
}

/** The red, green and blue of a filtered pixel. */
// @ts-expect-error: decorator
@inline
function difference(pixel: usize): i32 {
  return load<i32>(pixel) & 0xffffff;
}
