import type { ByteCache, Bytes } from "@isic/cache";
import type { Fetch, V1Client, V2Client } from "../archive/archive.ts";
import type { ImageRecord } from "../archive/records.ts";
import type { Codecs } from "../codecs/types.ts";
import type { CallOptions, LongCallOptions } from "./calls.ts";
import type { OnWarning } from "./context.ts";

export interface IsicApiOptions {
  /** The server: a client of `@isic/api-client/v1` or `/v2`; `IsicApi.connect` of `isic/node` and `isic/browser` makes it. */
  readonly client: V1Client | V2Client;
  /**
   * Who the client acts for: `"anonymous"` for nobody, else the account's id. It is part of every cache key, so that
   * what was fetched for one account is never given to another.
   */
  readonly account: string;
  /** The login name, as a courtesy to callers. */
  readonly username?: string | undefined;
  /** Any cache contract: a folder, IndexedDB, a `Map`. Without one, everything is fetched each time. */
  readonly cache?: ByteCache | undefined;
  /** Needed for pixels and superpixels; without it only records and files are to be had. */
  readonly codecs?: Codecs | undefined;
  /** Hears what was survived and what one should know. @default console.warn */
  readonly onWarning?: OnWarning | undefined;
  /** Reads files that `study.loadMetaData` is given by path; `isic/node` has it. */
  readonly readFile?: ((path: string) => Promise<Bytes>) | undefined;
  /** For addresses that `study.loadMetaData` is given. @default the platform's */
  readonly fetch?: Fetch | undefined;
}

export interface SelectOptions extends LongCallOptions {
  /** Select among the current selection (or the records given) instead of all images. @default false */
  readonly subSelect?: boolean | ReadonlyMap<string, ImageRecord> | readonly ImageRecord[] | undefined;
  /** Add what is found to the current selection instead of replacing it. @default false */
  readonly add?: boolean | undefined;
  /** Take what is found out of the current selection. @default false */
  readonly remove?: boolean | undefined;
}

export interface ImageListOptions extends CallOptions {
  /** At most so many. */
  readonly limit?: number | undefined;
  /** v2: only images that meet a query in the archive's search language. */
  readonly query?: string | undefined;
  /** v2: only images of these collections, by number. */
  readonly collections?: readonly number[] | undefined;
}
