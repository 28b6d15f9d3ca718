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

/** Needs data at an address that a word begins at. */
function opaqueFiller({ data, channels }: Raster): (color: Color) => PaintRun {
  if (data.byteOffset % 4 !== 0) return bytewise(data, channels);
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
  return channels === 4 ? fillRgba(words) : fillRgb(data, words);
}

function bytewise(data: Uint8Array, channels: number): (color: Color) => PaintRun {
  return (color) => {
    const bytes = new Uint8ClampedArray([...color, 255]);
    return (pixel, length) => {
      for (let at = pixel * channels, end = at + length * channels; at < end; at += channels) {
        for (let channel = 0; channel < channels; channel++) data[at + channel] = bytes[channel]!;
      }
    };
  };
}

function fillRgba(words: Uint32Array): (color: Color) => PaintRun {
  const bytes = new Uint8ClampedArray(4).fill(255);
  const pattern = new Uint32Array(bytes.buffer);
  return (color) => {
    for (let channel = 0; channel < 3; channel++) bytes[channel] = color[channel]!;
    const word = pattern[0]!;
    return (pixel, length) => {
      for (let at = pixel, end = pixel + length; at < end; at++) words[at] = word;
    };
  };
}

/** Four pixels are three words, and begin at a word if their number is a multiple of four. */
function fillRgb(data: Uint8Array, words: Uint32Array): (color: Color) => PaintRun {
  const bytes = new Uint8ClampedArray(12);
  const pattern = new Uint32Array(bytes.buffer);
  const one = (pixel: number): void => {
    data[pixel * 3] = bytes[0]!;
    data[pixel * 3 + 1] = bytes[1]!;
    data[pixel * 3 + 2] = bytes[2]!;
  };
  const run: PaintRun = (pixel, length) => {
    const end = pixel + length;
    let at = pixel;
    for (; at < end && (at & 3) !== 0; at++) one(at);
    const first = pattern[0]!;
    const second = pattern[1]!;
    const third = pattern[2]!;
    for (let word = (at >> 2) * 3; at + 4 <= end; at += 4, word += 3) {
      words[word] = first;
      words[word + 1] = second;
      words[word + 2] = third;
    }
    for (; at < end; at++) one(at);
  };
  return (color) => {
    for (let i = 0; i < 12; i++) bytes[i] = color[i % 3]!;
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
