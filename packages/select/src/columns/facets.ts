import { fieldKind } from "../criteria/fields.ts";
import { checkOptions, didYouMean, nearMatches } from "../suggest/index.ts";
import type { Column, ColumnIndex } from "./build.ts";
import { allWords, type Selection } from "./selection.ts";
import { countCodes } from "./tally.ts";

/** One bar: a value, or numbers from `low` up to but without `high`. */
export interface Bar {
  readonly label: string;
  readonly count: number;
  /** The value itself; for an interval its lower end. */
  readonly value: unknown;
  /** The upper end of an interval, which is not part of it. */
  readonly high?: number;
}

/** What a page or a terminal needs to draw one field of a selection. */
export interface Facet {
  readonly path: string;
  /** `values`: one bar per value, most frequent first; `histogram`: equal intervals, ascending. */
  readonly kind: "values" | "histogram";
  readonly bars: readonly Bar[];
  /** The largest count of a bar, to scale by. */
  readonly most: number;
  /** Rows without a value. */
  readonly missing: number;
}

/** Which fields to count, and how far. */
export interface FacetOptions {
  /** Rows to count; all by default. */
  readonly selection?: Selection;
  /** Paths to count. By default every field of the index with at most `maxValues` values or with numbers only. */
  readonly fields?: readonly string[];
  /**
   * Fields of text with more distinct values are names, not categories, and left out.
   *
   * @default 1000
   */
  readonly maxValues?: number;
}

/** Numbers with more distinct values than this are drawn as intervals. */
const MANY = 20;

/**
 * Counts the values of every field of a selection: each value of a category, each item of a list, intervals of numbers.
 *
 * @throws RangeError when a named field is not in the index; TypeError for an unknown option.
 * @example
 * ```ts
 * import { buildIndex, facets } from "@isic/select/columns";
 * const [facet] = facets(buildIndex([{ sex: "male" }, { sex: "female" }, { sex: "male" }]));
 * for (const { label, count } of facet.bars) console.log(label.padEnd(8), "#".repeat(count));
 * ```
 */
export function facets(index: ColumnIndex, options: FacetOptions = {}): Facet[] {
  const { selection, fields, maxValues = 1000 } = options;
  checkOptions("facets", options, ["selection", "fields", "maxValues"]);
  const paths = index.columns.map((column) => column.path);
  const unknown = fields?.find((path) => !paths.includes(path));
  if (unknown !== undefined) {
    const advice = didYouMean(nearMatches(unknown, paths, { limit: 1 }));
    throw new RangeError(`expected fields of this index, got "${unknown}"${advice}`);
  }
  const columns = index.columns.filter(
    (column) => fields?.includes(column.path) ?? (column.values.length <= maxValues + 1 || isNumbers(column)),
  );
  const tallies = countCodes(columns, selection?.words ?? allWords(index.count));
  return columns.map((column, i) => facetOf(column, tallies[i] as Uint32Array));
}

function facetOf(column: Column, counts: Uint32Array): Facet {
  const numbers = isNumbers(column);
  const kind = numbers && column.values.length > MANY + 1 ? "histogram" : "values";
  const bars = kind === "histogram" ? histogram(column, counts) : values(column, counts, numbers);
  const most = bars.reduce((highest, bar) => Math.max(highest, bar.count), 0);
  return { path: column.path, kind, bars, most, missing: counts[0] as number };
}

/** Are all values numbers, or numbers the server sends as strings? */
function isNumbers({ path, values }: Column): boolean {
  const read = numberReader(path);
  return values.length > 1 && values.every((value, i) => i === 0 || Number.isFinite(read(value)));
}

function numberReader(path: string): (value: unknown) => number {
  const isDecimal = fieldKind(path) === "decimal";
  return (value) =>
    typeof value === "number" || (isDecimal && typeof value === "string") ? Number(value) : Number.NaN;
}

function values(column: Column, counts: Uint32Array, numbers: boolean): Bar[] {
  const tally = new Map<unknown, number>();
  column.values.forEach((value, code) => {
    const count = counts[code] as number;
    if (code === 0 || count === 0) return;
    for (const item of Array.isArray(value) ? value : [value]) {
      const key = typeof item === "object" ? JSON.stringify(item) : item;
      tally.set(key, (tally.get(key) ?? 0) + count);
    }
  });
  const bars = [...tally].map(([value, count]): Bar => ({ label: String(value), value, count }));
  const order = (a: Bar, b: Bar): number => (numbers ? Number(a.value) - Number(b.value) : b.count - a.count);
  return bars.sort((a, b) => order(a, b) || (a.label < b.label ? -1 : 1));
}

/** At most twelve intervals of a round width, from the lowest to the highest value present. */
function histogram(column: Column, counts: Uint32Array): Bar[] {
  const read = numberReader(column.path);
  const present = column.values.flatMap((value, code) =>
    code > 0 && (counts[code] as number) > 0 ? [{ value: read(value), count: counts[code] as number }] : [],
  );
  if (present.length === 0) return [];
  const low = present.reduce((least, { value }) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const high = present.reduce((most, { value }) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const width = roundWidth((high - low) / 11);
  const first = Math.floor(low / width);
  const bins = new Array<number>(Math.floor(high / width) - first + 1).fill(0);
  for (const { value, count } of present) bins[Math.floor(value / width) - first]! += count;
  return bins.map((count, i) => {
    const [from, to] = [tidy((first + i) * width), tidy((first + i + 1) * width)];
    return { label: `${from} to ${to}`, value: from, high: to, count };
  });
}

/** The next of 1, 2, 5, 10, ... times a power of ten. */
function roundWidth(width: number): number {
  if (!(width > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(width));
  return power * ([1, 2, 5, 10].find((step) => step * power >= width) ?? 10);
}

/** Without the noise of binary fractions: 0.30000000000000004 is 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
