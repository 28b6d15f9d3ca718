import type { V1Client } from "@isic/api-client/v1";
import type { V2Client } from "@isic/api-client/v2";
import { type Criteria, createPredicate } from "@isic/select";
import { isV2Client } from "../../archive/index.ts";
import type { ImageRecord, V1Image, V2Image } from "../../archive/records.ts";
import { NotFoundError, UnsupportedByServerError } from "../../errors.ts";
import { toV2Criteria } from "../../selection/aliases.ts";
import { nearMatches } from "../../selection/near.ts";
import type { DownloadImage } from "../types.ts";

/** Which images: what is given must all hold. Nothing at all means the whole archive. */
export interface RecordSelection {
  /** In the search language of today's archive (v2). */
  readonly search?: string;
  /** Of any of these collections (v2). */
  readonly collections?: readonly number[];
  readonly criteria?: Criteria;
  /** By id or name (v1). */
  readonly dataset?: string;
  /** By id or name (v1). */
  readonly study?: string;
  /** These, by id or name. */
  readonly ids?: readonly string[];
  readonly limit?: number;
}

/** An image that was asked for and is not there, in the place of its record. */
export interface UnknownImage {
  readonly unknown: string;
}

export const isUnknown = (record: object): record is UnknownImage => "unknown" in record;

/** It stays in the selection, to fail by name when its turn comes. */
export const unknownImage = (record: UnknownImage): DownloadImage => ({
  id: record.unknown,
  name: record.unknown,
  record: { ...record },
});

/**
 * The records that a selection is of, in the same order at every call. Ids and names that the archive does not have
 * come too, as {@link UnknownImage}: whoever counts must not lose them.
 *
 * @throws CriteriaError, RenamedFieldError, NotFoundError, UnsupportedByServerError before the first record
 */
export async function selectRecords(
  client: V1Client | V2Client,
  selection: RecordSelection,
  signal?: AbortSignal,
): Promise<AsyncIterable<ImageRecord | UnknownImage>> {
  const records: AsyncIterable<ImageRecord | UnknownImage> = isV2Client(client)
    ? v2Records(client, selection, signal)
    : await v1Records(client, selection, signal);
  return selection.limit === undefined ? records : firstOf(records, selection.limit);
}

/** What of a v2 selection the server itself selects by: criteria as far as its language goes. */
export async function searchOf({ search, collections, criteria }: RecordSelection): Promise<{
  readonly query?: string;
  readonly collections?: readonly number[];
  readonly rest: Criteria;
}> {
  const { toQuery } = await import("@isic/select/query");
  const { query, rest } = criteria === undefined ? { query: "", rest: [] } : toQuery(toV2Criteria(criteria));
  const parts = [search, query].filter((part) => part !== undefined && part.trim() !== "");
  const joined = parts.length > 1 ? parts.map((part) => `(${part})`).join(" AND ") : parts[0];
  return {
    ...(joined === undefined ? {} : { query: joined }),
    ...(collections === undefined ? {} : { collections }),
    rest,
  };
}

async function* v2Records(
  client: V2Client,
  selection: RecordSelection,
  signal: AbortSignal | undefined,
): AsyncGenerator<V2Image | UnknownImage, void, undefined> {
  if (selection.dataset !== undefined)
    throw new UnsupportedByServerError("dataset", "v2", "Collections took their place.");
  if (selection.study !== undefined) throw new UnsupportedByServerError("study", "v2", "Its studies are not public.");
  const { rest, ...search } = await searchOf(selection);
  const selects = createPredicate<V2Image>(rest);
  const { ids } = selection;
  const unseen = new Set(ids);
  const known = ids?.filter((id) => /^ISIC_\d{7}$/.test(id));
  const list =
    known?.length === 0
      ? []
      : client.images.search({ ...search, ...(known === undefined ? {} : { ids: known }) }, { signal });
  for await (const record of list) {
    unseen.delete(record.isic_id);
    if (selects(record)) yield record;
  }
  // Together with a search, an id that did not come may simply not be selected.
  if (search.query === undefined && search.collections === undefined) for (const id of unseen) yield { unknown: id };
}

async function v1Records(
  client: V1Client,
  selection: RecordSelection,
  signal: AbortSignal | undefined,
): Promise<AsyncIterable<V1Image | UnknownImage>> {
  if (selection.search !== undefined) throw new UnsupportedByServerError("search", "v1", "Use criteria.");
  if (selection.collections !== undefined) throw new UnsupportedByServerError("collections", "v1", "Use datasets.");
  const selects = createPredicate<V1Image>(selection.criteria ?? []);
  const datasetId = selection.dataset === undefined ? undefined : await datasetIdOf(client, selection.dataset, signal);
  const ids = selection.study === undefined ? selection.ids : await studyImages(client, selection, signal);
  const list =
    ids === undefined
      ? client.images.list({ detail: true, sort: "_id", pageSize: 1000, signal })
      : byIds(client, ids, signal);
  return filtered(list, (record) => (datasetId === undefined || record.dataset?._id === datasetId) && selects(record));
}

async function* filtered(
  list: AsyncIterable<V1Image | UnknownImage>,
  selects: (record: V1Image) => boolean,
): AsyncGenerator<V1Image | UnknownImage, void, undefined> {
  for await (const record of list) if (isUnknown(record) || selects(record)) yield record;
}

async function* byIds(
  client: V1Client,
  wanted: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<V1Image | UnknownImage, void, undefined> {
  const ids = wanted.filter((text) => /^[0-9a-f]{24}$/.test(text));
  const unseen = new Set(wanted);
  for await (const record of client.images.byIds(ids, { signal })) {
    unseen.delete(record._id);
    yield record;
  }
  for (const name of unseen) {
    const record = ids.includes(name) ? undefined : await client.images.byName(name, { signal });
    yield record ?? { unknown: name };
  }
}

async function datasetIdOf(client: V1Client, wanted: string, signal: AbortSignal | undefined): Promise<string> {
  return oneOf("dataset", wanted, await client.datasets.list({ signal }).all())._id;
}

async function studyImages(
  client: V1Client,
  { study = "", ids }: RecordSelection,
  signal: AbortSignal | undefined,
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
  throw new NotFoundError(
    kind,
    wanted,
    nearMatches(
      wanted,
      list.map(({ name }) => name),
    ),
  );
}

async function* firstOf<T>(items: AsyncIterable<T>, limit: number): AsyncGenerator<T, void, undefined> {
  let left = limit;
  if (left <= 0) return;
  for await (const item of items) {
    yield item;
    left -= 1;
    if (left === 0) return;
  }
}
