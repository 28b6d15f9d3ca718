import type { Bytes } from "../archive/source.ts";
import { deflate } from "./png.ts";

/** An 8-bit grey TIFF, one deflated strip, as v2 keeps very large grey pictures (those are tiled as well). */
export async function encodeTiff(width: number, height: number, grey: Bytes): Promise<Bytes> {
  const strip = await deflate(grey);
  const SHORT = 3;
  const LONG = 4;
  const tags: readonly (readonly [tag: number, type: number, value: number])[] = [
    [256, LONG, width],
    [257, LONG, height],
    [258, SHORT, 8],
    [259, SHORT, 8], // deflate
    [262, SHORT, 1], // black is zero
    [273, LONG, 8], // where the strip is
    [277, SHORT, 1],
    [278, LONG, height],
    [279, LONG, strip.length],
  ];
  const directory = 8 + strip.length + (strip.length % 2);
  const out = new Uint8Array(directory + 2 + tags.length * 12 + 4);
  const view = new DataView(out.buffer);
  out.set([0x49, 0x49, 42, 0]);
  view.setUint32(4, directory, true);
  out.set(strip, 8);
  view.setUint16(directory, tags.length, true);
  tags.forEach(([tag, type, value], i) => {
    const at = directory + 2 + i * 12;
    view.setUint16(at, tag, true);
    view.setUint16(at + 2, type, true);
    view.setUint32(at + 4, 1, true);
    view.setUint32(at + 8, value, true);
  });
  return out;
}
