import { type DownloadOptions, download, type FileDownload } from "../files/download.ts";
import type { Transport } from "../transport/transport.ts";

/** A CSV of the site, outside of the API's path, where tokens do not count. Streamed: no length is announced. */
export function siteCsv(api: Transport, path: string, options: DownloadOptions): Promise<FileDownload> {
  const call = { path: new URL(path, api.baseUrl), accept: "text/csv", anonymous: true, signal: options.signal };
  return download(api, { ...options, kind: "text", call });
}
