import { compilePath, type Getter } from "../criteria/paths.ts";

/** A path into a record, or a function of it. */
export type Key<R> = string | ((record: R) => unknown);

/** Records that must stay together. */
export interface Group {
  /** Their places in the list, ascending. */
  readonly rows: readonly number[];
  /** What names the group whatever else is in the list. */
  readonly name: string;
}

/** The function that reads a key; nothing for a key that is not given. */
export function readerOf<R>(key: Key<R> | undefined): Getter {
  if (key === undefined) return () => undefined;
  return typeof key === "string" ? compilePath(key) : (key as Getter);
}

/**
 * Which records belong together: those that agree in any of the keys, and those that are joined by others (a lesion whose
 * images name two patients joins all images of both). No value is `undefined`, `null` or an empty text; a record without
 * any stands alone.
 *
 * @returns For each record the number of its group: the place of the first record of that group.
 * @example
 * ```ts
 * import { joinGroups } from "@isic/select";
 * const images = [{ patient: 1, lesion: "a" }, { patient: 2 }, { lesion: "a" }, { patient: 1 }];
 * console.log(joinGroups(images, ["patient", "lesion"])); // Int32Array(4) [ 0, 1, 0, 0 ]
 * ```
 */
export function joinGroups<R>(records: readonly R[], keys: Key<R> | readonly Key<R>[]): Int32Array<ArrayBuffer> {
  return joinRows(records.length, columnsOf(records, keys));
}

/** What each record has at each key. */
function columnsOf<R>(records: readonly R[], keys: Key<R> | readonly Key<R>[] | undefined): readonly unknown[][] {
  return keysOf(keys).map((key) => {
    const read = readerOf(key);
    return records.map((record) => plainValue(read(record)));
  });
}

function joinRows(count: number, columns: readonly (readonly unknown[])[]): Int32Array<ArrayBuffer> {
  const parents = Int32Array.from({ length: count }, (_, row) => row);
  const rootOf = (row: number): number => {
    let root = row;
    while (parents[root] !== root) root = parents[root] as number;
    // The next who asks has a short way (union-find with path compression).
    for (let at = row; at !== root; ) {
      const next = parents[at] as number;
      parents[at] = root;
      at = next;
    }
    return root;
  };
  for (const values of columns) {
    const firsts = new Map<unknown, number>();
    values.forEach((value, row) => {
      if (value === undefined) return;
      const first = firsts.get(value);
      if (first === undefined) firsts.set(value, row);
      else {
        const [a, b] = [rootOf(first), rootOf(row)];
        parents[Math.max(a, b)] = Math.min(a, b);
      }
    });
  }
  return parents.map((_, row) => rootOf(row));
}

/**
 * The groups of records, by {@link joinGroups}. A group is named by the smallest value of the first key of which it has
 * any, and a record that stands alone by its id: other records change neither.
 */
export function groupsOf<R>(records: readonly R[], keys: Key<R> | readonly Key<R>[] | undefined): Group[] {
  const columns = columnsOf(records, keys);
  const rows = new Map<number, number[]>();
  joinRows(records.length, columns).forEach((root, row) => {
    const list = rows.get(root);
    if (list === undefined) rows.set(root, [row]);
    else list.push(row);
  });
  const seen = new Map<string, number>();
  return [...rows.values()].map((list) => {
    for (const [i, values] of columns.entries()) {
      const [smallest] = list.flatMap((row) => (values[row] === undefined ? [] : String(values[row]))).sort();
      if (smallest !== undefined) return { rows: list, name: `${i} ${smallest}` };
    }
    return { rows: list, name: ownName(records[list[0] as number], list[0] as number, seen) };
  });
}

function keysOf<R>(keys: Key<R> | readonly Key<R>[] | undefined): readonly Key<R>[] {
  if (keys === undefined) return [];
  return typeof keys === "string" || typeof keys === "function" ? [keys] : keys;
}

function plainValue(value: unknown): unknown {
  if (value == null || value === "" || Number.isNaN(value)) return undefined;
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** The id of a record of the archive; of others what they hold, with a number for those that hold the same. */
function ownName(record: unknown, row: number, seen: Map<string, number>): string {
  const { isic_id, _id, id } = Object(record) as Readonly<Record<string, unknown>>;
  const own = isic_id ?? _id ?? id;
  if (typeof own === "string" || typeof own === "number") return `id ${own}`;
  let text: string;
  try {
    text = JSON.stringify(record) ?? String(record);
  } catch {
    return `row ${row}`; // what holds itself, or large integers
  }
  const count = (seen.get(text) ?? 0) + 1;
  seen.set(text, count);
  return `${text} ${count}`;
}
