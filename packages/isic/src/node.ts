/**
 * The archive in Node: a folder as cache, codecs for JPEG and PNG, passwords from `.netrc` or the terminal.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { IsicApi as AnyIsicApi } from "./api.ts";
import { nodeCodecs } from "./codecs/node.ts";
import type { ConnectOptions } from "./connect/options.ts";
import {
  type DownloadOptions,
  type DownloadSelection,
  type DownloadSummary,
  download,
  downloadSource,
} from "./download/index.ts";
import { openFolderCache } from "./node/cache-folder.ts";
import { fetchOf, openClient } from "./node/open-client.ts";

export { nodeCodecs } from "./codecs/node.ts";
export * from "./dataset/node.ts";
export * from "./download/index.ts";
export * from "./index.ts";
export { defaultCacheFolder } from "./node/cache-folder.ts";
export { type Connected, openClient } from "./node/open-client.ts";
export { tokenFile } from "./node/token-file.ts";
export { type WriteImageOptions, writeImage } from "./node/write-image.ts";

export interface NodeConnectOptions extends ConnectOptions {
  /** Where to keep what was fetched; made when missing. @default `ISIC_CACHE`, else the system's place for caches */
  readonly cacheFolder?: string;
}

/** The archive, with this platform's defaults. */
export class IsicApi extends AnyIsicApi {
  /**
   * Connects, and logs in when there is somebody to log in.
   *
   * With a `username` and no `password`, the password comes from `.netrc`, else it is asked for on the terminal
   * without echo; where there is none, a `MissingPasswordError` says so.
   *
   * @example
   * ```ts
   * import { IsicApi } from "isic/node";
   * import { createSampleArchive } from "@isic/sample-archive";
   *
   * const { fetch, v2Url } = createSampleArchive();
   * const api = await IsicApi.connect({ baseUrl: v2Url, fetch, cache: new Map() });
   * const image = await api.image("ISIC_0000000");
   * console.log(image.name);
   * ```
   */
  static async connect(options: NodeConnectOptions = {}): Promise<IsicApi> {
    const connected = await openClient(options);
    return new IsicApi({
      ...connected,
      codecs: options.codecs ?? nodeCodecs,
      cache:
        options.cache === false
          ? undefined
          : (options.cache ??
            (await openFolderCache(
              connected,
              options.cacheFolder,
              options.onWarning ?? ((text) => console.warn(text)),
            ))),
      onWarning: options.onWarning,
      readFile: async (path) => new Uint8Array(await readFile(path)),
      fetch: fetchOf(options),
    });
  }

  /**
   * Brings a selection into a folder: images, metadata tables, licences, and a manifest by which it can be stopped and
   * run again. See {@link download}.
   *
   * @example
   * ```ts no-run
   * import { IsicApi } from "isic/node";
   *
   * const api = await IsicApi.connect();
   * await api.download({ collections: [65], limit: 20 }, "photos");
   * const selection = await api.selectImages(["metadata.clinical.sex", "==", "female"]);
   * const { fetched, failed } = await api.download(selection, "female", { pattern: "$metadata.clinical.diagnosis_1$/$name$" });
   * console.log(fetched, "fetched,", failed.length, "failed");
   * ```
   */
  async download(
    selection: DownloadSelection,
    target: string,
    options: DownloadOptions = {},
  ): Promise<DownloadSummary> {
    return download(await downloadSource(this.archive, selection, this.codecs), target, options);
  }
}
