import { checkOptions } from "../check.ts";
import { createJsSlicer } from "../kernels/slic-js.ts";
import { createWasmSlicer } from "../kernels/slic-wasm.ts";
import type { LabelImage, Raster } from "../types.ts";
import { SlicMemoryError } from "./errors.ts";
import { checkRaster, parameters, SLIC_OPTIONS, type SlicOptions, type SlicProgress } from "./options.ts";
import { type Plan, planFor, type Slicer } from "./plan.ts";

/**
 * Checks the arguments and begins a computation; nothing is computed before its first step. Between two steps it can be
 * watched, paused or left.
 */
export function start(raster: Raster, options: SlicOptions): Generator<SlicProgress, LabelImage> {
  checkOptions(options, [...SLIC_OPTIONS, "onProgress", "signal"]);
  checkRaster(raster);
  return steps(raster, planFor(raster.width, raster.height, parameters(options)));
}

function* steps(raster: Raster, plan: Plan): Generator<SlicProgress, LabelImage> {
  const slicer = createSlicer(raster, plan);
  const total = plan.rounds + 2;
  slicer.prepare();
  yield { done: 1, total };
  for (let round = 1; round <= plan.rounds && slicer.round(); round++) yield { done: 1 + round, total };
  const labels = plan.connectivity ? slicer.regions() : slicer.seeds();
  yield { done: total, total };
  return labels;
}

/** In WebAssembly where the engine runs it; in JavaScript where it knows no SIMD, or a page's policy forbids it. */
function createSlicer(raster: Raster, plan: Plan): Slicer {
  const slicer = createWasmSlicer(raster, plan);
  if (slicer !== undefined) return slicer;
  try {
    return createJsSlicer(raster, plan);
  } catch (cause) {
    throw new SlicMemoryError(plan.width, plan.height, plan.width * plan.height * 40, { cause });
  }
}
