import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";

/** RGBA bytes without their alpha: photos have none that means anything. */
export function rgbOfRgba(rgba: ArrayLike<number>, width: number, height: number): Raster {
  const pixels = width * height;
  const data = new Uint8Array(pixels * 3);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = rgba[from]!;
    data[to + 1] = rgba[from + 1]!;
    data[to + 2] = rgba[from + 2]!;
  }
  return { width, height, channels: 3, data };
}

/** Any raster as RGBA bytes, for encoders that take nothing else. */
export function rgbaOf(raster: Raster): Uint8ClampedArray<ArrayBuffer> {
  const { channels, data } = raster;
  if (channels === 4) return new Uint8ClampedArray(data.slice().buffer);
  const rgba = new Uint8ClampedArray(raster.width * raster.height * 4);
  const green = channels === 3 ? 1 : 0;
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    rgba[to] = data[from]!;
    rgba[to + 1] = data[from + green]!;
    rgba[to + 2] = data[from + 2 * green]!;
    rgba[to + 3] = 255;
  }
  return rgba;
}

export type PictureType = "jpeg" | "png" | "gif" | "bmp" | "tiff" | "webp";

const SIGNATURES: readonly (readonly [PictureType, readonly number[]])[] = [
  ["jpeg", [0xff, 0xd8, 0xff]],
  ["png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["gif", [0x47, 0x49, 0x46, 0x38]],
  ["bmp", [0x42, 0x4d]],
  ["tiff", [0x49, 0x49, 0x2a, 0x00]],
  ["tiff", [0x4d, 0x4d, 0x00, 0x2a]],
];

/** The type by the first bytes: what a server or a file name says about a body is not believed. */
export function pictureType(bytes: Bytes): PictureType | undefined {
  const found = SIGNATURES.find(([, signature]) => signature.every((byte, i) => bytes[i] === byte));
  if (found !== undefined) return found[0];
  const isRiff = ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 12) === "WEBP";
  return isRiff ? "webp" : undefined;
}

function ascii(bytes: Bytes, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/**
 * Does a JPEG end before its end-of-image marker? Decoders paint what is missing grey and say nothing.
 * Only bytes after the header count: an embedded thumbnail has an end marker of its own.
 */
export function isCutJpeg(bytes: Bytes): boolean {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== 0xda) {
    at += bytes[at + 1] === 0xff ? 1 : 2 + bytes[at + 2]! * 256 + bytes[at + 3]!;
  }
  for (let end = bytes.length - 2; end > at; end--) {
    if (bytes[end] === 0xff && bytes[end + 1] === 0xd9) return false;
  }
  return true;
}
