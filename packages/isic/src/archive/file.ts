import type { FileDownload } from "@isic/api-client";
import type { ArchiveFile } from "./archive.ts";

/** A download of a client, with its address freed of signatures. `least` is what the image's record says of its size. */
export function archiveFile(download: FileDownload, least?: number): ArchiveFile {
  const { length, contentType } = download;
  return {
    url: withoutQuery(download.url),
    contentType,
    length,
    announcedBytes: least,
    get stream() {
      return download.stream;
    },
    bytes: () => download.bytes(),
    pieces: () => download.pieces(),
    cancel: () => download.cancel(),
  };
}

function withoutQuery(address: string): string {
  // Not asked of `URL.canParse`: Node 20's, once compiled, takes texts with letters such as `é` for no addresses.
  try {
    const { origin, pathname } = new URL(address);
    return `${origin}${pathname}`;
  } catch {
    return address.replace(/[?#].*$/s, "");
  }
}

/** For what is written down of records: a server signs the addresses of private files in them. */
export { withoutSignatures } from "@isic/api-client";
