import type { ListOptions, ListPosition, WalkedPage } from "../lists/list.ts";
import { AbortError, isApiError, PagingError } from "../transport/errors.ts";
import type { Transport } from "../transport/transport.ts";
import { urlOf } from "../transport/urls.ts";
import { cursorWalk, type Listing } from "./cursor-list.ts";
import { ImageIdSet } from "./ids.ts";
import type { Image, Search } from "./types.ts";

/** Images that are asked for at once by their ids: one page. */
const AT_ONCE = 100;
/** Marks positions in what the ZIP listing gave. */
const LISTED = "#listing";

/**
 * The pages of a list of images. Where more than 200 of them were published at one moment the server's pages go round
 * in circles; the rest then comes from the ZIP listing of the same search, which names every image, by ids.
 */
export async function* imageWalk(
  api: Transport,
  listing: Listing<Image>,
  search: Search,
  options: ListOptions,
): AsyncGenerator<WalkedPage<Image>, void, void> {
  const { from, signal } = options;
  if (from?.page.endsWith(LISTED)) {
    yield* listedRest(api, listing, search, await reachable(api, listing, signal), from.seen.at(-1) ?? "", signal);
    return;
  }
  const delivered = new ImageIdSet();
  try {
    for await (const page of cursorWalk(api, listing, options)) {
      for (const { isic_id } of page.items) delivered.add(isic_id);
      yield page;
    }
    return;
  } catch (error) {
    if (!isApiError(error, "PagingError") || error.problem !== "repeats") throw error;
    const message = `${error.endpoint}: too many images were published at one moment to be paged through; the rest comes from the ZIP listing.`;
    api.warn({ type: "note", message });
    // What a resumed walk had delivered before it began is not known: what pages reach at all is.
    const known = from === undefined ? delivered : await reachable(api, listing, signal);
    try {
      yield* listedRest(api, listing, search, known, "", signal);
    } catch (cause) {
      if (isApiError(cause, "AbortError")) throw cause;
      throw new PagingError("repeats", "the server repeats itself, and its ZIP listing failed", error, { cause });
    }
  }
}

/** Every image that pages can reach. */
async function reachable(
  api: Transport,
  listing: Listing<Image>,
  signal: AbortSignal | undefined,
): Promise<ImageIdSet> {
  const found = new ImageIdSet();
  try {
    for await (const { items } of cursorWalk(api, listing, { signal }))
      for (const { isic_id } of items) found.add(isic_id);
  } catch (error) {
    if (!isApiError(error, "PagingError")) throw error;
  }
  return found;
}

/** The images of the search that are not known, in the order of their ids, from behind this one on. */
async function* listedRest(
  api: Transport,
  listing: Listing<Image>,
  { query, collections }: Search,
  known: ImageIdSet,
  after: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<WalkedPage<Image>, void, void> {
  const { createZip } = await import("./bulk/zip.ts");
  const zip = createZip(api);
  const token = await zip.prepare({ query, collections }, { signal });
  const ids: string[] = [];
  for await (const { zipPath } of zip.listing(token, { signal })) {
    const id = /^(ISIC_\d{7})\.\w+$/.exec(zipPath)?.[1];
    if (id !== undefined && id > after && !known.has(id)) ids.push(id);
  }
  ids.sort();
  const page = urlOf(api.baseUrl, listing.path, listing.query).href + LISTED;
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    if (signal?.aborted) throw new AbortError({ endpoint: `GET ${listing.path}` }, signal.reason);
    const text = ids
      .slice(start, start + AT_ONCE)
      .map((id) => `isic_id:${id}`)
      .join(" OR ");
    const found = { ...listing, path: "images/search/", query: { query: text } };
    for await (const { items } of cursorWalk(api, found, { signal })) {
      const sorted = [...items].sort((a, b) => (a.isic_id < b.isic_id ? -1 : 1));
      const positionAfter = (taken: number): ListPosition => ({ page, seen: [sorted[taken - 1]?.isic_id ?? after] });
      yield { items: sorted, count: null, positionAfter, position: positionAfter(sorted.length) };
    }
  }
}
