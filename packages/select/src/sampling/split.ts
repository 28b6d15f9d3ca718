// sampling/: draws and splits that keep groups together.

import { checkOptions } from "../suggest/index.ts";
import { balance, type Weights } from "./balance.ts";
import { type Group, groupsOf, type Key, readerOf } from "./groups.ts";

/** How to draw. The same seed, records and options give the same result everywhere. */
export interface DrawOptions<R> {
  /** @default 0 */
  readonly seed?: number | string;
  /** Keeps the proportions of this field: `metadata.clinical.diagnosis_1`. Records without it are a class of their own. */
  readonly stratify?: Key<R>;
  /**
   * Never parts records that agree in this field, or in any of these (see {@link joinGroups}):
   * `["metadata.clinical.patient_id", "metadata.clinical.lesion_id"]`. Records without any stand alone.
   */
  readonly group?: Key<R> | readonly Key<R>[];
}

/** How to split. */
export interface SplitOptions<R> extends DrawOptions<R> {
  /**
   * `hash`: the part of a group is a function of the seed, the shares and the group's name, so that nothing moves when
   * records are added; sizes are as chance has them. `balanced`: sizes, and with `stratify` mixtures, are as near to the
   * shares as whole groups allow, and depend on all records.
   *
   * @default "hash", or "balanced" with `stratify`
   */
  readonly method?: "hash" | "balanced";
}

/** Sizes of parts relative to each other: `{ train: 0.8, test: 0.2 }`. */
export type Shares<N extends string> = Readonly<Record<N, number>>;

const DRAW_OPTIONS = ["seed", "stratify", "group"];

/**
 * Draws records at random, at most `size` of them, in the order they had. With `stratify` each class gets its share; with
 * `group` whole groups are drawn, as many as fit.
 *
 * @throws RangeError when `size` is negative or not a whole number; TypeError for an unknown option.
 */
export function sample<R>(records: Iterable<R>, size: number, options: DrawOptions<R> = {}): R[] {
  if (!(Number.isInteger(size) && size >= 0)) throw new RangeError(`expected a whole number of records, got ${size}`);
  checkOptions("sample", options, DRAW_OPTIONS);
  const all = [...records];
  if (all.length === 0) return [];
  const share = Math.min(size, all.length) / all.length;
  const [drawn] = listsOf(all, balancedParts(all, [share, 1 - share], options, size), 2);
  return drawn as R[];
}

/**
 * Splits records into named parts, for instance to train, validate and test. `group` keeps a lesion or a patient on one
 * side. Every record is in one part, in the order it had.
 *
 * @param shares The parts and their sizes relative to each other: `{ train: 0.8, test: 0.2 }`. May also be the one argument
 *   after the records, among the options: `split(images, { shares: { train: 0.8, test: 0.2 }, group: "patient" })`.
 * @throws RangeError when no part has a positive size; TypeError for an unknown option, and for `hash` with `stratify`.
 * @example
 * ```ts
 * import { split } from "@isic/select";
 * const images = Array.from({ length: 1000 }, (_, i) => ({ patient: i >> 1, malignant: i % 4 === 0 }));
 * const { train, test } = split(images, { train: 0.8, test: 0.2 }, { group: "patient", seed: 1, method: "balanced" });
 * console.log(train.length, test.length); // 800 200
 * ```
 */
export function split<R, N extends string>(
  records: Iterable<R>,
  options: SplitOptions<R> & { readonly shares: Shares<N> },
): Record<N, R[]>;
export function split<R, N extends string>(
  records: Iterable<R>,
  shares: Shares<N>,
  options?: SplitOptions<R>,
): Record<N, R[]>;
export function split<R, N extends string>(
  records: Iterable<R>,
  first: Shares<N> | (SplitOptions<R> & { readonly shares: Shares<N> }),
  second?: SplitOptions<R>,
): Record<N, R[]> {
  const isOne = typeof (first as { readonly shares?: unknown } | undefined)?.shares === "object";
  const { shares, ...options } = (isOne ? first : { shares: first, ...second }) as SplitOptions<R> & {
    readonly shares: Shares<N>;
  };
  checkOptions("split", isOne ? first : second, [...DRAW_OPTIONS, "method", ...(isOne ? ["shares"] : [])]);
  const { stratify, method = stratify === undefined ? "hash" : "balanced" } = options;
  if (method !== "hash" && method !== "balanced") {
    throw new RangeError(`split: expected the method "hash" or "balanced", got ${JSON.stringify(method)}`);
  }
  if (method === "hash" && stratify !== undefined) {
    throw new TypeError('split: "hash" knows nothing of other records and cannot stratify; use { method: "balanced" }');
  }
  const [names, sizes] = checkedShares(shares);
  const all = [...records];
  const parts = method === "hash" ? hashedParts(all, sizes, options) : balancedParts(all, sizes, options);
  const lists = listsOf(all, parts, names.length);
  return Object.fromEntries(names.map((name, i) => [name, lists[i]])) as Record<N, R[]>;
}

function checkedShares<N extends string>(shares: Shares<N>): [names: N[], shares: number[]] {
  const names = Object.keys(Object(shares)) as N[];
  const sizes = names.map((name) => shares[name]);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (!(total > 0 && Number.isFinite(total)) || sizes.some((size) => typeof size !== "number" || size < 0)) {
    throw new RangeError(`expected parts with sizes of 0 or more, got ${JSON.stringify(shares)}`);
  }
  return [names, sizes.map((size) => size / total)];
}

function listsOf<R>(records: readonly R[], parts: Int32Array, count: number): R[][] {
  const lists = Array.from({ length: count }, (): R[] => []);
  records.forEach((record, row) => {
    lists[parts[row] as number]?.push(record);
  });
  return lists;
}

function hashedParts<R>(records: readonly R[], shares: readonly number[], options: DrawOptions<R>): Int32Array {
  const parts = new Int32Array(records.length);
  const last = shares.findLastIndex((share) => share > 0);
  for (const { rows, name } of groupsOf(records, options.group)) {
    let place = orderOf(options.seed, name) / 2 ** 32;
    let part = 0;
    while (part < last && place >= (shares[part] as number)) place -= shares[part++] as number;
    for (const row of rows) parts[row] = part;
  }
  return parts;
}

function balancedParts<R>(
  records: readonly R[],
  shares: readonly number[],
  options: DrawOptions<R>,
  limit: number = Number.POSITIVE_INFINITY,
): Int32Array {
  const groups = inOrder(groupsOf(records, options.group), options.seed);
  const parts = new Int32Array(records.length);
  balance(weightsOf(records, groups, options.stratify), shares, limit).forEach((part, i) => {
    for (const row of groups[i]?.rows ?? []) parts[row] = part;
  });
  return parts;
}

/** Large groups first, among equals in an order that the seed decides. */
function inOrder(groups: readonly Group[], seed: number | string | undefined): Group[] {
  const bySize = new Map<number, { readonly group: Group; readonly order: number }[]>();
  for (const group of groups) {
    const each = { group, order: orderOf(seed, group.name) };
    const list = bySize.get(group.rows.length);
    if (list === undefined) bySize.set(group.rows.length, [each]);
    else list.push(each);
  }
  return [...bySize]
    .sort(([a], [b]) => b - a)
    .flatMap(([, list]) =>
      list.sort((a, b) => a.order - b.order || (a.group.name < b.group.name ? -1 : 1)).map(({ group }) => group),
    );
}

function weightsOf<R>(records: readonly R[], groups: readonly Group[], key: Key<R> | undefined): Weights {
  const read = readerOf(key);
  const numbers = new Map<unknown, number>();
  const totals: number[] = [];
  const kindOf = (row: number): number => {
    const value = read(records[row]) ?? null;
    let number = numbers.get(value);
    if (number === undefined) {
      number = totals.push(0) - 1;
      numbers.set(value, number);
    }
    totals[number]!++;
    return number;
  };
  const mixed = new Map<number, ReadonlyMap<number, number>>();
  const kinds = Int32Array.from(groups, ({ rows }, i) => {
    const all = rows.map(kindOf);
    const first = all[0] as number;
    if (all.every((kind) => kind === first)) return first;
    const counts = new Map<number, number>();
    for (const kind of all) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    mixed.set(i, counts);
    return -1;
  });
  return { sizes: Uint32Array.from(groups, ({ rows }) => rows.length), kinds, mixed, totals };
}

/** A number from 0 to 2^32 that looks random: FNV-1a, mixed as MurmurHash3 ends. */
function orderOf(seed: number | string = 0, name: string): number {
  const text = `${seed}\n${name}`;
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
