import { invalid, valueError } from "./respond.ts";

const MOST = 100;

/** A list in its order, and what to page by. */
export interface Paged<T> {
  readonly items: readonly T[];
  /** The ordering value as the cursor writes it; equal texts are ties. */
  readonly key: (item: T) => string;
  /** Compares two keys in the list's order. */
  readonly compare: (a: string, b: string) => number;
  /** Is the text a key at all? */
  readonly valid?: (position: string) => boolean;
  /** What `count` says on the first page; `always` says it on every page. */
  readonly count: number;
  readonly countAlways?: boolean;
}

/** A page as v2 sends it. */
export interface Page<T> {
  readonly results: readonly T[];
  readonly count: number | null;
  readonly next: string | null;
  readonly previous: string | null;
}

interface Cursor {
  readonly offset: number;
  readonly reverse: boolean;
  readonly position: string | null;
}

/**
 * The server's own cursor walk, mistakes included: with `limit` below 100 rows that tie with the last fetched row are
 * skipped, more than 200 ties walk in a circle, and a negative limit is an empty page with a next one.
 */
export function paginate<T>(url: URL, paged: Paged<T>): Page<T> {
  const limit = readLimit(url);
  const cursor = readCursor(url, paged);
  const rows = fetchRows(paged, cursor);
  const page = rows.slice(0, limit);
  const more = rows.length > page.length;
  if (cursor.reverse) page.reverse();
  const keys = page.map(paged.key);
  const all = rows.map(paged.key);
  const { position, offset } = cursor;
  const started = position !== null || offset > 0;
  const context = { keys, all, cursor, limit };
  const next = cursor.reverse ? (started ? nextAfter(context) : null) : more ? nextAfter(context) : null;
  const hasPrevious = cursor.reverse ? more : started;
  return {
    results: page,
    count: paged.countAlways === true || position === null ? paged.count : null,
    next: next === null ? null : link(url, next),
    previous: hasPrevious ? link(url, previousBefore(context, next !== null)) : null,
  };
}

interface Walk {
  readonly keys: readonly string[];
  readonly all: readonly string[];
  readonly cursor: Cursor;
  readonly limit: number;
}

function fetchRows<T>(paged: Paged<T>, { offset, reverse, position }: Cursor): T[] {
  const { items, key, compare } = paged;
  if (reverse) {
    const end = position === null ? items.length : bound(items, (item) => compare(key(item), position) >= 0);
    const start = Math.max(0, end - offset - MOST - 1);
    return items.slice(start, Math.max(0, end - offset)).reverse();
  }
  const start = position === null ? 0 : bound(items, (item) => compare(key(item), position) > 0);
  return items.slice(start + offset, start + offset + MOST + 1);
}

/** Index of the first item for which the test holds; all before it fail, all after it hold. */
function bound<T>(items: readonly T[], test: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(items[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function nextAfter({ keys, all, cursor, limit }: Walk): Cursor {
  let compare = cursor.reverse ? (cursor.offset > 0 ? keys.at(-1) : cursor.position) : all.at(-1);
  if (keys.length === 0) return { offset: 0, reverse: false, position: all.at(-1) ?? cursor.position };
  let offset = 0;
  for (let i = keys.length - 1; i >= 0; i--) {
    if (keys[i] !== compare) return { offset, reverse: false, position: keys[i]! };
    compare = keys[i];
    offset++;
  }
  if (cursor.position === null && cursor.offset === 0) return { offset: limit, reverse: false, position: null };
  return cursor.reverse
    ? { offset: 0, reverse: false, position: cursor.position }
    : { offset: cursor.offset + limit, reverse: false, position: cursor.position };
}

function previousBefore({ keys, all, cursor, limit }: Walk, hasNext: boolean): Cursor {
  if (keys.length === 0) return { offset: 0, reverse: true, position: cursor.position };
  let compare = cursor.reverse ? all.at(-1) : cursor.offset > 0 ? keys[0] : cursor.position;
  let offset = 0;
  for (const key of keys) {
    if (key !== compare) return { offset, reverse: true, position: key };
    compare = key;
    offset++;
  }
  if (!hasNext) return { offset: limit, reverse: true, position: null };
  return { offset: 0, reverse: true, position: all.at(-1)! };
}

function readLimit(url: URL): number {
  const text = url.searchParams.getAll("limit").at(-1);
  if (text === undefined) return MOST;
  if (!/^\s*[+-]?\d+(?:\.0*)?\s*$/.test(text)) {
    throw invalid(
      ["query", "limit"],
      "Input should be a valid integer, unable to parse string as an integer",
      "int_parsing",
    );
  }
  return Math.min(MOST, Math.max(0, Number(text) === 0 ? MOST : Number(text)));
}

function readCursor<T>(url: URL, paged: Paged<T>): Cursor {
  const text = url.searchParams.getAll("cursor").at(-1);
  if (text === undefined || text === "") return { offset: 0, reverse: false, position: null };
  const decoded = decode(text);
  if (decoded === undefined) throw valueError(["query", "cursor"], "Invalid cursor.");
  const position = decoded.get("p");
  if (position !== null && paged.valid?.(position) === false) {
    throw invalid(["query", "cursor"], "Value error, Invalid cursor.");
  }
  const offset = Number.parseInt(decoded.get("o") ?? "0", 10);
  return { offset: Math.min(MOST, Math.max(0, offset || 0)), reverse: decoded.get("r") === "1", position };
}

function decode(text: string): URLSearchParams | undefined {
  try {
    if (text.length % 4 !== 0) return undefined;
    const bytes = Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
    return new URLSearchParams(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** All parameters of the request, sorted by name, with the new cursor. */
function link(url: URL, cursor: Cursor): string {
  const inner = new URLSearchParams();
  if (cursor.offset !== 0) inner.set("o", String(cursor.offset));
  if (cursor.reverse) inner.set("r", "1");
  if (cursor.position !== null) inner.set("p", cursor.position);
  const parameters = new URLSearchParams(url.search);
  parameters.delete("cursor");
  parameters.append("cursor", btoa(String.fromCharCode(...new TextEncoder().encode(inner.toString()))));
  parameters.sort();
  return `${url.origin}${url.pathname}?${parameters}`;
}
