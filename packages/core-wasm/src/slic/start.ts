import type { LabelImage, Raster } from "../types.ts";
import { steps } from "./drive.ts";
import { SlicMemoryError } from "./errors.ts";
import { createJsSlicer } from "./js.ts";
import { type Build, slicModule } from "./module.ts";
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
  return yield* steps(createSlicer(raster, plan), plan.rounds);
}

let build: Build | "js" | undefined;

function createSlicer(raster: Raster, plan: Plan): Slicer {
  build ??= bestBuild();
  if (build !== "js") return createWasmSlicer(raster, plan, build);
  try {
    return createJsSlicer(raster, plan);
  } catch (cause) {
    throw new SlicMemoryError(plan.width, plan.height, plan.width * plan.height * 40, { cause });
  }
}

/** The fastest that this engine runs; plain JavaScript where it knows no WebAssembly, or a page's policy forbids it. */
export function bestBuild(): Build | "js" {
  for (const each of ["simd", "scalar"] as const) {
    try {
      slicModule(each);
      return each;
    } catch {
      // Not known or not allowed here: the next one.
    }
  }
  return "js";
}
