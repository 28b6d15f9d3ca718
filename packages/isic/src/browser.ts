/**
 * The archive in a page or worker: IndexedDB as cache, the browser's own codecs.
 *
 * @module
 */
import type { ByteCache } from "@isic/cache";
import { createIdbCache } from "@isic/cache-idb";
import type { Raster } from "@isic/core-wasm";
import { IsicApi as AnyIsicApi } from "./api.ts";
import { connectClient } from "./archive/connect.ts";
import { browserCodecs } from "./codecs/browser.ts";
import { encodeImage, type ImageFormat } from "./codecs/encode.ts";
import { type ConnectOptions, checkConnectOptions } from "./connect/options.ts";

export { type BrowserCodecsOptions, browserCodecs, createBrowserCodecs } from "./codecs/browser.ts";
export * from "./index.ts";

export interface BrowserConnectOptions extends ConnectOptions {
  /** The name of the IndexedDB database. @default "isic" */
  readonly cacheName?: string;
}

/** The archive, with this platform's defaults. */
export class IsicApi extends AnyIsicApi {
  /** Connects, and logs in when there is somebody to log in; `password` may be a function that shows a field. */
  static async connect(options: BrowserConnectOptions = {}): Promise<IsicApi> {
    checkConnectOptions(options, ["cacheName"]);
    const connected = await connectClient(options);
    return new IsicApi({
      ...connected,
      codecs: options.codecs ?? browserCodecs,
      cache: cacheFor(options),
      onWarning: options.onWarning,
    });
  }
}

/** A picture as a file to show or to save (`URL.createObjectURL`). */
export async function imageBlob(raster: Raster, format: ImageFormat = "png", quality?: number): Promise<Blob> {
  return new Blob([await encodeImage(raster, format, { codecs: browserCodecs, quality })], { type: `image/${format}` });
}

function cacheFor({ cache, cacheName = "isic" }: BrowserConnectOptions): ByteCache | undefined {
  if (cache === false) return undefined;
  return cache ?? createIdbCache({ name: cacheName });
}
