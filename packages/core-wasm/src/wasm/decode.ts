import type { DecodePixels } from "../image.ts";
import { decodePixels } from "../js/decode.ts";
import type { CoreSource } from "./core.ts";

/**
 * So many pixels pass through the memory of the module at a time. Copies of a megabyte bypass the processor's cache when
 * they write, which takes half the time that smaller ones do.
 */
const WINDOW = 262_144;

export function wasmDecode(source: CoreSource): DecodePixels {
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
