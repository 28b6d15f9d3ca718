// Pixels to labels: label = R + 256 G + 65536 B.
import type { KernelSource } from "./instances.ts";
import type { CoreExports } from "./modules.ts";

/** Writes the labels of as many RGB or RGBA pixels as there are labels; returns the largest. */
export type DecodePixels = (pixels: Uint8Array, channels: 3 | 4, labels: Int32Array) => number;

/** In JavaScript, one pixel at a time. */
export const decodePixels: DecodePixels = (pixels, channels, labels) => {
  let largest = 0;
  for (let i = 0, at = 0; i < labels.length; i++, at += channels) {
    const label = pixels[at]! | (pixels[at + 1]! << 8) | (pixels[at + 2]! << 16);
    labels[i] = label;
    if (label > largest) largest = label;
  }
  return largest;
};

/**
 * So many pixels pass through the memory of the module at a time. Copies of a megabyte bypass the processor's cache when
 * they write, which takes half the time that smaller ones do.
 */
const WINDOW = 262_144;

/** In WebAssembly, and where that is not to be had in JavaScript. */
export function wasmDecode(source: KernelSource<CoreExports>): DecodePixels {
  return (pixels, channels, labels) => {
    const core = source.take();
    if (core === undefined) return decodePixels(pixels, channels, labels);
    const total = labels.length;
    const room = Math.min(WINDOW, total);
    core.reserve(room * 8);
    const decode = channels === 3 ? core.run.decodeRgb : core.run.decodeRgba;
    let largest = 0;
    for (let at = 0; at < total; at += room) {
      const count = Math.min(room, total - at);
      core.bytes.set(pixels.subarray(at * channels, (at + count) * channels), room * 4);
      largest = Math.max(largest, decode(room * 4, 0, count));
      labels.set(core.labels.subarray(0, count), at);
    }
    source.giveBack(core);
    return largest;
  };
}
