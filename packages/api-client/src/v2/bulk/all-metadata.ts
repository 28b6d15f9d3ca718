import { openSnapshot } from "../../parquet/index.ts";
import { isApiError } from "../../transport/errors.ts";
import type { CallOptions } from "../../transport/options.ts";
import type { Transport } from "../../transport/transport.ts";
import { ImageIdSet } from "../ids.ts";
import type { Images } from "../images.ts";
import type { Search } from "../types.ts";
import { type MetadataRecord, metadataRecord } from "./metadata-record.ts";
import { createZip } from "./zip.ts";

/** `snapshot`: the public Parquet file; `listing`: the CSV of a search; `pages`: the API, page by page. */
export type MetadataSource = "snapshot" | "listing" | "pages";

/** How all metadata may be got. */
export interface MetadataOptions extends CallOptions {
  /** How old the public snapshot may be to be used, in days. 0 never uses it. @default 30 */
  readonly maxAgeDays?: number;
  /** Where the snapshot is. Only the archive's own server has a default. */
  readonly snapshotUrl?: string | URL;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number | undefined }) => void;
}

/** All metadata of a search, and where they come from. */
export interface AllMetadata extends AsyncIterable<MetadataRecord> {
  readonly source: MetadataSource;
  /** The state of the archive these are: now, or when the snapshot was made. */
  readonly asOf: Date;
  /** Whether `attribution` is the image's own; pages only have the default of its cohort. */
  readonly attribution: "image" | "cohort";
}

/** The archive's snapshot is public and lies beside its images. */
const SNAPSHOT_OF: Readonly<Record<string, string>> = {
  "https://api.isic-archive.com": "https://isic-archive.s3.us-east-1.amazonaws.com/snapshots/ISIC_metadata.parquet",
};
const DAY_MS = 86_400_000;

/** All metadata of a search; see `fetchAllMetadata`. */
export async function allMetadata(
  api: Transport,
  images: Images,
  search: Search,
  options: MetadataOptions,
): Promise<AllMetadata> {
  const everything = (search.query ?? "").trim() === "" && search.collections === undefined && search.ids === undefined;
  if (everything) {
    const snapshot = await youngSnapshot(api, options);
    if (snapshot !== undefined) return snapshot;
  }
  // Ids may be too many for one query, and an empty list of collections would mean all of them.
  if (search.ids !== undefined || search.collections?.length === 0) return pages(images, search, options);
  return (await listing(api, images, search, options)) ?? pages(images, search, options);
}

async function youngSnapshot(api: Transport, options: MetadataOptions): Promise<AllMetadata | undefined> {
  const { maxAgeDays = 30, signal } = options;
  const url = options.snapshotUrl ?? SNAPSHOT_OF[api.baseUrl.origin];
  if (url === undefined || maxAgeDays <= 0) return undefined;
  try {
    const snapshot = await openSnapshot(api, { url, signal });
    const asOf = snapshot.takenAt;
    if (asOf === undefined || Date.now() - asOf.getTime() > maxAgeDays * DAY_MS) return undefined;
    const records = () => snapshot.records({ signal, onProgress: options.onProgress });
    return {
      source: "snapshot",
      asOf,
      attribution: "image",
      [Symbol.asyncIterator]: () => records()[Symbol.asyncIterator](),
    };
  } catch (error) {
    if (!isApiError(error) || isApiError(error, "AbortError")) throw error;
    api.warn({ type: "note", message: `The metadata snapshot was not used: ${error.message}` });
    return undefined;
  }
}

async function listing(
  api: Transport,
  images: Images,
  search: Search,
  options: MetadataOptions,
): Promise<AllMetadata | undefined> {
  const { signal } = options;
  const zip = createZip(api);
  const asOf = new Date();
  // The bulk answer fails without a reason for a query it cannot parse; the search says what is wrong with it.
  const total = await images
    .search(search, { signal })
    .count()
    .catch((error: unknown) => {
      if (isApiError(error, "PagingError")) return undefined;
      throw error;
    });
  try {
    const token = await zip.prepare(search, { signal });
    const rows = zip.metadataRows(token, { signal })[Symbol.asyncIterator]();
    const header = await rows.next();
    if (header.done === true || !header.value.includes("isic_id")) return undefined;
    return { source: "listing", asOf, attribution: "image", [Symbol.asyncIterator]: () => records(header.value, rows) };
  } catch (error) {
    if (!isApiError(error, "HttpNotFoundError", "AuthError", "HttpError", "ContentError")) throw error;
    api.warn({ type: "note", message: `The bulk listing was not used: ${error.message}` });
    return undefined;
  }

  async function* records(
    header: readonly string[],
    rows: AsyncIterator<readonly string[]>,
  ): AsyncGenerator<MetadataRecord, void, void> {
    let done = 0;
    let newborns: ImageIdSet | undefined;
    try {
      for (let row = await rows.next(); row.done !== true; row = await rows.next()) {
        const record = metadataRecord(Object.fromEntries(header.map((name, index) => [name, row.value[index]])));
        const { clinical } = record.metadata;
        if (clinical.age_approx === undefined) {
          newborns ??= await idsOfAgeZero(images, search, signal);
          if (newborns.has(record.isic_id)) clinical.age_approx = 0;
        }
        yield record;
        done += 1;
        if (done % 1000 === 0) options.onProgress?.({ done, total });
      }
      options.onProgress?.({ done, total });
    } finally {
      await rows.return?.();
    }
  }
}

/** In the archive's CSV an age of 0 is an empty cell, like an age that is not known; a search tells them apart. */
async function idsOfAgeZero(
  images: Images,
  { collections }: Search,
  signal: AbortSignal | undefined,
): Promise<ImageIdSet> {
  const found = new ImageIdSet();
  for await (const { isic_id, metadata } of images.search({ query: "age_approx:0", collections }, { signal })) {
    if (metadata.clinical.age_approx === 0) found.add(isic_id);
  }
  return found;
}

function pages(images: Images, search: Search, { signal, onProgress }: MetadataOptions): AllMetadata {
  async function* records(): AsyncGenerator<MetadataRecord, void, void> {
    const found = images.search(search, { signal, ...(onProgress === undefined ? {} : { onProgress }) });
    for await (const { isic_id, copyright_license, attribution, metadata } of found) {
      yield { isic_id, copyright_license, attribution, metadata };
    }
  }
  return { source: "pages", asOf: new Date(), attribution: "cohort", [Symbol.asyncIterator]: records };
}
