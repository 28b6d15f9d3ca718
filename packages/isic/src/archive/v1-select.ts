import type { Filter, V1Client } from "@isic/api-client/v1";
import { createPredicate, nearMatches } from "@isic/select";
import { toFilterTree } from "@isic/select/query";
import { NotFoundError } from "../errors.ts";
import type { CallOptions } from "../session/calls.ts";
import type { ImagePage, ImageSelection, PageOptions } from "./archive.ts";
import { saysNothing, textsAt } from "./criteria.ts";
import { groupIdOf, type ImageRecord, type UnknownImage, V1_ID, type V1Image } from "./records.ts";
import type { Question } from "./selected.ts";
import { unsupportedBy } from "./unsupported.ts";

/** The first walk takes large pages; a look for news is satisfied with a small one. */
const FIRST_PAGE = 1000;
const NEXT_PAGE = 100;
/** Ids and names that are asked for together: the server takes at most 300. */
const BATCH = 250;
/** The server takes an address of about 10 kB. */
const LONGEST_FILTER = 8_000;

/** A selection as the Girder server can be asked for it. */
export async function v1Question(client: V1Client, what: ImageSelection, options: CallOptions): Promise<Question> {
  const { criteria = [], limit } = what;
  if (what.search !== undefined) throw unsupportedBy("search", "v1");
  if (what.collections !== undefined) throw unsupportedBy("collections", "v1");
  const meets = createPredicate<ImageRecord>(criteria);
  const datasetId = what.dataset === undefined ? undefined : await datasetIdOf(client, what.dataset, options);
  const selects = (record: ImageRecord): boolean =>
    (datasetId === undefined || groupIdOf(record) === datasetId) && meets(record);
  const given = what.study === undefined ? what.ids : await imagesOfStudy(client, what.study, what.ids, options);
  const named = given ?? textsAt(criteria, "_id")?.filter((id) => V1_ID.test(id)) ?? textsAt(criteria, "name");
  if (named !== undefined) {
    const isExact = saysNothing(criteria) && datasetId === undefined;
    return {
      pages: (paging) => pagesOfNamed(client, named, given !== undefined, paging),
      selects,
      isExact,
      named: given && new Set(given).size,
      readsAll: false,
      limit,
    };
  }
  const { filter, rest } = toFilterTree(
    datasetId === undefined ? criteria : { and: [["dataset._id", "==", datasetId], criteria] },
  );
  const fits = filter === undefined || encodeURIComponent(JSON.stringify(filter)).length <= LONGEST_FILTER;
  const asked = fits ? (filter as Filter | undefined) : undefined;
  return {
    pages: (paging) => pagesOf(client, asked, limit, paging),
    selects,
    isExact: fits && Array.isArray(rest) && rest.length === 0,
    // This API has no total but the histogram's.
    count: async ({ signal }) => (await client.images.histogram(asked, { signal })).__passedFilters__?.[0]?.count ?? 0,
    readsAll: asked === undefined,
    limit,
  };
}

/** By id, which grows with time: what is new comes last. */
async function* pagesOf(
  client: V1Client,
  filter: Filter | undefined,
  limit: number | undefined,
  { from, signal }: PageOptions,
): AsyncGenerator<ImagePage, void, void> {
  const pageSize = from === undefined ? Math.min(FIRST_PAGE, Math.max(2, limit ?? FIRST_PAGE)) : NEXT_PAGE;
  const list = client.images.list({
    ...(filter === undefined ? {} : { filter }),
    detail: true,
    sort: "_id",
    from,
    signal,
    pageSize,
  });
  for await (const { items, position } of list.pages()) yield { records: items, position, total: undefined };
}

/** These, by id or name, in this order. */
async function* pagesOfNamed(
  client: V1Client,
  named: readonly string[],
  keepUnknown: boolean,
  { from, signal }: PageOptions,
): AsyncGenerator<ImagePage, void, void> {
  const wanted = [...new Set(named)];
  for (let start = Number(from?.page ?? 0); start < wanted.length; start += BATCH) {
    const batch = wanted.slice(start, start + BATCH);
    const found = new Map<string, V1Image>();
    const ids = batch.filter((each) => V1_ID.test(each));
    if (ids.length > 0) for await (const image of client.images.byIds(ids, { signal })) found.set(image._id, image);
    const names = batch.filter((each) => !V1_ID.test(each));
    for (const filter of nameFilters(names)) {
      const list = client.images.list({ filter, detail: true, sort: "_id", pageSize: BATCH + 1, signal });
      for await (const image of list) found.set(image.name, image);
    }
    const records = batch.flatMap((each): (V1Image | UnknownImage)[] => {
      const image = found.get(each);
      return image !== undefined ? [image] : keepUnknown ? [{ unknown: each }] : [];
    });
    yield { records, position: { page: String(start + batch.length), seen: [] }, total: wanted.length };
  }
}

/** Filters for names, each short enough for an address. */
function nameFilters(names: readonly string[]): Filter[] {
  const filters: Filter[] = [];
  let list: string[] = [];
  let length = 0;
  for (const name of names) {
    const more = encodeURIComponent(JSON.stringify(name)).length + 3;
    if (list.length > 0 && length + more > LONGEST_FILTER - 200) {
      filters.push({ operator: "in", operands: [{ identifier: "name" }, list] });
      [list, length] = [[], 0];
    }
    list.push(name);
    length += more;
  }
  return list.length === 0 ? filters : [...filters, { operator: "in", operands: [{ identifier: "name" }, list] }];
}

async function datasetIdOf(client: V1Client, wanted: string, { signal }: CallOptions): Promise<string> {
  return oneOf("dataset", wanted, await client.datasets.list({ signal }).all())._id;
}

async function imagesOfStudy(
  client: V1Client,
  study: string,
  ids: readonly string[] | undefined,
  { signal }: CallOptions,
): Promise<string[]> {
  const { images } = oneOf("study", study, await client.studies.list({ signal }).all());
  return images
    .filter((image) => ids === undefined || ids.includes(image._id) || ids.includes(image.name))
    .map(({ _id }) => _id);
}

function oneOf<T extends { readonly _id: string; readonly name: string }>(
  kind: string,
  wanted: string,
  list: readonly T[],
): T {
  const found = list.find(({ _id, name }) => _id === wanted || name === wanted);
  if (found !== undefined) return found;
  const names = list.map(({ name }) => name);
  throw new NotFoundError(kind, wanted, nearMatches(wanted, names));
}
