import type { LabelImage } from "../types.ts";
import { changesOf } from "./changes.ts";
import type { FindPairs } from "./neighbors.ts";
import { PairSet } from "./pair-set.ts";

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
