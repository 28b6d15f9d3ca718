import type { DownloadOptions, FileDownload } from "../files/download.ts";
import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport/transport.ts";
import type { Search } from "./search.ts";

/** A search made ready for bulk answers: valid for a day, with this caller's rights. Treat it as a secret. */
export interface ZipToken {
  readonly token: string;
  /** Where the ZIP itself is. */
  readonly url: string;
}

/** A file of the ZIP. */
export interface ZipEntry {
  readonly url: string;
  readonly zipPath: string;
}

/** Any search at once, in two or three requests instead of one for each hundred images. */
export interface Zip {
  /** Prepares a search. Its query is not checked by the server here: a wrong one fails later, with a 500. */
  prepare(search?: Omit<Search, "ids">, options?: CallOptions): Promise<ZipToken>;
  /** Every file of the ZIP: the images' URLs, then `metadata.csv`, attributions and licences. */
  listing(token: ZipToken, options?: DownloadOptions): AsyncIterable<ZipEntry>;
  /** The rows of `metadata.csv`, header first. The attribution in it is the images' own. */
  metadataRows(token: ZipToken, options?: DownloadOptions): AsyncIterable<readonly string[]>;
  /** The credit lines, most frequent first. */
  attributions(token: ZipToken, options?: CallOptions): Promise<string[]>;
  /** The ZIP: streamed, stored, not resumable; a file that failed on the server is an empty entry in it. */
  download(token: ZipToken, options?: DownloadOptions): Promise<FileDownload>;
}

/** The bulk functions over an API of `createV2Api`. What is behind them is loaded with the first call. */
export function zipOf(api: Transport): Zip {
  const calls = async () => (await import("./rare.ts")).zipCalls(api);
  return {
    prepare: async (search, options) => (await calls()).prepare(search, options),
    async *listing(token, options) {
      yield* (await calls()).listing(token, options);
    },
    async *metadataRows(token, options) {
      yield* (await calls()).metadataRows(token, options);
    },
    attributions: async (token, options) => (await calls()).attributions(token, options),
    download: async (token, options) => (await calls()).download(token, options),
  };
}
