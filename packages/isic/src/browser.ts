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
import { ServiceWorkerError } from "./errors.ts";

export { type BrowserCodecsOptions, browserCodecs, createBrowserCodecs } from "./codecs/browser.ts";
export { ServiceWorkerError } from "./errors.ts";
export * from "./index.ts";

export interface BrowserConnectOptions extends ConnectOptions {
  /** The name of the IndexedDB database. @default "isic" */
  readonly cacheName?: string;
}

/** The archive, with this platform's defaults. */
export class IsicApi extends AnyIsicApi {
  /**
   * Connects, and logs in when there is somebody to log in; `password` may be a function that shows a field.
   *
   * @throws ServiceWorkerError in a service worker that was not built into one file
   */
  static async connect(options: BrowserConnectOptions = {}): Promise<IsicApi> {
    checkConnectOptions(options, ["cacheName"]);
    await checkModulesLoad();
    const connected = await connectClient(options);
    return new IsicApi({
      ...connected,
      codecs: options.codecs ?? browserCodecs,
      cache: cacheFor(options),
      onWarning: options.onWarning,
      fetch: options.fetch,
    });
  }
}

/** A picture as a file to show or to save (`URL.createObjectURL`). */
export async function imageBlob(raster: Raster, format: ImageFormat = "png", quality?: number): Promise<Blob> {
  return new Blob([await encodeImage(raster, format, { codecs: browserCodecs, quality })], { type: `image/${format}` });
}

/** Any module that is loaded later does: said at once, and not by whatever is first needed. */
async function checkModulesLoad(): Promise<void> {
  if (!("ServiceWorkerGlobalScope" in globalThis)) return;
  await import("./codecs/write-png.ts").catch((cause: unknown) => {
    throw new ServiceWorkerError({ cause });
  });
}

function cacheFor({ cache, cacheName = "isic" }: BrowserConnectOptions): ByteCache | undefined {
  if (cache === false) return undefined;
  return cache ?? createIdbCache({ name: cacheName });
}
