/** What a cell of a table may hold. */
export type Cell = string | number | boolean | null | readonly Cell[];

/** Lists in lists, or records in records, deeper than any answer of the servers may be (`limits.depth`). */
export const MOST_LEVELS = 200;

/** Nested records to rows of dotted leaf paths: `{ meta: { sex: "f" } }` has the one column `meta.sex`. */
export function flatten(record: unknown, prefix = "", into: Map<string, unknown> = new Map()): Map<string, unknown> {
  if (!isRecord(record)) {
    if (prefix !== "") into.set(prefix, record);
    return into;
  }
  for (const [key, value] of Object.entries(record)) flatten(value, prefix === "" ? key : `${prefix}.${key}`, into);
  return into;
}

/** Dotted columns back to nested records; empty cells leave no trace, and a name of too many dots is no path. */
export function unflatten(row: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const root: Record<string, unknown> = Object.create(null);
  for (const [path, value] of row) {
    if (value === null || value === undefined) continue;
    const keys = path.split(".");
    if (keys.length > MOST_LEVELS) {
      root[path] = value;
      continue;
    }
    const last = keys.pop()!;
    let at = root;
    for (const key of keys) {
      const next = at[key];
      if (!isRecord(next)) at[key] = Object.create(null);
      at = at[key] as Record<string, unknown>;
    }
    at[last] = value;
  }
  return root;
}

/** The columns of many flat rows: sorted, without those that another row has children of. */
export function columnsOf(rows: Iterable<ReadonlyMap<string, unknown>>): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of row.keys()) names.add(name);
  const parents = new Set<string>();
  for (const name of names) {
    for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) parents.add(name.slice(0, dot));
  }
  return [...names].filter((name) => !parents.has(name)).sort(byCodePoint);
}

/**
 * The columns of tables in which nothing may be lost: all that hold a value in some row, sorted. A record with children of
 * a field (`sex.x` beside `sex`) does not take the field away from the others.
 */
export function columnsWithValues(rows: Iterable<ReadonlyMap<string, unknown>>): string[] {
  const names = new Set<string>();
  for (const row of rows)
    for (const [name, value] of row) if (value !== null && value !== undefined && value !== "") names.add(name);
  return [...names].sort(byCodePoint);
}

/**
 * The metadata of a record as further columns of a row. Whoever sends metadata names its keys: none takes the place of a
 * column of ours, whether this row has it or not.
 *
 * @param own names of the columns that are ours
 */
export function addMetadata(
  row: Map<string, unknown>,
  metadata: Iterable<readonly [string, unknown]>,
  own: ReadonlySet<string>,
): void {
  for (const [name, value] of metadata) row.set(own.has(name) ? `metadata.${name}` : name, value);
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
