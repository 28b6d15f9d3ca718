// What the module does with pixels that lie in its memory already, beside a copy of the labels there.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ms, race, ratios, table } from "./measure.mjs";

const MAP_BARS = [6.5, 4.5, 2.5];

export async function kernels(maps) {
  const rows = [];
  for (const [i, { name, labels, rgb, rounds }] of maps.entries()) {
    const { copy, decode, map } = await race(kernelTasks(labels, rgb), rounds);
    rows.push({
      image: name,
      "copy of labels, ms": ms(copy.ms),
      "RGB -> labels, ms": ms(decode.ms),
      "x copy": ratios(decode, 1.1),
      "labels -> map, ms": ms(map.ms),
      " x copy": ratios(map, MAP_BARS[i]),
    });
  }
  table("Kernels, pixels already in linear memory", rows);
}

/** The kernels on memory of their own, and a copy of the labels there. */
export function kernelTasks(labels, rgb) {
  const bytes = readFileSync(fileURLToPath(import.meta.resolve("@isic/core-wasm/core.wasm")));
  const module = new WebAssembly.Module(bytes);
  const core = new WebAssembly.Instance(module).exports;
  const { data, count } = labels;
  const size = data.length * 4;
  const align = (address) => Math.ceil(address / 64) * 64;
  const rgbAt = align(size + 256);
  const copyAt = align(rgbAt + rgb.length);
  const runs = align(copyAt + size + 256);
  core.memory.grow(Math.ceil((runs + data.length * 4 + count * 8 + 2 ** 20) / 65_536));
  const memory = new Uint8Array(core.memory.buffer);
  memory.set(rgb, rgbAt);
  return {
    copy: () => memory.copyWithin(copyAt, 0, size),
    decode: () => core.decodeRgb(rgbAt, 0, data.length),
    map: () => {
      const end = core.findRuns(0, data.length, 0, runs);
      const pixelOffsets = align(end);
      const runOffsets = align(pixelOffsets + (count + 1) * 4);
      const sorted = align(runOffsets + (count + 1) * 4);
      core.countRuns(runs, end, data.length, count, pixelOffsets, runOffsets);
      core.sortRuns(runs, end, data.length, runOffsets, sorted);
      core.expandRuns(sorted, sorted + end - runs, copyAt, data.length);
    },
  };
}
