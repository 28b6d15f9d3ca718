import { checkOptions, labelTotal } from "../check.ts";
import { wasmPairs } from "../kernels/geometry-wasm.ts";
import { geometryKernels } from "../kernels/modules.ts";
import type { FindPairs } from "../kernels/pairs-js.ts";
import type { LabelImage } from "../types.ts";

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

const findPairs: FindPairs = /* @__PURE__ */ wasmPairs(geometryKernels);

/**
 * The neighbours of each superpixel, ascending. A label that no pixel has is nobody's neighbour.
 *
 * @throws RangeError when a label is negative or not below `labels.count`
 * @example
 * ```ts
 * import { decodeRgb, neighbors } from "@isic/core-wasm";
 *
 * neighbors(decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0, 2, 0, 0]), 3, 1))[1]; // Int32Array [0, 2]
 * ```
 */
export function neighbors(labels: LabelImage, options: NeighborOptions = {}): Int32Array<ArrayBuffer>[] {
  checkOptions(options, ["connectivity"]);
  return neighborsWith(findPairs, labels, options);
}

export function neighborsWith(
  find: FindPairs,
  labels: LabelImage,
  { connectivity = 8 }: NeighborOptions,
): Int32Array<ArrayBuffer>[] {
  if (connectivity !== 4 && connectivity !== 8)
    throw new RangeError(`expected connectivity 4 or 8, got ${connectivity}`);
  labelTotal(labels);
  return listsOf(find(labels, connectivity === 8), labels.count);
}

/** For each number below `count`, those it is paired with, ascending. */
function listsOf(pairs: Int32Array, count: number): Int32Array<ArrayBuffer>[] {
  const { starts, partners } = rowsOf(pairs, count);
  // Of a large count, most have nobody: an empty array can be shared.
  const nobody = new Int32Array(0);
  const lists: Int32Array<ArrayBuffer>[] = [];
  for (let a = 0; a < count; a++) {
    const length = starts[a + 1]! - starts[a]!;
    lists.push(length === 0 ? nobody : new Int32Array(length));
  }
  // Whoever comes first goes first into the lists of its partners: sorted without sorting.
  const filled = new Uint32Array(count);
  for (let a = 0; a < count; a++) {
    for (let at = starts[a]!; at < starts[a + 1]!; at++) {
      const b = partners[at]!;
      lists[b]![filled[b]!++] = a;
    }
  }
  return lists;
}

/** Both directions of each pair, as rows by number: `partners[starts[a] .. starts[a + 1])`. */
function rowsOf(pairs: Int32Array, count: number): { starts: Uint32Array; partners: Int32Array } {
  const starts = new Uint32Array(count + 2);
  for (let i = 0; i < pairs.length; i++) starts[pairs[i]! + 2]!++;
  for (let a = 2; a < starts.length; a++) starts[a]! += starts[a - 1]!;
  // starts[a + 1] is where the next partner of a goes; afterwards it is where the next row starts.
  const partners = new Int32Array(pairs.length);
  for (let i = 0; i < pairs.length; i += 2) {
    const [low, high] = [pairs[i]!, pairs[i + 1]!];
    partners[starts[low + 1]!++] = high;
    partners[starts[high + 1]!++] = low;
  }
  return { starts, partners };
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
  checkOptions(options, ["connectivity", "nested"]);
  const first = neighborsWith(findPairs, labels, options);
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
