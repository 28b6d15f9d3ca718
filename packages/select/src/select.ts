import type { Criteria } from "./criteria.ts";
import { createPredicate, type Predicate, type PredicateOptions } from "./predicate.ts";
import type { CriteriaLike, Fitting } from "./types.ts";
import { type CriteriaWarning, warnOfUnknownPaths } from "./warnings.ts";

/** How to select. */
export interface SelectOptions extends PredicateOptions {
  /** Called for every path at which no record has a value; never with `compat`. */
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
