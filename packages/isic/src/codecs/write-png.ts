import type { Bytes } from "@isic/cache";
import { crc32, type Raster } from "@isic/core-wasm";
import { compress } from "./compress.ts";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const COLOR_TYPES = { 1: 0, 3: 2, 4: 6 } as const;

/** Grey, RGB or RGBA as PNG, by what every browser has: no canvas, no loss. */
export async function writePng(raster: Raster): Promise<Bytes> {
  return framePng(raster, await compress(predictedRows(raster), "deflate"));
}

/** The rows of a picture, each behind its filter type 2 (up: predicted by the one above). */
export function predictedRows({ width, height, channels, data }: Raster): Bytes {
  const stride = width * channels;
  const rows = new Uint8Array((stride + 1) * height);
  for (let y = 0, to = 0, from = 0; y < height; y++) {
    rows[to++] = 2;
    for (let x = 0; x < stride; x++, from++) rows[to++] = data[from]! - (y === 0 ? 0 : data[from - stride]!);
  }
  return rows;
}

/** The file around the rows of a picture. @param packed {@link predictedRows} as a zlib stream */
export function framePng({ width, height, channels }: Raster, packed: Uint8Array): Bytes {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8);
  header.setUint8(9, COLOR_TYPES[channels]);
  const parts = [
    SIGNATURE,
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", packed),
    chunk("IEND", new Uint8Array(0)),
  ];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

function chunk(type: string, content: Uint8Array): Bytes {
  const bytes = new Uint8Array(content.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(content, 8);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(4, bytes.length - 4)));
  return bytes;
}
