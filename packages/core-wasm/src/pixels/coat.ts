import { endOfRun } from "../geometry/runs.ts";
import type { Raster, SuperpixelMap } from "../types.ts";
import type { Color } from "./paint.ts";

/** One colour, more or less opaque. */
export interface Coat {
  readonly color: Color;
  readonly alpha: number;
}

export interface CoatPainter {
  paint(map: SuperpixelMap, superpixel: number, coat: Coat): void;
}

/** Paints whole superpixels, run by run: opaque coats four bytes at a time, others by a table of what each byte becomes. */
export function coatPainter(raster: Raster): CoatPainter {
  const fill = opaqueFiller(raster);
  const blend = blender(raster);
  return {
    paint(map, superpixel, coat): void {
      const { offsets, pixels } = map;
      const end = offsets[superpixel + 1]!;
      const run = coat.alpha === 1 ? fill(coat.color) : blend(coat);
      for (let at = offsets[superpixel]!; at < end; ) {
        const next = endOfRun(pixels, at, end);
        run(pixels[at]!, next - at);
        at = next;
      }
    },
  };
}

type PaintRun = (pixel: number, length: number) => void;

/** Twelve bytes are four RGB pixels or three RGBA ones: three words either way, and each run of them begins in phase. */
const PERIOD = 12;

function opaqueFiller({ data, channels }: Raster): (color: Color) => PaintRun {
  const pattern = new Uint8ClampedArray(PERIOD);
  const patternWords = new Uint32Array(pattern.buffer);
  const aligned = data.byteOffset % 4 === 0;
  const words = aligned ? new Uint32Array(data.buffer, data.byteOffset, data.length >> 2) : patternWords;
  const group = PERIOD / channels;
  let first = 0;
  let second = 0;
  let third = 0;
  const bytes = (from: number, to: number): void => {
    for (let at = from; at < to; at++) data[at] = pattern[(at - from) % channels]!;
  };
  const run: PaintRun = (pixel, length) => {
    let at = pixel * channels;
    const end = at + length * channels;
    if (aligned) {
      const start = channels === 4 ? pixel : Math.min(pixel + length, Math.ceil(pixel / 4) * 4);
      bytes(at, start * channels);
      at = start * channels;
      let word = at >> 2;
      for (const last = end - PERIOD; at <= last; at += PERIOD, word += 3) {
        words[word] = first;
        words[word + 1] = second;
        words[word + 2] = third;
      }
    }
    bytes(at, end);
  };
  return (color) => {
    for (let i = 0; i < group; i++) pattern.set(channels === 4 ? [...color, 255] : color, i * channels);
    [first, second, third] = patternWords as unknown as [number, number, number];
    return run;
  };
}

function blender({ data, channels }: Raster): (coat: Coat) => PaintRun {
  // It rounds half to even, as numpy does. A table for each channel: what the byte that is there becomes.
  const table = new Uint8ClampedArray(256 * channels);
  let last: Coat | undefined;
  const prepare = (coat: Coat): void => {
    for (let channel = 0; channel < channels; channel++) {
      const paint = coat.alpha * (coat.color[channel] ?? 255);
      const rest = 1 - coat.alpha;
      for (let old = 0; old < 256; old++) table[channel * 256 + old] = paint + rest * old;
    }
    last = coat;
  };
  const run: PaintRun = (pixel, length) => {
    let at = pixel * channels;
    const end = at + length * channels;
    for (; at < end; at += channels) {
      data[at] = table[data[at]!]!;
      data[at + 1] = table[256 + data[at + 1]!]!;
      data[at + 2] = table[512 + data[at + 2]!]!;
      if (channels === 4) data[at + 3] = table[768 + data[at + 3]!]!;
    }
  };
  return (coat) => {
    if (last === undefined || last.alpha !== coat.alpha || last.color.some((part, i) => part !== coat.color[i])) {
      prepare(coat);
    }
    return run;
  };
}
