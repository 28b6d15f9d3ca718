import { lightTable } from "../slic/colour.ts";
import type { Plan, Slicer } from "../slic/plan.ts";
import type { LabelImage, Raster } from "../types.ts";
import { type Layout, layoutFor, TILE, writeJob } from "./slic-layout.ts";
import { growMemory, type SlicExports, slicInstance } from "./slic-module.ts";

/** The computation in WebAssembly, on the calling thread; undefined where that is not to be had. */
export function createWasmSlicer(
  raster: Raster,
  plan: Plan,
  wasm: SlicExports | undefined = slicInstance(),
): Slicer | undefined {
  if (wasm === undefined) return undefined;
  const layout = layoutFor(plan, 1);
  growMemory(wasm, layout.bytes, plan);
  let first = true;
  return {
    prepare(): void {
      enter(wasm.memory.buffer, layout, plan, raster);
      lightUp(wasm, layout, [wasm.extremes(layout.job, 0, plan.height)]);
      convert(wasm, layout, plan);
      plant(wasm, layout, plan);
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
    seeds: (): LabelImage => decode(wasm, layout, plan, false),
    regions(): LabelImage {
      const { job, lab: runs } = layout; // the colours are of no more use
      wasm.joinRows(job, 0, plan.height, runs);
      wasm.connect(job, plan.smallest, plan.largest, runs);
      return decode(wasm, layout, plan, true);
    },
  };
}

/** Puts the picture and all that is known of it into memory. */
export function enter(memory: ArrayBufferLike, layout: Layout, plan: Plan, raster: Raster): void {
  writeJob(memory, layout, plan, raster.channels);
  new Uint8Array(memory, layout.labels, raster.data.length).set(raster.data);
}

/** Makes the table of linear light for a picture whose parts have these extremes. */
export function lightUp(wasm: SlicExports, layout: Layout, extremes: readonly number[]): void {
  const darkest = Math.min(...extremes.map((each) => each & 255));
  const brightest = Math.max(...extremes.map((each) => each >> 8));
  new Float64Array(wasm.memory.buffer, layout.light, 256).set(lightTable(darkest, brightest));
}

export function plant(wasm: SlicExports, layout: Layout, { grid }: Plan): void {
  wasm.plantSeeds(layout.job, grid.startX, grid.startY, grid.strideX, grid.strideY);
}

/** In pieces: an engine that starts with quick, slow code can change to better code only between two calls. */
function convert(wasm: SlicExports, { job, scratch }: Layout, { height }: Plan): void {
  for (let y = 0; y < height; y += TILE) wasm.convertRows(job, y, Math.min(y + TILE, height), scratch);
  const strips = wasm.strips(job);
  for (let strip = 0; strip < strips; strip++) wasm.blurColumns(job, strip, strip + 1, scratch);
}

/** Adds each band to the sums while its pixels are still in the processor's cache; says whether a label changed. */
function assignAndAdd(wasm: SlicExports, layout: Layout, plan: Plan, first: boolean): boolean {
  const { job, bands, scratch } = layout;
  let changed = first || layout.plain;
  if (layout.plain) wasm.assignPlain(job, 0, plan.height);
  wasm.clearSums(job, 0, plan.seeds);
  for (let band = 0; band < bands; band++) {
    if (first) wasm.measureBoxes(job, band, band + 1);
    if (!layout.plain && wasm.assignBands(job, band, band + 1, Number(first), scratch)) changed = true;
    wasm.addRows(job, band * TILE, Math.min((band + 1) * TILE, plan.height), 0, plan.seeds);
  }
  return changed;
}

function decode(wasm: SlicExports, layout: Layout, plan: Plan, coded: boolean): LabelImage {
  const most = wasm.decodeRows(layout.job, 0, plan.height, Number(coded));
  return readLabels(wasm.memory.buffer, layout, plan, most + 1);
}

/** Copies the labels out, without what lies between their rows. */
export function readLabels(
  memory: ArrayBufferLike,
  { labels, pitch }: Layout,
  { width, height }: Plan,
  count: number,
): LabelImage {
  const data = new Int32Array(width * height);
  for (let y = 0; y < height; y++) data.set(new Int32Array(memory, labels + 4 * y * pitch, width), y * width);
  return { width, height, data, count };
}
