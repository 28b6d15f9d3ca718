import type { LabelImage, Raster } from "../types.ts";
import { lightTable } from "./colour.ts";
import { type Layout, layoutFor, TILE, writeJob } from "./layout.ts";
import { type Build, instantiate, type SlicExports } from "./module.ts";
import type { Plan } from "./plan.ts";
import type { Slicer } from "./slicer.ts";

/** The computation in WebAssembly, on the calling thread. */
export function createWasmSlicer(raster: Raster, plan: Plan, build: Build): Slicer {
  const wasm = instantiate(build);
  const layout = layoutFor(plan, 1);
  wasm.memory.grow(Math.max(0, Math.ceil((layout.bytes - wasm.memory.buffer.byteLength) / 65536)));
  const { grid } = plan;
  let first = true;
  return {
    prepare(): void {
      enter(wasm, layout, plan, raster);
      wasm.convertRows(layout.job, 0, plan.height, layout.scratch);
      wasm.blurColumns(layout.job, 0, wasm.strips(layout.job), layout.scratch);
      wasm.measureBoxes(layout.job, 0, layout.bands);
      wasm.plantSeeds(layout.job, grid.startX, grid.startY, grid.strideX, grid.strideY);
    },
    round(): boolean {
      const changed = assignAndAdd(wasm, layout, plan, first);
      first = false;
      if (!changed) return false;
      wasm.moveSeeds(layout.job, 0, plan.seeds);
      if (plan.zero) {
        wasm.readDeviations(layout.job, layout.deviations);
        wasm.widen(layout.job, 0, layout.bands, layout.deviations);
        wasm.raiseDeviations(layout.job, 0, plan.seeds, layout.deviations);
      }
      return true;
    },
    finish: () => finish(wasm, layout, plan),
  };
}

/** Puts the picture and all that is known of it into memory. */
export function enter(wasm: SlicExports, layout: Layout, plan: Plan, raster: Raster): void {
  const memory = wasm.memory.buffer;
  writeJob(memory, layout, plan, raster.channels);
  new Uint8Array(memory, layout.labels, raster.data.length).set(raster.data);
  const extremes = wasm.extremes(layout.job);
  new Float64Array(memory, layout.light, 256).set(lightTable(extremes & 255, extremes >> 8));
}

/** Adds each band to the sums while its pixels are still in the processor's cache. */
function assignAndAdd(wasm: SlicExports, layout: Layout, plan: Plan, first: boolean): boolean {
  const { job, bands, scratch } = layout;
  let changed = layout.plain;
  if (layout.plain) wasm.assignPlain(job, 0, plan.height);
  wasm.clearSums(job, 0, plan.seeds);
  for (let band = 0; band < bands; band++) {
    if (!layout.plain && wasm.assignBands(job, band, band + 1, Number(first), scratch) !== 0) changed = true;
    wasm.addRows(job, band * TILE, Math.min((band + 1) * TILE, plan.height), 0, plan.seeds);
  }
  return changed;
}

/** Connects and packs the labels, and copies them out. */
export function finish(wasm: SlicExports, layout: Layout, plan: Plan): LabelImage {
  const { width, height } = plan;
  const largest = Math.min(plan.largest, width * height);
  if (plan.connectivity) wasm.connect(layout.job, plan.smallest, largest, layout.lab);
  const most = wasm.packLabels(layout.job, Number(plan.connectivity));
  const data = new Int32Array(wasm.memory.buffer, layout.labels, width * height).slice();
  return { width, height, data, count: most + 1 };
}
