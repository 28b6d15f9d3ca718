import { Buffer } from "node:buffer";
import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";
import type { PNG as Png } from "pngjs";
import { rgbOfRgba } from "./pixels.ts";

const COLOR_TYPES = { 1: 0, 3: 2, 4: 6 } as const;

/** A picture's pixels as RGB; palettes are looked up, alpha is dropped, 16 bits become 8. */
export async function decodePng(bytes: Bytes): Promise<Raster> {
  const { PNG } = await loadPngjs();
  const png = PNG.sync.read(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { checkCRC: true });
  return rgbOfRgba(png.data, png.width, png.height);
}

export async function encodePng(raster: Raster): Promise<Bytes> {
  const { PNG } = await loadPngjs();
  const { width, height, channels, data } = raster;
  const colorType = COLOR_TYPES[channels];
  const png = new PNG({ width, height, colorType, inputColorType: colorType, inputHasAlpha: channels === 4 });
  png.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const options = { colorType, inputColorType: colorType, inputHasAlpha: channels === 4 };
  return new Uint8Array(PNG.sync.write(png, options as never));
}

async function loadPngjs(): Promise<{ PNG: typeof Png }> {
  const module = await import("pngjs");
  return module.PNG === undefined ? (module as unknown as { default: { PNG: typeof Png } }).default : module;
}
