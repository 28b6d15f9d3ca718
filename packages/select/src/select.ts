import type { Criteria } from "./criteria.ts";
import { createPredicate, type Predicate, type PredicateOptions } from "./predicate.ts";
import type { CriteriaLike, Fitting } from "./types.ts";

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
  options?: PredicateOptions,
): Map<K, R>;
export function selectFrom<R, const C extends CriteriaLike<R>>(
  items: Iterable<R>,
  criteria: C & Fitting<NoInfer<R>, C>,
  options?: PredicateOptions,
): R[];
export function selectFrom<R, const C extends CriteriaLike<R>>(
  items: Readonly<Record<string, R>>,
  criteria: C & Fitting<NoInfer<R>, C>,
  options?: PredicateOptions,
): Record<string, R>;
export function selectFrom<R>(
  items: ReadonlyMap<unknown, R> | Iterable<R> | Readonly<Record<string, R>>,
  criteria: Criteria,
  options: PredicateOptions = {},
): Map<unknown, R> | R[] | Record<string, R> {
  if (typeof items !== "object" || items === null) {
    throw new TypeError(`expected an array, an iterable, a Map or an object of records, got ${typeof items}`);
  }
  const predicate = createPredicate(criteria, options) as Predicate<R>;
  if (Array.isArray(items)) return filter(items as readonly R[], predicate);
  if (items instanceof Map) return new Map(filter([...items], ([, record]) => predicate(record)));
  if (Symbol.iterator in items) return filter([...(items as Iterable<R>)], predicate);
  return Object.fromEntries(filter(Object.entries(items), ([, record]) => predicate(record)));
}

function filter<T>(items: readonly T[], predicate: Predicate<T>): T[] {
  const selected: T[] = [];
  for (let i = 0; i < items.length; i++) if (predicate(items[i] as T)) selected.push(items[i] as T);
  return selected;
}
