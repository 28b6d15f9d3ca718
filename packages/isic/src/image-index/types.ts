import type { LongCallOptions } from "../origin.ts";
import type { ImageTable } from "./table.ts";

export interface CacheImagesOptions extends LongCallOptions {
  /**
   * Compare all records with the server's, not only what is new: finds images that were changed, withdrawn, or
   * published late. @default false
   */
  readonly refresh?: boolean | undefined;
}

/** What `cacheImages` found. */
export interface CacheImagesReport {
  readonly total: number;
  readonly added: number;
  /** Only found by a refresh. */
  readonly changed: number;
  /** Only found by a refresh. */
  readonly removed: number;
}

export interface IndexResult<Table extends ImageTable = ImageTable> {
  readonly table: Table;
  readonly report: CacheImagesReport;
}
