// Which labels touch. A pair is new only where a row or the one below it changes, which is found 64 pixels at a time.
import { changesAt } from "./changes";

/** Results that are no number of pairs. */
const WRONG_LABEL: i32 = -1;
const NO_ROOM: i32 = -2;

/** A set of pairs: eight bytes each, the smaller label first, in a table of a power of two; zero where there is none. */
let table: usize = 0;
let mask: u32 = 0;
let size: u32 = 0;
let last: u64 = 0;

/**
 * Writes the pairs of different labels that touch (`corners`: also those that share only a corner) to the beginning of a table
 * of `slots` entries, a power of two, and returns how many there are; -1 for a label that is not below `count`; -2 when half
 * of the table is not enough. `changes` is room for a bit per pixel of a row, in whole words of 8 bytes.
 */
export function touchingPairs(
  labels: usize,
  width: i32,
  height: i32,
  count: u32,
  corners: i32,
  changes: usize,
  entries: usize,
  slots: u32,
): i32 {
  table = entries;
  mask = slots - 1;
  size = 0;
  last = 0;
  memory.fill(table, 0, <usize>slots << 3);
  const stride = <usize>width << 2;
  for (let x: i32 = 0, at = changes; x < width; x += 64, at += 8) store<u64>(at, changesAt(labels, x, width));
  for (let y: i32 = 1; y <= height; y++, labels += stride) {
    // The last row has nothing below: for this purpose, itself.
    const below = y < height ? labels + stride : labels;
    if (!touchRows(labels, below, width, count, corners, changes)) return WRONG_LABEL;
    if (size << 1 > slots) return NO_ROOM;
  }
  return compact(slots);
}

/** The pairs within a row, and between it and the one below; false for a label that is not below `count`. */
function touchRows(row: usize, below: usize, width: i32, count: u32, corners: i32, changes: usize): bool {
  if (load<u32>(row) >= count) return false;
  touch(load<u32>(row), load<u32>(below));
  for (let x: i32 = 0; x < width; x += 64, changes += 8) {
    const here = load<u64>(changes);
    const next = changesAt(below, x, width);
    store<u64>(changes, next);
    for (let bits = here | next; bits != 0; bits &= bits - 1) {
      // A word can have more pairs than a full table has room for.
      if (size > mask - 4) return true;
      const offset = <usize>(x + <i32>ctz(bits)) << 2;
      const left = load<u32>(row + offset - 4);
      const right = load<u32>(row + offset);
      if (right >= count) return false;
      touchColumns(left, right, load<u32>(below + offset - 4), load<u32>(below + offset), corners);
    }
  }
  return true;
}

/** Four pixels around a corner, of which the left ones have been compared before. */
// @ts-expect-error: decorator
@inline
function touchColumns(left: u32, right: u32, leftBelow: u32, rightBelow: u32, corners: i32): void {
  touch(left, right);
  touch(right, rightBelow);
  // Who touches over an edge has been added as such; where four superpixels meet, two pairs have only the corner.
  if (corners) {
    if (left != rightBelow && rightBelow != right && rightBelow != leftBelow) touch(left, rightBelow);
    if (right != leftBelow && leftBelow != left && leftBelow != rightBelow) touch(right, leftBelow);
  }
}

// @ts-expect-error: decorator
@inline
function touch(a: u32, b: u32): void {
  if (a == b) return;
  const pair = <u64>min(a, b) | (<u64>max(a, b) << 32);
  // Along a border, the same pair comes again and again.
  if (pair == last) return;
  last = pair;
  insert(pair);
}

function insert(pair: u64): void {
  let i = <u32>((pair * 0x9e3779b97f4a7c15) >> 32) & mask;
  for (;;) {
    const entry = table + (<usize>i << 3);
    const there = load<u64>(entry);
    if (there == pair) return;
    if (there == 0) {
      store<u64>(entry, pair);
      size++;
      return;
    }
    i = (i + 1) & mask;
  }
}

/** Moves all entries to the beginning of the table; returns how many there are. */
function compact(slots: u32): i32 {
  let to = table;
  for (let at = table, end = table + (<usize>slots << 3); at < end; at += 8) {
    const pair = load<u64>(at);
    if (pair == 0) continue;
    store<u64>(to, pair);
    to += 8;
  }
  return <i32>size;
}
