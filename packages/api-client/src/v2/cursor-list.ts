import * as z from "zod/mini";
import { type ItemList, itemList, type ListOptions, type ListPosition, type WalkedPage } from "../lists/list.ts";
import { ListEnd } from "../lists/list-end.ts";
import { RecentIds } from "../lists/seen-ids.ts";
import { readRecords } from "../schema/records.ts";
import type { Schema } from "../schema/validate.ts";
import { PagingError } from "../transport/errors.ts";
import { endpointOf, type Transport } from "../transport/transport.ts";
import { parsedUrl, type Query, urlOf } from "../transport/urls.ts";

const pageSchema = z.object({
  results: z.array(z.unknown()),
  count: z.optional(z.nullable(z.number())),
  next: z.optional(z.nullable(z.string())),
});

/** Repeats come from records that share a time with the end of a page, so they are at most a few pages apart. */
const REMEMBERED = 2000;

/** A list of v2: where it is, and what its items are. */
export interface Listing<T> {
  readonly path: string;
  readonly query?: Query;
  readonly schema: Schema<T>;
  readonly idOf: (item: T) => string;
  /** Puts right what the server is known to get wrong in this list. */
  readonly repaired?: (item: T) => T;
}

/**
 * A list of the v2 API. No `limit` is ever sent (below 100 the server skips records that share a time), `next` is
 * followed as it is, repeats are dropped, and a walk that comes back to where it was is an error instead of an endless loop.
 */
export function cursorList<T>(api: Transport, listing: Listing<T>, options: ListOptions): ItemList<T> {
  return itemList(
    () => cursorWalk(api, listing, options),
    options,
    (signal) => countOf(api, listing, signal),
  );
}

/** The server's count, on a page of one item. (`limit` is for this only: a walk with one would lose records.) */
export async function countOf<T>(api: Transport, { path, query }: Listing<T>, signal?: AbortSignal): Promise<number> {
  const page = await api.json({ path, query: { ...query, limit: 1 }, signal }, pageSchema);
  if (Number.isSafeInteger(page.count) && page.count! >= 0) return page.count!;
  throw new PagingError("no-count", "the server gives no count", { endpoint: `GET ${path}` });
}

/** The pages of such a list. */
export async function* cursorWalk<T>(
  api: Transport,
  listing: Listing<T>,
  options: ListOptions,
): AsyncGenerator<WalkedPage<T>, void, void> {
  const { from } = options;
  const recent = new RecentIds(REMEMBERED, from?.seen);
  const visited = new Set<string>();
  let url = from === undefined ? urlOf(api.baseUrl, listing.path, listing.query) : savedUrl(api, listing, from);
  let seenBefore: readonly string[] = from?.seen ?? [];
  const reader = pageReader(api, options.signal);
  const end = new ListEnd(api.limits.listingLength, "v2");
  try {
    for (;;) {
      const endpoint = endpointOf(api.baseUrl, { path: url });
      if (visited.has(url.href))
        throw new PagingError("repeats", "the server sends the same page again and again", { endpoint });
      visited.add(url.href);
      const page = await reader.read(url);
      // Who has asked for a second page goes on: what comes next is on its way while this page is worked on.
      const ahead = visited.size > 1 ? urlAtHome(api, page.next) : undefined;
      if (ahead !== undefined && !visited.has(ahead.href)) reader.readAhead(ahead);
      const fresh: T[] = [];
      const ids: string[] = [];
      for (const item of readRecords(api, listing.schema, page.results, "results", endpoint)) {
        if (item === undefined) continue;
        const id = listing.idOf(item);
        if (!recent.isNew(id)) continue;
        fresh.push(listing.repaired?.(item) ?? item);
        ids.push(id);
      }
      yield pageOf(url.href, fresh, ids, seenBefore, page.count ?? null);
      if (page.next === null || page.next === undefined) return;
      end.page(page.results.length, fresh.length, page.count, endpoint);
      seenBefore = [...seenBefore.slice(-OVERLAP), ...ids];
      url = nextUrl(api, page.next, endpoint);
    }
  } finally {
    reader.stop();
  }
}

/** Reads pages, at most one of them ahead. */
function pageReader(api: Transport, signal: AbortSignal | undefined) {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  if (signal?.aborted) abort();
  let ahead: { readonly url: URL; readonly page: Promise<z.output<typeof pageSchema>> } | undefined;
  const ask = (url: URL) => api.json({ path: url, isList: true, signal: controller.signal }, pageSchema);
  return {
    readAhead(url: URL) {
      ahead = { url, page: ask(url) };
      // Whoever comes to need the page hears of the error; until then, or without anybody, it is nobody's.
      ahead.page.catch(() => undefined);
    },
    read: (url: URL) => (ahead?.url.href === url.href ? ahead.page : ask(url)),
    stop() {
      signal?.removeEventListener("abort", abort);
      controller.abort();
    },
  };
}

/** How many ids before the page a position keeps: a resumed walk must recognise what the page repeats. */
const OVERLAP = 200;

function pageOf<T>(
  page: string,
  items: readonly T[],
  ids: readonly string[],
  before: readonly string[],
  count: number | null,
): WalkedPage<T> {
  const positionAfter = (taken: number): ListPosition => ({
    page,
    seen: [...before.slice(-OVERLAP), ...ids.slice(0, taken)],
  });
  return {
    items,
    count,
    positionAfter,
    get position() {
      return positionAfter(items.length);
    },
  };
}

/** `next` is the server's, but credentials go with it: it must stay at home. */
function nextUrl(api: Transport, next: string, endpoint: string): URL {
  const url = urlAtHome(api, next);
  if (url !== undefined) return url;
  const where = parsedUrl(next)?.origin ?? "no address";
  throw new PagingError("elsewhere", `the next page is at ${where}, not at ${api.baseUrl.origin}`, { endpoint });
}

function urlAtHome(api: Transport, next: string | null | undefined): URL | undefined {
  const url = next ? parsedUrl(next) : undefined;
  return url?.origin === api.baseUrl.origin ? url : undefined;
}

function savedUrl<T>(api: Transport, listing: Listing<T>, from: ListPosition): URL {
  const url = parsedUrl(from.page);
  const home = urlOf(api.baseUrl, listing.path);
  if (url === undefined || url.origin !== home.origin || url.pathname !== home.pathname) {
    throw new TypeError(
      `from: expected a position of ${listing.path} at ${home.origin}, got one of ${url === undefined ? "no address" : url.origin + url.pathname}.`,
    );
  }
  return url;
}
