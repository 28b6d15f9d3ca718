/** What a reader marked for one feature, and whether superpixels are those he marked it on. */
import { LabelCountError, maskFromValues, type Raster } from "@isic/core-wasm";
import type { Superpixels } from "../image/superpixels.ts";
import type { OnWarning } from "../session/context.ts";

/** The superpixels that were marked for one feature. Files of the Python client may hold more fields; all are kept. */
export interface MarkedFeature {
  /** Superpixels with a value above 0. */
  readonly idx: readonly number[];
  /** Their values: 1 definite, 0.5 possible. */
  readonly lst: readonly number[];
  readonly num: number;
  /** How many superpixels the image had; absent in files of the Python client, which does not keep it. */
  readonly count?: number;
  readonly [field: string]: unknown;
}

/** The archive's array (a value per superpixel) as what is marked. */
export function markedFeature(values: readonly number[]): MarkedFeature {
  const idx = Array.from(values.keys()).filter((superpixel) => values[superpixel]! > 0);
  return { idx, lst: idx.map((superpixel) => values[superpixel]!), num: idx.length, count: values.length };
}

/** How many superpixels there must be at least: all of them where that is known. */
export function countOf({ idx, count }: MarkedFeature): number {
  return count ?? idx.reduce((most, superpixel) => Math.max(most, superpixel + 1), 0);
}

/**
 * Refuses marks that were made on another number of superpixels.
 *
 * @param what names the marks
 * @throws LabelCountError
 */
export function checkMarks(what: string, marked: MarkedFeature, superpixels: number): void {
  const count = countOf(marked);
  if (marked.count === undefined ? count > superpixels : count !== superpixels)
    throw new LabelCountError(what, superpixels, count);
}

/** Marks belong to the archive's superpixels; those that are computed here have other numbers for the same places. */
export function warnOfComputed(what: string, superpixels: Superpixels, warn: OnWarning): void {
  if (superpixels.origin !== "computed") return;
  warn(`${what}: these superpixels were computed here, and readers marked served ones: marks may lie elsewhere.`);
}

/** A mask of marks that belong to these superpixels, with the server's values: 255 definite, 128 possible, 0 not. */
export function maskOfMarks({ idx, lst }: MarkedFeature, superpixels: Superpixels): Raster {
  const values = new Float64Array(superpixels.idx.count);
  for (const [i, superpixel] of idx.entries()) values[superpixel] = lst[i]!;
  return maskFromValues(superpixels.map, values);
}
