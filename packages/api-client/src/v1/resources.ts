import type { Kind } from "../files/content-check.ts";
import { type DownloadOptions, download, type FileDownload } from "../files/download.ts";
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

/** Ids go into paths: only 24 hexadecimal digits are ids. */
export function objectId(id: string): string {
  if (!/^[0-9a-f]{24}$/.test(id))
    throw new TypeError(`Expected an id of 24 hexadecimal digits, got ${JSON.stringify(id)}.`);
  return id;
}

/** The rows of a request: at least two, because pages overlap by one. */
export function pageSizeOf(size: number | undefined, standard: number): number {
  const value = size ?? standard;
  if (!Number.isInteger(value) || value < 2)
    throw new RangeError(`pageSize: expected a whole number from 2, got ${value}.`);
  return value;
}
