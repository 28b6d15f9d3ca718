// PNG files made by hand, so that each may be wrong in its own way.
import { encodeRgb, type LabelImage } from "../../src/index.ts";
import { SIGNATURE } from "../../src/png/chunks.ts";
import { crc32 } from "../../src/png/crc32.ts";
import { deflate } from "../../src/png/streams.ts";
import { predict } from "../../src/png/unfilter.ts";
import type { Bytes } from "../../src/types.ts";

export function chunk(type: string, data: ArrayLike<number> = []): Bytes {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

export interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitDepth?: number;
  readonly colorType?: number;
  readonly interlace?: number;
}

export function header({ width, height, bitDepth = 8, colorType = 2, interlace = 0 }: Header): Bytes {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  data.set([bitDepth, colorType, 0, 0, interlace], 8);
  return chunk("IHDR", data);
}

export function file(...chunks: readonly ArrayLike<number>[]): Bytes {
  const parts = [SIGNATURE, ...chunks];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The filtered rows of an image, row y by filter `filters[y % filters.length]`; RGBA with alphas of all kinds. */
export function filtered(labels: LabelImage, channels: 3 | 4, filters: readonly number[]): Bytes {
  const { width, height } = labels;
  const pixels = withAlpha(encodeRgb(labels).data, channels);
  const stride = width * channels;
  const rows = new Uint8Array(height * (1 + stride));
  for (let y = 0; y < height; y++) {
    const filter = filters[y % filters.length]!;
    rows[y * (1 + stride)] = filter;
    for (let i = 0; i < stride; i++) {
      const at = y * stride + i;
      const left = i < channels ? 0 : pixels[at - channels]!;
      const above = y === 0 ? 0 : pixels[at - stride]!;
      const aboveLeft = i < channels || y === 0 ? 0 : pixels[at - stride - channels]!;
      const guess = [0, left, above, (left + above) >> 1, predict(left, above, aboveLeft)][filter] ?? 0;
      rows[y * (1 + stride) + 1 + i] = pixels[at]! - guess;
    }
  }
  return rows;
}

function withAlpha(rgb: Uint8Array, channels: 3 | 4): Uint8Array {
  if (channels === 3) return rgb;
  const rgba = new Uint8Array((rgb.length / 3) * 4);
  for (let i = 0; i < rgb.length / 3; i++)
    rgba.set([rgb[3 * i]!, rgb[3 * i + 1]!, rgb[3 * i + 2]!, (i * 37) & 255], 4 * i);
  return rgba;
}

/** A sound file of these rows. */
export async function pngOf(labels: LabelImage, channels: 3 | 4, rows: Bytes): Promise<Bytes> {
  const colorType = channels === 3 ? 2 : 6;
  return file(header({ ...labels, colorType }), chunk("IDAT", await deflate(rows)), chunk("IEND"));
}
