/** A run of records in order of their ids: lines of `<id> TAB <JSON>`, gzipped. A record is parsed when it is asked for. */
import { compress, decompress } from "../content/compress.ts";
import { InvalidContentError } from "../errors.ts";
import type { Bytes } from "../types.ts";
import type { Line } from "./lines.ts";

const MAX_TEXT = 2 ** 28;

export async function packShard(lines: readonly Line[]): Promise<Bytes> {
  const text = lines.map(({ id, json }) => `${id}\t${json}\n`).join("");
  return await compress(new TextEncoder().encode(text), "gzip");
}

/** @throws InvalidContentError for anything but a shard. */
export async function unpackShard(bytes: Bytes): Promise<Line[]> {
  const lines: Line[] = [];
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(await decompress(bytes, "gzip", MAX_TEXT));
  } catch (error) {
    throw new InvalidContentError("record shard", "it cannot be unpacked", { cause: error });
  }
  for (let at = 0; at < text.length; ) {
    const tab = text.indexOf("\t", at);
    const end = text.indexOf("\n", tab);
    if (tab < 0 || end < 0) throw new InvalidContentError("record shard", "its last line is cut");
    lines.push({ id: text.slice(at, tab), json: text.slice(tab + 1, end) });
    at = end + 1;
  }
  return lines;
}
