import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport/transport.ts";
import { imagesOf } from "./images.ts";
import type { MetadataRecord } from "./metadata-record.ts";
import type { Search } from "./search.ts";

/** `snapshot`: the public Parquet file; `listing`: the CSV of a search; `pages`: the API, page by page. */
export type MetadataSource = "snapshot" | "listing" | "pages";

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

/**
 * Chooses the cheapest complete way: the snapshot for the whole public archive while it is young enough, two requests
 * (token and CSV) for any search, and pages where the server has neither or a list of ids is asked for.
 *
 * @throws HttpError for a query that the server does not understand.
 */
export async function fetchAllMetadata(
  api: Transport,
  search: Search = {},
  options: MetadataOptions = {},
): Promise<AllMetadata> {
  const { allMetadata } = await import("./rare.ts");
  return allMetadata(api, imagesOf(api), search, options);
}
