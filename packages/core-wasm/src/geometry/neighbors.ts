import { labelTotal, wrongLabel } from "../check.ts";
import type { LabelImage } from "../types.ts";
import { PairSet } from "./pair-set.ts";

/** Which pixels touch. */
export interface NeighborOptions {
  /** 8: also over corners, as in the Python client (the default); 4: only over edges. */
  readonly connectivity?: 4 | 8;
}

/** How neighbours of neighbours count. */
export interface DegreeOptions extends NeighborOptions {
  /**
   * False (the default): degree d has the superpixels exactly d steps away.
   * True: as in the Python client, degree d has all neighbours of those of degree d - 1, so also the superpixel itself.
   */
  readonly nested?: boolean;
}

/**
 * The neighbours of each superpixel, ascending. A label that no pixel has is nobody's neighbour.
 *
 * @throws RangeError when a label is negative or not below `labels.count`
 */
export function neighbors(labels: LabelImage, options: NeighborOptions = {}): Int32Array<ArrayBuffer>[] {
  const { connectivity = 8 } = options;
  if (connectivity !== 4 && connectivity !== 8)
    throw new RangeError(`expected connectivity 4 or 8, got ${connectivity}`);
  const pairs = touchingPairs(labels, connectivity === 8);
  const lists: number[][] = Array.from({ length: labels.count }, () => []);
  pairs.each((a, b) => {
    lists[a]!.push(b);
    lists[b]!.push(a);
  });
  return lists.map((list) => Int32Array.from(list).sort());
}

/**
 * The neighbours of each superpixel by degree: element `[d - 1][label]` for d from 1 to `degree`, ascending.
 *
 * @throws RangeError for a degree below 1, and as {@link neighbors} does
 */
export function neighborsByDegree(
  labels: LabelImage,
  degree: number,
  options: DegreeOptions = {},
): Int32Array<ArrayBuffer>[][] {
  if (!Number.isInteger(degree) || degree < 1) throw new RangeError(`expected a degree from 1 on, got ${degree}`);
  const first = neighbors(labels, options);
  const degrees = [first];
  const seen = first.map((list, label) => new Set([label, ...list]));
  for (let d = 2; d <= degree; d++) {
    const previous = degrees[d - 2]!;
    degrees.push(
      previous.map((list, label) => {
        const reached = new Set<number>();
        for (const near of list) for (const far of first[near]!) reached.add(far);
        if (options.nested !== true) {
          for (const old of seen[label]!) reached.delete(old);
          for (const far of reached) seen[label]!.add(far);
        }
        return Int32Array.from(reached).sort();
      }),
    );
  }
  return degrees;
}

/** Looks at pairs of columns in pairs of rows, and only where one of them differs from the column before. */
function touchingPairs(labels: LabelImage, corners: boolean): PairSet {
  const { width, height, data, count } = labels;
  labelTotal(labels);
  const pairs = new PairSet();
  const check = (label: number): void => {
    if (label < 0 || label >= count) throw wrongLabel(label, count);
  };
  const touch = (a: number, b: number): void => {
    if (a !== b) pairs.add(a, b);
  };
  for (let y = 0; y < height; y++) {
    const start = y * width;
    const below = y + 1 < height ? width : 0;
    let here = data[start]!;
    let under = data[start + below]!;
    check(here);
    touch(here, under);
    for (let i = start + 1, end = start + width; i < end; i++) {
      const right = data[i]!;
      const underRight = data[i + below]!;
      if (right === here && underRight === under) continue;
      check(right);
      touch(here, right);
      touch(right, underRight);
      if (corners) {
        touch(here, underRight);
        touch(right, under);
      }
      here = right;
      under = underRight;
    }
  }
  return pairs;
}
