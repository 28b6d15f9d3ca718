import { isApiError } from "../errors.ts";
import { openSnapshot } from "../parquet/index.ts";
import type { Transport } from "../transport/transport.ts";
import type { Images } from "./images.ts";
import type { AllMetadata, MetadataOptions } from "./metadata.ts";
import { type MetadataRecord, metadataRecord } from "./metadata-record.ts";
import type { Search } from "./search.ts";
import { zipCalls } from "./zip-calls.ts";

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
  const zip = zipCalls(api);
  const asOf = new Date();
  // The bulk answer fails without a reason for a query it cannot parse; the search says what is wrong with it.
  const first = images.search(search, { signal }).pages()[Symbol.asyncIterator]();
  const total = (await first.next()).value?.count ?? undefined;
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
    try {
      for (let row = await rows.next(); row.done !== true; row = await rows.next()) {
        yield metadataRecord(Object.fromEntries(header.map((name, index) => [name, row.value[index]])));
        done += 1;
        if (done % 1000 === 0) options.onProgress?.({ done, total });
      }
      options.onProgress?.({ done, total });
    } finally {
      await rows.return?.();
    }
  }
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
