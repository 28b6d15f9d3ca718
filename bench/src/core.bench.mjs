// Superpixels: kernels beside copies, files beside inflate, ours beside other people's.
import * as core from "@isic/core-wasm/node";
import { calls } from "./core/calls.mjs";
import { files } from "./core/files.mjs";
import { geometry } from "./core/geometry.mjs";
import { kernels } from "./core/kernels.mjs";
import { superpixelFiles } from "./core/maps.mjs";
import { processes } from "./core/processes.mjs";

const parts = { kernels, calls, files, geometry, processes };
const chosen = process.argv.slice(2);

const maps = superpixelFiles().map(({ name, bytes }, i) => {
  const labels = core.readSuperpixelPngSync(bytes);
  return { name, bytes, labels, rgb: core.encodeRgb(labels).data, rounds: [61, 31, 9][i] };
});
for (const [name, part] of Object.entries(parts)) if (chosen.length === 0 || chosen.includes(name)) await part(maps);
