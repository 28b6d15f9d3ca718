import type { LabelImage, Raster } from "../types.ts";
import { steps } from "./drive.ts";
import { SlicMemoryError } from "./errors.ts";
import { createJsSlicer } from "./js.ts";
import { slicModule } from "./module.ts";
import { checkRaster, parameters, type SlicOptions, type SlicProgress } from "./options.ts";
import { type Plan, planFor } from "./plan.ts";
import type { Slicer } from "./slicer.ts";
import { createWasmSlicer } from "./wasm.ts";

/** Checks the arguments and begins a computation; nothing is computed before its first step. */
export function start(raster: Raster, options: SlicOptions): Generator<SlicProgress, LabelImage> {
  const plan = planFor(...sizeOf(raster), parameters(options));
  return begin(raster, plan);
}

function sizeOf(raster: Raster): [width: number, height: number] {
  checkRaster(raster);
  return [raster.width, raster.height];
}

function* begin(raster: Raster, plan: Plan): Generator<SlicProgress, LabelImage> {
  return yield* steps(createSlicer(raster, plan), plan);
}

/** In WebAssembly where the engine runs it; in plain JavaScript where it knows no SIMD, or a page's policy forbids it. */
function createSlicer(raster: Raster, plan: Plan): Slicer {
  const module = usableModule();
  if (module !== undefined) return createWasmSlicer(raster, plan, module);
  try {
    return createJsSlicer(raster, plan);
  } catch (cause) {
    throw new SlicMemoryError(plan.width, plan.height, plan.width * plan.height * 40, { cause });
  }
}

let refused = false;

function usableModule(): WebAssembly.Module | undefined {
  if (refused) return undefined;
  try {
    return slicModule();
  } catch {
    refused = true; // Tried once only.
    return undefined;
  }
}
