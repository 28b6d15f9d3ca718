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
