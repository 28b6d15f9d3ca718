import { checkOptions } from "../suggest/index.ts";
import { createPredicate, type Predicate, type PredicateOptions } from "./predicate.ts";
import type { Criteria } from "./tree.ts";
import type { CriteriaLike, Fitting } from "./types.ts";
import { type CriteriaWarning, warnOfUnknownPaths } from "./warnings.ts";

/** How to select. */
export interface SelectOptions extends PredicateOptions {
  /** Called for every path at which no record has a value; with `compat` for patterns that are given up. */
  readonly onWarning?: (warning: CriteriaWarning) => void;
}

/**
 * The records that meet the criteria, in the container they came in: an array or other iterable gives an array, a `Map`
 * a `Map`, an object of records an object. Order is kept; records are not copied.
 *
 * @throws CriteriaError as `createPredicate`; TypeError when `items` is no collection.
 * @example
 * ```ts
 * import { selectFrom } from "@isic/select";
 * const images = { a: { age: 30 }, b: { age: 70 } };
 * console.log(selectFrom(images, ["age", ">", 50])); // { b: { age: 70 } }
 * ```
 */
export function selectFrom<K, R, const C extends CriteriaLike<R>>(
  items: ReadonlyMap<K, R>,
  criteria: C & Fitting<NoInfer<R>, C>,
  options?: SelectOptions,
): Map<K, R>;
export function selectFrom<R, const C extends CriteriaLike<R>>(
  items: Iterable<R>,
  criteria: C & Fitting<NoInfer<R>, C>,
  options?: SelectOptions,
): R[];
export function selectFrom<R, const C extends CriteriaLike<R>>(
  items: Readonly<Record<string, R>>,
  criteria: C & Fitting<NoInfer<R>, C>,
  options?: SelectOptions,
): Record<string, R>;
export function selectFrom<R>(
  items: ReadonlyMap<unknown, R> | Iterable<R> | Readonly<Record<string, R>>,
  criteria: Criteria,
  options: SelectOptions = {},
): Map<unknown, R> | R[] | Record<string, R> {
  if (typeof items !== "object" || items === null) {
    throw new TypeError(`expected an array, an iterable, a Map or an object of records, got ${typeof items}`);
  }
  checkOptions("selectFrom", options, ["compat", "onWarning"]);
  const predicate = createPredicate(criteria, options) as Predicate<R>;
  const warn = (records: readonly R[]): void => {
    if (options.onWarning !== undefined && options.compat !== true)
      warnOfUnknownPaths(records, criteria, options.onWarning);
  };
  if (items instanceof Map || !(Symbol.iterator in items)) {
    const entries: readonly [unknown, R][] =
      items instanceof Map ? [...items] : Object.entries(items as Record<string, R>);
    warn(entries.map(([, record]) => record));
    const selected = filter(entries, ([, record]) => predicate(record));
    return items instanceof Map ? new Map(selected) : (Object.fromEntries(selected) as Record<string, R>);
  }
  const records: readonly R[] = Array.isArray(items) ? items : [...(items as Iterable<R>)];
  warn(records);
  return filter(records, predicate);
}

function filter<T>(items: readonly T[], predicate: Predicate<T>): T[] {
  const selected: T[] = [];
  for (let i = 0; i < items.length; i++) if (predicate(items[i] as T)) selected.push(items[i] as T);
  return selected;
}

/** What `selectFrom` gives: an array, a `Map`, or an object of records. */
type Records<R> = readonly R[] | ReadonlyMap<unknown, R> | Readonly<Record<string, R>>;

/**
 * A selection with another added: what is in both is there once, in the place it had. Arrays are compared by their
 * records themselves, maps and objects by their keys. (To refine a selection, select from it.)
 *
 * @throws TypeError when the two are not of one kind.
 */
export function addToSelection<S extends Records<unknown>>(selection: S, more: S): S {
  return rebuild(selection, new Map([...entries(selection), ...entries(more, selection)]));
}

/**
 * A selection without what another holds; compared as in {@link addToSelection}.
 *
 * @throws TypeError when the two are not of one kind.
 */
export function removeFromSelection<S extends Records<unknown>>(selection: S, less: S): S {
  const gone = new Map(entries(less, selection));
  return rebuild(selection, new Map(entries(selection).filter(([key]) => !gone.has(key))));
}

function entries(records: Records<unknown>, like: Records<unknown> = records): [unknown, unknown][] {
  if (kindOf(records) !== kindOf(like)) {
    throw new TypeError(`expected two selections of one kind, got ${kindOf(like)} and ${kindOf(records)}`);
  }
  if (Array.isArray(records)) return records.map((record) => [record, record]);
  return records instanceof Map ? [...records] : Object.entries(records);
}

function kindOf(records: unknown): string {
  return Array.isArray(records) ? "an array" : records instanceof Map ? "a Map" : `an ${typeof records}`;
}

function rebuild<S>(like: S, records: Map<unknown, unknown>): S {
  if (Array.isArray(like)) return [...records.values()] as S;
  return (like instanceof Map ? records : Object.fromEntries(records as Map<string, unknown>)) as S;
}
