import { checkMask, checkSameSize } from "../check.ts";
import type { Raster } from "../types.ts";

/** How many members are in both of two sets, in one of them, and in the whole they are taken from. */
interface Shared {
  readonly both: number;
  readonly a: number;
  readonly b: number;
}

/**
 * Dice's coefficient of two sets of superpixels, from 0 to 1: twice what they share by the sum of their sizes; NaN if both are
 * empty.
 *
 * @param a the members of a set; one that comes twice counts once
 * @example
 * ```ts
 * import { dice } from "@isic/core-wasm";
 *
 * dice([1, 2, 3], [2, 3, 4]); // 0.6666666666666666
 * ```
 */
export function dice(a: Iterable<number>, b: Iterable<number>): number {
  return diceOf(sharedBySets(a, b));
}

/** Jaccard's index of two sets of superpixels, from 0 to 1: what they share by what either has; NaN if both are empty. */
export function jaccard(a: Iterable<number>, b: Iterable<number>): number {
  return jaccardOf(sharedBySets(a, b));
}

/**
 * Cohen's kappa of two sets of superpixels out of `total`: agreement beyond chance; NaN if both are empty or both are all.
 *
 * @throws RangeError for a superpixel that is not below `total`
 */
export function kappa(a: Iterable<number>, b: Iterable<number>, total: number): number {
  const setA = new Set(a);
  const setB = new Set(b);
  for (const member of [...setA, ...setB]) {
    if (!(member >= 0 && member < total)) throw new RangeError(`expected superpixels below ${total}, got ${member}`);
  }
  return kappaOf(sharedBySets(setA, setB), total);
}

/** {@link dice} of the pixels that are not 0 in two masks. @throws TypeError for more channels than one, RangeError for other sizes */
export function maskDice(a: Raster, b: Raster): number {
  return diceOf(sharedByMasks(a, b));
}

/** {@link jaccard} of the pixels that are not 0 in two masks. @throws TypeError for more channels than one, RangeError for other sizes */
export function maskJaccard(a: Raster, b: Raster): number {
  return jaccardOf(sharedByMasks(a, b));
}

/** {@link kappa} of the pixels that are not 0 in two masks. @throws TypeError for more channels than one, RangeError for other sizes */
export function maskKappa(a: Raster, b: Raster): number {
  return kappaOf(sharedByMasks(a, b), a.data.length);
}

function diceOf({ both, a, b }: Shared): number {
  return (2 * both) / (a + b);
}

function jaccardOf({ both, a, b }: Shared): number {
  return both / (a + b - both);
}

function kappaOf({ both, a, b }: Shared, total: number): number {
  const agreed = total - a - b + 2 * both;
  const byChance = (a * b + (total - a) * (total - b)) / total;
  return (agreed - byChance) / (total - byChance);
}

function sharedBySets(a: Iterable<number>, b: Iterable<number>): Shared {
  const setA = new Set(a);
  const setB = new Set(b);
  let both = 0;
  for (const member of setA) if (setB.has(member)) both++;
  return { both, a: setA.size, b: setB.size };
}

function sharedByMasks(a: Raster, b: Raster): Shared {
  checkMask(a);
  checkMask(b);
  checkSameSize(a, b);
  let both = 0;
  let inA = 0;
  let inB = 0;
  for (let i = 0; i < a.data.length; i++) {
    const first = a.data[i] === 0 ? 0 : 1;
    const second = b.data[i] === 0 ? 0 : 1;
    inA += first;
    inB += second;
    both += first & second;
  }
  return { both, a: inA, b: inB };
}
