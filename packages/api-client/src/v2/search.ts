import { type ItemList, itemList, type ListOptions, type WalkedPage } from "../lists/list.ts";
import type { Transport } from "../transport/transport.ts";
import { parsedUrl, type Query, urlOf } from "../transport/urls.ts";
import { countOf, cursorWalk, type Listing } from "./cursor-list.ts";
import { imageIds } from "./ids.ts";
import { imageWalk } from "./image-walk.ts";
import type { Image, Search } from "./types.ts";

/** One page: images that share a time, of which more than two pages are never passed, then do no harm. */
const MOST_IDS = 100;
/** Where the answer is one number or table, as many as the server's parser takes in a second. */
const MOST_COUNTED_IDS = 250;

/** The server's limit for a request line is 8192 bytes; a cursor and the protocol's own words need some. */
const URL_LIMIT = 7_600;

/** The queries that together ask for the search, each short enough for the server. */
export function queriesOf(api: Transport, path: string, search: Search, most: number = MOST_IDS): readonly Query[] {
  const collections = search.collections?.map(collectionId);
  const one = (query: string | undefined): Query => ({
    query: query === "" ? undefined : query,
    // An empty list would mean "no filter" to the server.
    collections: collections === undefined ? undefined : collections,
  });
  if (search.collections?.length === 0) return [];
  const query = search.query?.trim() ?? "";
  const ids = search.ids ?? (fits(api, path, one(query)) ? undefined : idsIn(query));
  if (ids === undefined) {
    if (fits(api, path, one(query))) return [one(query)];
    throw new RangeError(
      `The query is too long for the server (${query.length} characters): give ids as \`ids\`, or use \`zip\` and \`fetchAllMetadata\`, which send it as a body.`,
    );
  }
  const rest = search.ids === undefined ? "" : query;
  return idChunks(
    ids,
    most,
    (chunk) => one(withIds(rest, chunk)),
    (each) => fits(api, path, each),
  );
}

function collectionId(id: number): number {
  if (!Number.isInteger(id) || id < 0) throw new TypeError(`collections: expected whole numbers, got ${String(id)}.`);
  return id;
}

function fits(api: Transport, path: string, query: Query): boolean {
  return urlOf(api.baseUrl, path, query).href.length <= URL_LIMIT;
}

/** The same, where no pages are walked. */
export function countedQueriesOf(api: Transport, path: string, search: Search): readonly Query[] {
  return queriesOf(api, path, search, MOST_COUNTED_IDS);
}

/** A query that is nothing but a list of ids joined by OR. */
function idsIn(query: string): readonly string[] | undefined {
  const terms = query.split(/\s+OR\s+/).map((term) => /^isic_id\s*:\s*"?(ISIC_\d{7})"?$/.exec(term.trim())?.[1]);
  return terms.includes(undefined) ? undefined : (terms as string[]);
}

/**
 * One of these ids, and the query. Terms side by side bind tighter than AND and OR, so a query without alternatives
 * is repeated beside each id: the server's parser has versions that fail on a group inside AND.
 */
function withIds(query: string, ids: readonly string[]): string {
  if (query === "") return ids.map((id) => `isic_id:${id}`).join(" OR ");
  const bare = query.replace(/"[^"]*"/g, '""');
  if (!/\bOR\b|[()]/.test(bare)) return ids.map((id) => `isic_id:${id} AND ${query}`).join(" OR ");
  return `(${query}) AND (${ids.map((id) => `isic_id:${id}`).join(" OR ")})`;
}

function idChunks(
  ids: readonly string[],
  most: number,
  make: (chunk: readonly string[]) => Query,
  ok: (query: Query) => boolean,
): Query[] {
  const unique = imageIds(ids);
  const chunks: Query[] = [];
  for (let from = 0; from < unique.length; ) {
    let size = Math.min(most, unique.length - from);
    while (size > 1 && !ok(make(unique.slice(from, from + size)))) size = Math.ceil(size * 0.8) - 1;
    const query = make(unique.slice(from, from + size));
    if (!ok(query)) throw new RangeError("The query is too long for the server, even beside a single id: shorten it.");
    chunks.push(query);
    from += size;
  }
  return chunks;
}

/** The search as one list, whatever number of queries it takes. */
export function searchList(
  api: Transport,
  listing: Listing<Image>,
  queries: readonly Query[],
  search: Search,
  options: ListOptions,
): ItemList<Image> {
  async function* walk(): AsyncGenerator<WalkedPage<Image>, void, void> {
    const first = options.from === undefined ? 0 : chunkOf(queries, options.from.page);
    for (const [index, query] of queries.entries()) {
      if (index < first) continue;
      const from = index === first ? options.from : undefined;
      const one = { ...listing, query };
      if (queries.length === 1) {
        yield* imageWalk(api, one, search, { ...options, from });
      } else {
        for await (const page of cursorWalk(api, one, { ...options, from })) {
          yield { ...page, position: page.position, count: null };
        }
      }
    }
  }
  const count = async (signal: AbortSignal | undefined): Promise<number> => {
    let sum = 0;
    for (const query of countedQueriesOf(api, listing.path, search))
      sum += await countOf(api, { ...listing, query }, signal);
    return sum;
  };
  return itemList(walk, options, count);
}

/** Which of the queries a saved page belongs to. */
function chunkOf(queries: readonly Query[], page: string): number {
  const wanted = parsedUrl(page)?.searchParams.get("query") ?? null;
  const index = queries.findIndex(({ query }) => (query ?? null) === wanted);
  if (index === -1) throw new TypeError("from: expected a position of this very search, got one of another.");
  return index;
}
