import type { V1Client, Image as V1Image } from "@isic/api-client/v1";
import { isIsicError, NotFoundError } from "../errors.ts";
import type { CallOptions, LongCallOptions } from "../session/calls.ts";
import { present } from "../session/present.ts";
import { fetchedFile } from "./fetched-file.ts";
import { type ImageRecord, isV2Image } from "./records.ts";
import type { FetchedFile, ImagePage, ListOptions } from "./types.ts";

/** The first fill takes large pages; a look for news is satisfied with a small one. */
const FIRST_PAGE = 1000;
const NEXT_PAGE = 100;

export async function imageById(client: V1Client, id: string, options?: CallOptions): Promise<ImageRecord> {
  try {
    return await client.images.get(id, options);
  } catch (cause) {
    if (isUnknownId(cause)) throw new NotFoundError("image", id, [], { cause });
    throw cause;
  }
}

export async function imageByName(client: V1Client, name: string, options?: CallOptions): Promise<ImageRecord> {
  const record = await client.images.byName(name, options);
  if (record === undefined) throw new NotFoundError("image", name);
  return record;
}

/** All images, oldest first. */
export async function* imagePages(client: V1Client, options: ListOptions = {}): AsyncGenerator<ImagePage, void, void> {
  if (options.query !== undefined || options.collections !== undefined) {
    throw new TypeError("query and collections are of today's archive: expected none on the old API");
  }
  const pageSize = options.from === undefined ? FIRST_PAGE : NEXT_PAGE;
  const total = options.countFirst === true ? await totalOf(client, options) : undefined;
  // By id, which grows with time: what is new comes last.
  const { from, signal } = options;
  const list = client.images.list({ ...present({ from, signal }), detail: true, sort: "_id", pageSize });
  for await (const { items, position } of list.pages()) yield { records: items, position, total };
}

/** The histogram's count is the only total this API gives; it is off by the images that wait for review. */
async function totalOf(client: V1Client, { signal }: CallOptions): Promise<number | undefined> {
  const histogram = await client.images.histogram(undefined, present({ signal }));
  return histogram.__passedFilters__?.[0]?.count;
}

export async function photo(
  client: V1Client,
  record: ImageRecord,
  options: LongCallOptions = {},
): Promise<FetchedFile> {
  return fetchedFile(await client.images.download(v1Id(record), present(options)));
}

export async function thumbnail(
  client: V1Client,
  record: ImageRecord,
  options: CallOptions = {},
): Promise<FetchedFile> {
  return fetchedFile(await client.images.thumbnail(v1Id(record), present(options)));
}

/** The superpixels, or nothing where this image has none. */
export async function superpixels(
  client: V1Client,
  record: ImageRecord,
  options: CallOptions = {},
): Promise<FetchedFile | undefined> {
  try {
    return await fetchedFile(await client.images.superpixels(v1Id(record), options));
  } catch (error) {
    if (hasNone(error)) return undefined;
    throw error;
  }
}

/** Superpixels that were never generated are an internal error of the 2019 server, and a missing object of the later. */
function hasNone(error: unknown): boolean {
  if (!isIsicError(error, "HttpError", "HttpNotFoundError")) return false;
  const { status, serverMessage = "" } = error as { status?: number; serverMessage?: string };
  return status === 500 || (status === 400 && serverMessage.includes("null ObjectId"));
}

/** This server says 400 to an id that nothing has. */
function isUnknownId(error: unknown): boolean {
  if (isIsicError(error, "HttpNotFoundError")) return true;
  return isIsicError(error, "HttpError") && (error as { status?: number }).status === 400;
}

function v1Id(record: ImageRecord): string {
  if (isV2Image(record)) throw new TypeError("expected a record of the old API (with _id), got one of today's archive");
  return (record as V1Image)._id;
}
