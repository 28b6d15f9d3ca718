import { crc32 } from "./png/crc.ts";
import { deflate } from "./png/streams.ts";
import { filterRows, frame } from "./png/write.ts";
import type { Bytes, LabelImage } from "./types.ts";

/** The superpixel file of these labels, as the archive served them: 8-bit RGB. @throws RangeError for labels beyond 24 bits */
export async function writeSuperpixelPng(labels: LabelImage): Promise<Bytes> {
  return frame(labels, await deflate(filterRows(labels)), crc32);
}
