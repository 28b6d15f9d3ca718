import { type DownloadOptions, download, type FileDownload } from "../files/download.ts";
import type { Kind } from "../files/expect.ts";
import type { Transport } from "../transport/transport.ts";
import type { Query } from "../transport/urls.ts";

/** A file of the v1 API: it lies on the API's own host, so the session's token goes along. */
export function girderFile(
  api: Transport,
  path: string,
  kind: Kind,
  options: DownloadOptions,
  query?: Query,
): Promise<FileDownload> {
  const accept = kind === "png" ? "image/png" : kind === "image" ? "image/*" : "*/*";
  return download(api, { ...options, kind, call: { path, query, accept, signal: options.signal } });
}
