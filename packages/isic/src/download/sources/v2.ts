import type { Search, V2Client } from "@isic/api-client/v2";
import type { V2Image } from "../../archive/records.ts";
import type { Codecs } from "../../codecs/types.ts";
import { NotFoundError } from "../../errors.ts";
import type { DownloadImage, DownloadSource } from "../types.ts";
import { incoming } from "./incoming.ts";
import { oneAhead } from "./one-ahead.ts";
import { isUnknown, type UnknownImage, unknownImage } from "./records.ts";
import { computedSuperpixels } from "./superpixels.ts";

export interface V2SourceOptions {
  readonly client: V2Client;
  readonly codecs: Codecs;
  readonly records: (signal: AbortSignal) => AsyncIterable<V2Image | UnknownImage>;
  /** The search that the records are of: its true attributions come in one request, before the first image. */
  readonly search?: WholeSearch;
}

export interface WholeSearch extends Pick<Search, "query" | "collections"> {
  /** Are all images of the search selected? Then the server tells the size of the selection. */
  readonly isExact: boolean;
}

/**
 * Images of today's archive.
 *
 * A record's `attribution` is its cohort's default; the image's own text, which its licence asks for, is in the
 * metadata file of a search. Without a search it is asked for by the images' ids, a few hundred at a time.
 */
export function v2Source({ client, codecs, records, search: whole }: V2SourceOptions): DownloadSource {
  const { isExact = false, ...search } = whole ?? {};
  return {
    server: client.api.baseUrl.host,
    async *images(signal) {
      const attributions = whole === undefined ? undefined : await attributionsOf(client, search, signal);
      const described = async function* (): AsyncGenerator<DownloadImage[], void, undefined> {
        for await (const batch of batches(records(signal))) {
          const known = attributions ?? (await attributionsOfIds(client, batch, signal));
          yield batch.map((record) =>
            isUnknown(record) ? unknownImage(record) : imageOf(record, known.get(record.isic_id)),
          );
        }
      };
      for await (const batch of oneAhead(described())) yield* batch;
    },
    ...(isExact ? { size: (signal) => sizeOf(client, search, signal) } : {}),
    async open(image, part, context) {
      if (isUnknown(image.record)) throw new NotFoundError("image", image.id);
      const record = image.record as V2Image;
      const { signal } = context;
      if (part === "image") return incoming(await client.images.download(record, { signal }));
      if (part === "thumbnail") return incoming(await client.images.thumbnail(record, { signal }));
      if (part === "superpixels") return computedSuperpixels(image, codecs, context);
      return undefined;
    },
    async licenceText(licence, signal) {
      const path = `zip-download/license-file/${encodeURIComponent(licence)}/`;
      return client.api.text({ path, signal });
    },
  };
}

/** Two requests: the first page says how many images, and an index of the server how many bytes. */
async function sizeOf(
  client: V2Client,
  search: Pick<Search, "query" | "collections">,
  signal: AbortSignal,
): Promise<{ readonly images?: number; readonly bytes?: number }> {
  const bytes = await client.images.size(search, { signal });
  for await (const { count } of client.images.search(search, { signal }).pages()) {
    return count === null ? { bytes } : { bytes, images: count };
  }
  return { bytes, images: 0 };
}

function imageOf(record: V2Image, own: string | undefined): DownloadImage {
  const { isic_id: id, copyright_license: licence, attribution, files } = record;
  const announcedBytes = files.full.size;
  return { id, name: id, record, licence, attribution: own ?? attribution, announcedBytes };
}

const BATCH = 250;

async function* batches<T>(items: AsyncIterable<T>): AsyncGenerator<T[], void, undefined> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function attributionsOf(
  client: V2Client,
  search: Pick<Search, "query" | "collections">,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const token = await client.zip.prepare(search, { signal });
  let columns: { readonly id: number; readonly attribution: number } | undefined;
  for await (const row of client.zip.metadataRows(token, { signal })) {
    if (columns === undefined) {
      columns = { id: row.indexOf("isic_id"), attribution: row.indexOf("attribution") };
      continue;
    }
    const [id, text] = [row[columns.id], row[columns.attribution]];
    if (id !== undefined && text !== undefined && text !== "") found.set(id, text);
  }
  return found;
}

function attributionsOfIds(
  client: V2Client,
  records: readonly (V2Image | UnknownImage)[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const query = records.flatMap((record) => (isUnknown(record) ? [] : [`isic_id:${record.isic_id}`])).join(" OR ");
  if (query === "") return Promise.resolve(new Map());
  return attributionsOf(client, { query }, signal);
}
