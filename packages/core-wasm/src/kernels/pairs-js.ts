import type { LabelImage } from "../types.ts";
import { changesOf } from "./label-changes.ts";

/**
 * The pairs of labels that touch (`corners`: also over corners), each once, the smaller label first, one after the other in any
 * order; throws a RangeError for a label that is negative or not below `labels.count`.
 */
export type FindPairs = (labels: LabelImage, corners: boolean) => Int32Array;

/** Merges the changes of each row with those of the row below: between two of them, nothing touches that did not before. */
export const findPairs: FindPairs = (labels, corners) => {
  const { width, height } = labels;
  const pairs = new PairSet();
  let here = new Int32Array(width + 1);
  let below = new Int32Array(width + 1);
  changesOf(labels, 0, here);
  for (let y = 0; y + 1 < height; y++) {
    changesOf(labels, y + 1, below);
    touchRows(labels, y, here, y + 1, below, corners, pairs);
    [here, below] = [below, here];
  }
  // The last row has nothing below: for this purpose, itself.
  touchRows(labels, height - 1, here, height - 1, here, false, pairs);
  return pairs.toArray();
};

/** The pairs of labels that touch within a row, and between it and the one below. */
function touchRows(
  { width, data }: LabelImage,
  y: number,
  changes: Int32Array,
  yBelow: number,
  changesBelow: Int32Array,
  corners: boolean,
  pairs: PairSet,
): void {
  const row = y * width;
  const rowBelow = yBelow * width;
  let left = data[row]!;
  let leftBelow = data[rowBelow]!;
  if (left !== leftBelow) pairs.add(left, leftBelow);
  let [i, j] = [1, 1];
  for (;;) {
    const next = changes[i]!;
    const nextBelow = changesBelow[j]!;
    const x = Math.min(next, nextBelow);
    if (x === width) return;
    const right = data[row + x]!;
    const rightBelow = data[rowBelow + x]!;
    if (next === x) i++;
    if (nextBelow === x) j++;
    if (left !== right) pairs.add(left, right);
    if (right !== rightBelow) pairs.add(right, rightBelow);
    // Who touches over an edge has been added as such; where four superpixels meet, two pairs have only the corner.
    if (corners) {
      if (left !== rightBelow && rightBelow !== right && rightBelow !== leftBelow) pairs.add(left, rightBelow);
      if (right !== leftBelow && leftBelow !== left && leftBelow !== rightBelow) pairs.add(right, leftBelow);
    }
    left = right;
    leftBelow = rightBelow;
  }
}

/** A set of unordered pairs of different numbers from 0 on: open addressing, because a Set of keys costs ten times as much. */
class PairSet {
  #low = new Int32Array(4096).fill(-1);
  #high = new Int32Array(4096);
  #size = 0;
  #lastA = -1;
  #lastB = -1;

  add(a: number, b: number): void {
    // Along a border, the same pair comes row by row.
    if (a === this.#lastA && b === this.#lastB) return;
    this.#lastA = a;
    this.#lastB = b;
    const isNew = a < b ? this.#insert(a, b) : this.#insert(b, a);
    if (isNew && ++this.#size * 2 > this.#low.length) this.#grow();
  }

  /** All pairs, one after the other, the smaller number first. */
  toArray(): Int32Array {
    const lows = this.#low;
    const pairs = new Int32Array(this.#size * 2);
    for (let i = 0, to = 0; i < lows.length; i++) {
      if (lows[i]! < 0) continue;
      pairs[to++] = lows[i]!;
      pairs[to++] = this.#high[i]!;
    }
    return pairs;
  }

  #insert(low: number, high: number): boolean {
    const lows = this.#low;
    const highs = this.#high;
    const mask = lows.length - 1;
    let i = hash(low, high) & mask;
    while (lows[i]! >= 0) {
      if (lows[i] === low && highs[i] === high) return false;
      i = (i + 1) & mask;
    }
    lows[i] = low;
    highs[i] = high;
    return true;
  }

  #grow(): void {
    const lows = this.#low;
    const highs = this.#high;
    this.#low = new Int32Array(lows.length * 2).fill(-1);
    this.#high = new Int32Array(lows.length * 2);
    for (let i = 0; i < lows.length; i++) if (lows[i]! >= 0) this.#insert(lows[i]!, highs[i]!);
  }
}

function hash(low: number, high: number): number {
  const mixed = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca77);
  return mixed ^ (mixed >>> 15);
}
