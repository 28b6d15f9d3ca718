import type { FileDownload } from "@isic/api-client";
import type { FetchedFile } from "./types.ts";

/** The whole of a download, with its address freed of signatures. */
export async function fetchedFile(download: FileDownload): Promise<FetchedFile> {
  const url = new URL(download.url, "http://localhost/");
  return { bytes: await download.bytes(), contentType: download.contentType, url: `${url.origin}${url.pathname}` };
}
