import type { FileDownload } from "@isic/api-client";
import type { IncomingFile } from "../types.ts";

/** Up to this size a body is collected at once, and a cut one read again by the client; a longer one streams. */
const AT_ONCE = 4 << 20;

/** A file of the client as the engine takes it. The address loses its query, which may hold a signature. */
export async function incoming(file: FileDownload): Promise<IncomingFile> {
  const { contentType, length } = file;
  const body = length !== undefined && length <= AT_ONCE ? await file.pieces() : file.stream;
  return { url: withoutQuery(file.url), contentType, body };
}

function withoutQuery(address: string): string {
  if (!URL.canParse(address)) return address;
  const { origin, pathname } = new URL(address);
  return `${origin}${pathname}`;
}
