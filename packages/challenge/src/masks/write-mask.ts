import { crc32, type Raster } from "@isic/core-wasm";
import { checkMask } from "./check-mask.ts";

/**
 * A mask as the challenges take it: a grey PNG file of 8 bits. What is read back equals the mask, whatever its values.
 *
 * @param mask a raster of one channel; 0 outside, 255 inside
 * @throws TypeError for a raster of more than one channel, RangeError for one whose data are not as long as its size says
 */
export async function writeMask(mask: Raster): Promise<Uint8Array<ArrayBuffer>> {
  checkMask(mask);
  const { width, height, data } = mask;
  const rows = new Uint8Array(height * (1 + width));
  for (let y = 0; y < height; y++) {
    const at = y * (1 + width);
    rows[at] = FILTER_UP;
    for (let x = 0; x < width; x++)
      rows[at + 1 + x] = data[y * width + x]! - (y === 0 ? 0 : data[(y - 1) * width + x]!);
  }
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  return join([
    Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10),
    chunk("IHDR", header),
    chunk("IDAT", new Uint8Array(await new Response(packed).arrayBuffer())),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** The difference to the row above: zero nearly everywhere in a mask. */
const FILTER_UP = 2;

function chunk(type: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(12 + data.length);
  const view = new DataView(whole.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) whole[4 + i] = type.charCodeAt(i);
  whole.set(data, 8);
  view.setUint32(8 + data.length, crc32(whole.subarray(4, 8 + data.length)));
  return whole;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
