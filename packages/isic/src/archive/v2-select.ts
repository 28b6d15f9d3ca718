import type { Search, V2Client } from "@isic/api-client/v2";
import { type Criteria, createPredicate } from "@isic/select";
import { splitQuery, toQuery } from "@isic/select/query";
import type { CallOptions } from "../session/calls.ts";
import { toV2Criteria } from "./aliases.ts";
import type { ImagePage, ImageSelection, PageOptions, Terms } from "./archive.ts";
import { pathsOf, saysNothing, textsAt } from "./criteria.ts";
import { type ImageRecord, idOf, isUnknown, type UnknownImage, V2_ID, type V2Image, withTerms } from "./records.ts";
import type { Question } from "./selected.ts";
import { unsupportedBy } from "./unsupported.ts";
import { anyOf, termsOfSearch } from "./v2-terms.ts";

/** The server's pages are of so many: so many ids are one page. */
const PAGE = 100;
/** An address may have 8,192 bytes; the rest of it needs some. */
const LONGEST_QUERY = 7_000;
/** A search of more parts asks for more than a walk through everything that its shorter half selects. */
const MOST_PARTS = 200;

/** A selection as the server's search can be asked for it. */
export function v2Question(client: V2Client, what: ImageSelection): Question {
  if (what.dataset !== undefined) throw unsupportedBy("dataset", "v2");
  if (what.study !== undefined) throw unsupportedBy("study", "v2");
  const { collections, limit } = what;
  const search = what.search?.trim() || undefined;
  const criteria = toV2Criteria(what.criteria ?? []);
  const selects = saysNothing(criteria) ? undefined : createPredicate<ImageRecord>(criteria);
  const searches = search === undefined ? [] : splitQuery(search, LONGEST_QUERY);
  const within = { ...(search === undefined ? {} : { query: search }), ...(collections && { collections }) };
  // What records say there is their cohort's default; the image's own is in the metadata file of the search.
  const byTerms = selects !== undefined && pathsOf(criteria).includes("attribution");
  const named = what.ids ?? textsAt(criteria, "isic_id");
  if (named !== undefined) {
    // Within a search, an id that does not come may simply not be selected.
    const keepUnknown = what.ids !== undefined && isEmpty(within);
    // Beside ids there is no room for a search that is too long: what it finds is asked for first.
    const isLong = searches.length > 1;
    const around = isLong ? { ...(collections && { collections }) } : within;
    const pages = async function* (paging: PageOptions): AsyncGenerator<ImagePage, void, void> {
      const found = isLong ? await idsOfParts(client, searches, around, paging) : undefined;
      const wanted = found === undefined ? named : named.filter((id) => found.has(id));
      yield* pagesOfNamed(client, wanted, around, keepUnknown, paging);
    };
    const termsOfPage: TermsOfPage = (records, call) =>
      termsOfSearch(client, { query: anyOf(records.map(idOf)) }, call);
    return {
      pages: byTerms ? (paging) => selectedByTerms(pages(paging), selects, termsOfPage, paging) : pages,
      selects: byTerms ? undefined : selects,
      isExact: selects === undefined && isEmpty(within),
      named: what.ids && new Set(what.ids).size,
      readsAll: false,
      limit,
    };
  }
  const { query, parts, isExact } = queryOf(search, criteria);
  const asked: Search = { ...within, ...(query === "" ? {} : { query }) };
  const all = isEmpty(asked);
  const pages = async function* ({ from, signal }: PageOptions): AsyncGenerator<ImagePage, void, void> {
    if (parts.length > 1) return yield* pagesOfParts(client, parts, within, { signal });
    const list = all ? client.images.list({ from, signal }) : client.images.search(asked, { from, signal });
    let total: number | undefined;
    for await (const { items, count, position } of list.pages()) {
      total = count ?? total;
      yield { records: items, position, total };
    }
  };
  let terms: Promise<ReadonlyMap<string, Terms>> | undefined;
  const termsOfAll: TermsOfPage = (_, call) => {
    terms ??= termsOfParts(client, parts, within, call);
    terms.catch(() => {
      terms = undefined;
    });
    return terms;
  };
  return {
    pages: byTerms ? (paging) => selectedByTerms(pages(paging), selects, termsOfAll, paging) : pages,
    selects: byTerms ? undefined : selects,
    // Parts may have images in common, so their numbers do not add up.
    isExact: isExact && parts.length <= 1,
    readsAll: all,
    limit,
    bytes: ({ signal }) => client.images.size(asked, { signal }),
    // An empty list of collections would mean all of them there.
    terms: async (options) => (collections?.length === 0 ? new Map() : termsOfParts(client, parts, within, options)),
  };
}

type TermsOfPage = (records: readonly ImageRecord[], options: CallOptions) => Promise<ReadonlyMap<string, Terms>>;

/** The same pages with what is selected by the images' own attributions. */
async function* selectedByTerms(
  pages: AsyncIterable<ImagePage>,
  selects: (record: ImageRecord) => boolean,
  termsOfPage: TermsOfPage,
  { signal }: PageOptions,
): AsyncGenerator<ImagePage, void, void> {
  for await (const page of pages) {
    const known = page.records.filter((record): record is ImageRecord => !isUnknown(record));
    const terms = known.length === 0 ? new Map<string, Terms>() : await termsOfPage(known, { signal });
    const isSelected = (record: ImageRecord): boolean => selects(withTerms(record, terms.get(idOf(record)) ?? {}));
    yield { ...page, records: page.records.filter((record) => isUnknown(record) || isSelected(record)) };
  }
}

async function idsOfParts(...of: Parameters<typeof pagesOfParts>): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const { records } of pagesOfParts(...of))
    for (const record of records) if (!isUnknown(record)) found.add(idOf(record));
  return found;
}

/** The address of a metadata file holds the search too. */
async function termsOfParts(
  client: V2Client,
  parts: readonly string[],
  within: Search,
  options: CallOptions,
): Promise<Map<string, Terms>> {
  const found = new Map<string, Terms>();
  for (const query of parts) {
    const asked = query === "" ? within : { ...within, query };
    for (const [id, terms] of await termsOfSearch(client, asked, options)) found.set(id, terms);
  }
  return found;
}

/** Criteria as far as the search language goes, beside a search of the caller's own. */
function queryOf(
  search: string | undefined,
  criteria: Criteria,
): {
  readonly query: string;
  /** The same as searches that fit into an address each. */
  readonly parts: readonly string[];
  readonly isExact: boolean;
} {
  const { query, rest } = toQuery(criteria);
  const own = search ?? "";
  const joined = own === "" ? query : query === "" ? own : `${grouped(own)} AND ${grouped(query)}`;
  const parts = splitQuery(joined, LONGEST_QUERY);
  const fits = parts.length <= MOST_PARTS && parts.every((part) => encodeURIComponent(part).length <= LONGEST_QUERY);
  // Criteria for which there is no room are looked for here.
  if (!fits && query !== "") return { query: own, parts: splitQuery(own, LONGEST_QUERY), isExact: false };
  return { query: joined, parts, isExact: Array.isArray(rest) && rest.length === 0 };
}

/** The pages of searches that find together what is asked for; an image that several find comes once. */
async function* pagesOfParts(
  client: V2Client,
  parts: readonly string[],
  within: Search,
  { signal }: CallOptions,
): AsyncGenerator<ImagePage, void, void> {
  const seen = new Set<string>();
  for (const query of parts) {
    for await (const { items, position } of client.images.search({ ...within, query }, { signal }).pages()) {
      const fresh = items.filter(({ isic_id }) => !seen.has(isic_id));
      for (const { isic_id } of fresh) seen.add(isic_id);
      yield { records: fresh, position, total: undefined };
    }
  }
}

/** Some versions of the server's parser fail on a group inside AND: only alternatives are put into one. */
function grouped(query: string): string {
  return /\bOR\b|[()]/.test(query.replace(/"[^"]*"/g, '""')) ? `(${query})` : query;
}

/** These ids, in this order: each request is answered with one page. */
async function* pagesOfNamed(
  client: V2Client,
  named: readonly string[],
  within: Omit<Search, "ids">,
  keepUnknown: boolean,
  { from, signal }: PageOptions,
): AsyncGenerator<ImagePage, void, void> {
  const wanted = [...new Set(named)];
  for (let start = Number(from?.page ?? 0); start < wanted.length; start += PAGE) {
    const batch = wanted.slice(start, start + PAGE);
    const ids = batch.filter((each) => V2_ID.test(each));
    const found = new Map<string, V2Image>();
    if (ids.length > 0) {
      for await (const image of client.images.search({ ...within, ids }, { signal })) found.set(image.isic_id, image);
    }
    const records = batch.flatMap((each): (V2Image | UnknownImage)[] => {
      const image = found.get(each);
      return image !== undefined ? [image] : keepUnknown ? [{ unknown: each }] : [];
    });
    yield { records, position: { page: String(start + batch.length), seen: [] }, total: wanted.length };
  }
}

function isEmpty(search: object): boolean {
  return Object.keys(search).length === 0;
}
