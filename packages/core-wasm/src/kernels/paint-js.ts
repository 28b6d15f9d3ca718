import { endOfRun, signed } from "../map/runs.ts";
import type { Color, Raster, SuperpixelMap } from "../types.ts";

/** One colour, more or less opaque. */
export interface Brush {
  readonly color: Color;
  readonly alpha: number;
}

/** Paints superpixels as wholes. */
export interface Painter {
  /** The bytes of the picture, until the end. */
  readonly data: Uint8Array;
  paint(superpixel: number, brush: Brush): void;
  /** Afterwards the raster has the result. */
  end(): void;
}

/** @param painted how many pixels will be painted */
export type OpenPainter = (raster: Raster, map: SuperpixelMap, painted: number) => Painter;

/** In JavaScript: opaque brushes paint run by run, others by a table of what each byte becomes. */
export const openPainter: OpenPainter = ({ data, channels }, { offsets, pixels: unsigned }) => {
  // A picture of 2^31 pixels would exceed what an array can hold.
  const pixels = signed(unsigned);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const pattern = new Uint8ClampedArray(12);
  const words = new Int32Array(pattern.buffer);
  const table = new BlendTable(new Uint8ClampedArray(256 * channels));
  return {
    data,
    paint(superpixel, brush): void {
      const from = offsets[superpixel]!;
      const to = offsets[superpixel + 1]!;
      if (brush.alpha === 1) {
        repeatColor(pattern, brush.color, channels);
        fillRuns(view, channels, pixels, from, to, words);
      } else {
        table.prepare(brush);
        const blend = channels === 4 ? blendRgba : blendRgb;
        blend(data, pixels, from, to, table.bytes);
      }
    },
    end(): void {},
  };
};

/** Fills bytes with an opaque colour. */
export function repeatColor(bytes: Uint8ClampedArray, color: Color, channels: number): void {
  for (let at = 0; at < bytes.length; at += channels) {
    bytes[at] = color[0];
    bytes[at + 1] = color[1];
    bytes[at + 2] = color[2];
    if (channels === 4) bytes[at + 3] = 255;
  }
}

/** Twelve bytes are four pixels of three or three pixels of four, and may be written to any address. */
function fillRuns(
  view: DataView,
  channels: number,
  pixels: Int32Array,
  from: number,
  to: number,
  pattern: Int32Array,
): void {
  const first = pattern[0]!;
  const second = pattern[1]!;
  const third = pattern[2]!;
  let length = 1;
  for (let run = from; run < to; run += length) {
    length = endOfRun(pixels, run, to, length) - run;
    let at = pixels[run]! * channels;
    const last = at + length * channels - 12;
    if (last < at) {
      fillShort(view, at, last + 12, channels, first);
      continue;
    }
    for (; at < last; at += 12) {
      view.setInt32(at, first, true);
      view.setInt32(at + 4, second, true);
      view.setInt32(at + 8, third, true);
    }
    // The last twelve end where the run does; some of them may have been written before.
    view.setInt32(last, first, true);
    view.setInt32(last + 4, second, true);
    view.setInt32(last + 8, third, true);
  }
}

/** Less than twelve bytes. */
function fillShort(view: DataView, start: number, end: number, channels: number, rgba: number): void {
  for (let at = start; at < end; at += channels) {
    view.setInt16(at, rgba, true);
    view.setInt8(at + 2, rgba >> 16);
    if (channels === 4) view.setInt8(at + 3, rgba >> 24);
  }
}

/** For each channel, what the byte that is there becomes. */
export class BlendTable {
  readonly bytes: Uint8ClampedArray;
  #color: Color = [0, 0, 0];
  #alpha = -1;

  /** @param bytes 256 for each channel; this kind of array rounds half to even, as numpy does */
  constructor(bytes: Uint8ClampedArray) {
    this.bytes = bytes;
  }

  prepare({ color, alpha }: Brush): void {
    const [red, green, blue] = this.#color;
    if (alpha === this.#alpha && color[0] === red && color[1] === green && color[2] === blue) return;
    this.#color = [color[0], color[1], color[2]];
    this.#alpha = alpha;
    const { bytes } = this;
    const rest = 1 - alpha;
    for (let at = 0; at < bytes.length; ) {
      const paint = alpha * (color[at >> 8] ?? 255);
      for (let old = 0; old < 256; old++) bytes[at++] = paint + rest * old;
    }
  }
}

function blendRgb(data: Uint8Array, pixels: Int32Array, from: number, to: number, table: Uint8ClampedArray): void {
  for (let i = from; i < to; i++) {
    const at = pixels[i]! * 3;
    data[at] = table[data[at]!]!;
    data[at + 1] = table[256 + data[at + 1]!]!;
    data[at + 2] = table[512 + data[at + 2]!]!;
  }
}

function blendRgba(data: Uint8Array, pixels: Int32Array, from: number, to: number, table: Uint8ClampedArray): void {
  for (let i = from; i < to; i++) {
    const at = pixels[i]! * 4;
    data[at] = table[data[at]!]!;
    data[at + 1] = table[256 + data[at + 1]!]!;
    data[at + 2] = table[512 + data[at + 2]!]!;
    data[at + 3] = table[768 + data[at + 3]!]!;
  }
}
