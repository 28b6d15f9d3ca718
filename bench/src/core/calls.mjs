// Public calls on arrays of the caller, beside the copies they cannot do without, and beside loops in JavaScript.
import * as core from "@isic/core-wasm";
import { kernelTasks } from "./kernels.mjs";
import { decodeLoop, mapLoop } from "./loops.mjs";
import { against, ms, race, table } from "./measure.mjs";

export async function calls(maps) {
  const rows = [];
  for (const { name, labels, rgb, rounds } of maps) {
    const { width, height, data, count } = labels;
    const out = new Int32Array(data.length);
    const buffers = { offsets: new Uint32Array(count + 1), pixels: new Uint32Array(data.length) };
    const there = new Uint8Array(data.length * 4);
    const labelsThere = new Int32Array(there.buffer);
    const pixelsThere = new Uint32Array(there.buffer);
    const kernels = kernelTasks(labels, rgb);
    const decodes = await race(
      {
        "decode: its two copies": () => {
          there.set(rgb);
          out.set(labelsThere);
        },
        "decode: its kernel": kernels.decode,
        decodeRgbInto: () => core.decodeRgbInto(rgb, width, height, out),
        decodeRgb: () => core.decodeRgb(rgb, width, height),
        "a loop that decodes": () => decodeLoop(rgb, 3, width, height),
      },
      rounds,
    );
    const maps = await race(
      {
        "map: its two copies": () => {
          labelsThere.set(data);
          buffers.pixels.set(pixelsThere);
        },
        "map: its kernel": kernels.map,
        buildMapInto: () => core.buildMapInto(labels, buffers),
        buildMap: () => core.buildMap(labels),
        "a loop that maps": () => mapLoop(labels),
      },
      rounds,
    );
    for (const times of [decodes, maps]) {
      const [copies, kernel] = Object.values(times);
      for (const [what, { ms: time, ratio, cpuRatio }] of Object.entries(times)) {
        rows.push({
          image: name,
          what,
          ms: ms(time),
          "x its copies": ratio.toFixed(2),
          cpu: cpuRatio.toFixed(2),
          "less its kernel, x its copies": what.endsWith("Into") ? against((time - kernel.ms) / copies.ms, 1.1) : "",
        });
      }
    }
  }
  table("Public calls", rows);
}
