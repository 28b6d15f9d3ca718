// build/: a set's folder, made from its recipe or rebuilt from its lock file, and checked.

import type { Bytes } from "@isic/cache";
import { crc32, encodeRgb, type LabelImage, type Raster } from "@isic/core-wasm";
import { zlibSync } from "fflate";
import { nodeCodecs } from "../../codecs/node.ts";
import type { RecipeImage } from "../recipe/recipe.ts";

/** What the bytes of a set's pictures depend on; other versions may give other bytes. */
export const ENCODERS: Readonly<Record<string, string>> = { jpeg: "@jsquash/jpeg 1.6.0", png: "fflate 0.8.2" };

/** A picture as the bytes of a file: the same on every machine, since WebAssembly and JavaScript make them. */
export async function encodePicture(raster: Raster, { format = "jpeg", quality = 90 }: RecipeImage): Promise<Bytes> {
  return format === "jpeg" ? nodeCodecs.encodeJpeg(raster, quality) : encodePng(raster);
}

/** Labels as the archive's superpixel PNG: R + 256 G + 65536 B. */
export function encodeLabels(labels: LabelImage): Bytes {
  return encodePng(encodeRgb(labels));
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const COLOR_TYPES = { 1: 0, 3: 2, 4: 6 } as const;

/**
 * Grey, RGB or RGBA as PNG, each row predicted by the one above. Not by the platform's zlib, whose output differs between
 * processors and versions of Node.
 */
export function encodePng({ width, height, channels, data }: Raster): Bytes {
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8);
  header.setUint8(9, COLOR_TYPES[channels]);
  const stride = width * channels;
  const rows = new Uint8Array((stride + 1) * height);
  for (let y = 0, to = 0, from = 0; y < height; y++) {
    rows[to++] = 2;
    for (let x = 0; x < stride; x++, from++) rows[to++] = data[from]! - (y === 0 ? 0 : data[from - stride]!);
  }
  const packed = zlibSync(rows, { level: 6 });
  const parts = [
    SIGNATURE,
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", packed),
    chunk("IEND", new Uint8Array(0)),
  ];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.length + 12);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(content, 8);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(4, bytes.length - 4)));
  return bytes;
}
