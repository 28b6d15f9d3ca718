import type { LongCallOptions } from "../session/calls.ts";
import type { IndexState } from "./state.ts";
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

export interface IndexResult {
  readonly table: ImageTable;
  readonly report: CacheImagesReport;
  /** Where it stands; given back with the next update, the table need not be read again. */
  readonly state: IndexState;
}

/** An index that is in memory already. */
export type KnownIndex = Pick<IndexResult, "table" | "state">;
