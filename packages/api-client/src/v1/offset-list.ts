import * as z from "zod/mini";
import { type ItemList, itemList, type ListOptions, type ListPosition, type WalkedPage } from "../lists/list.ts";
import { ListEnd } from "../lists/list-end.ts";
import { RecentIds } from "../lists/seen-ids.ts";
import { readRecords } from "../schema/records.ts";
import type { Schema } from "../schema/validate.ts";
import { endpointOf, type Transport } from "../transport/transport.ts";
import type { Query } from "../transport/urls.ts";

const rowsSchema = /* @__PURE__ */ z.array(z.unknown());

interface OffsetListing<T> {
  readonly path: string;
  readonly query: Query;
  readonly schema: Schema<T>;
  readonly pageSize: number;
  /** A cheaper way to count than to ask for the ids of all. */
  readonly count?: (signal: AbortSignal | undefined) => Promise<number>;
}

/** Ids that a position keeps, and that a walk compares: a shift of more rows than this goes unnoticed. */
const OVERLAP = 200;

/**
 * A list of the v1 API, by offset. The server has no snapshot and gives no total: each page begins with the last row
 * of the one before. If that row is another one, rows have moved meanwhile; the walk then steps back and drops what
 * it has handed out already.
 */
export function offsetList<T extends { readonly _id: string }>(
  api: Transport,
  listing: OffsetListing<T>,
  options: ListOptions,
): ItemList<T> {
  // No list of this API gives a total: all rows in their short form do, at once.
  const count = async (signal: AbortSignal | undefined): Promise<number> => {
    const query = { ...listing.query, detail: false, limit: 0 };
    return (await api.json({ path: listing.path, query, signal }, rowsSchema)).length;
  };
  return itemList(() => offsetWalk(api, listing, options), options, listing.count ?? count);
}

async function* offsetWalk<T extends { readonly _id: string }>(
  api: Transport,
  listing: OffsetListing<T>,
  options: ListOptions,
): AsyncGenerator<WalkedPage<T>, void, void> {
  const { path, pageSize, schema } = listing;
  const endpoint = endpointOf(api.baseUrl, { path });
  const seen: string[] = [...(options.from?.seen ?? [])];
  const recent = new RecentIds(pageSize + OVERLAP, seen);
  const end = new ListEnd(api.limits.listingLength, "v1");
  let last = seen.at(-1);
  let offset = options.from === undefined ? 0 : offsetOf(options.from);
  for (let stepsBack = 0; ; ) {
    const query = { ...listing.query, limit: pageSize, offset };
    const rows = await api.json({ path, query, isList: true, signal: options.signal }, rowsSchema);
    const items = readRecords(api, schema, rows, "", endpoint);
    const isUnreadable = rows.length > 0 && items[0] === undefined;
    const shifted = last !== undefined && !isUnreadable && items[0]?._id !== last && offset > 0;
    if (shifted && stepsBack < 3) {
      stepsBack += 1;
      offset = Math.max(0, offset - Math.min(pageSize, OVERLAP));
      last = undefined;
      api.warn({ type: "paging", message: `${endpoint}: rows moved while the list was walked; some may be missing.` });
      continue;
    }
    const fresh = items.filter((item) => item !== undefined).filter((item) => recent.isNew(item._id));
    const before = seen.slice(-OVERLAP);
    yield pageAt(offset, fresh, items, before);
    seen.splice(0, Math.max(0, seen.length - OVERLAP));
    for (const item of fresh) seen.push(item._id);
    if (items.length < pageSize) return;
    end.page(items.length, fresh.length, undefined, endpoint);
    last = items.at(-1)?._id;
    offset += items.length - 1;
  }
}

/** A position inside a page points to the last row handed out, so that a resumed walk begins with it. */
function pageAt<T extends { readonly _id: string }>(
  offset: number,
  fresh: readonly T[],
  rows: readonly (T | undefined)[],
  before: readonly string[],
): WalkedPage<T> {
  const positionAfter = (taken: number): ListPosition => {
    const delivered = fresh.slice(0, taken).map((item) => item._id);
    const seen = [...before, ...delivered].slice(-OVERLAP);
    const row = rows.findIndex((item) => item !== undefined && item._id === seen.at(-1));
    return { page: String(offset + Math.max(0, row)), seen };
  };
  return {
    items: fresh,
    count: null,
    positionAfter,
    get position() {
      return positionAfter(fresh.length);
    },
  };
}

function offsetOf(from: ListPosition): number {
  if (!/^\d+$/.test(from.page)) {
    throw new TypeError(`from: expected a position of a v1 list, got ${JSON.stringify(from.page.slice(0, 40))}.`);
  }
  return Number(from.page);
}
