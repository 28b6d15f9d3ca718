import { TILE } from "../../kernels/slic-layout.ts";
import type { SlicExports } from "../../kernels/slic-module.ts";
import { lightUp, plant } from "../../kernels/slic-wasm.ts";
import type { SlicProgress } from "../options.ts";
import { Barrier } from "./barrier.ts";
import type { Part } from "./messages.ts";

/** So many pixels are taken at once: little enough to end together, enough to make little of taking them. */
const PIECE = 16_384;

/**
 * One worker's part of a picture; all workers run this side by side, and whoever is free takes the next piece. Rows,
 * strips and bands are independent of each other, and pixels are added to the sums of the seeds in raster order whoever
 * does it: so the bits are those of a single worker.
 *
 * @returns the number of labels, or undefined when stopped
 */
export function runPart(part: Part, onProgress: (progress: SlicProgress) => void): number | undefined {
  const { plan, index, workers } = part;
  const wasm = instance(part);
  const barrier = new Barrier(part.control, index, workers);
  const tell = (done: number): void => {
    if (index === 0) onProgress({ done, total: plan.rounds + 2 });
  };
  if (!prepare(wasm, part, barrier)) return undefined;
  tell(1);
  for (let round = 1; round <= plan.rounds; round++) {
    const more = runRound(wasm, part, barrier, round === 1);
    if (more === undefined) return undefined;
    if (!more) break;
    tell(1 + round);
  }
  return finish(wasm, part, barrier);
}

function instance({ module, memory }: Part): SlicExports {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { ...exports, memory } as unknown as SlicExports;
}

/** Picture to blurred colours; false when stopped. */
function prepare(wasm: SlicExports, part: Part, barrier: Barrier): boolean {
  const { plan, layout, index, workers } = part;
  const { job } = layout;
  const scratch = scratchOf(part);
  const rowsUpTo = (of: number): number => Math.floor((plan.height * of) / workers);
  barrier.publish(wasm.extremes(job, rowsUpTo(index), rowsUpTo(index + 1)));
  const lighten = (): void => lightUp(wasm, layout, barrier.published());
  if (barrier.wait(lighten) === undefined) return false;
  barrier.forEachChunk(plan.height, TILE, (from, to) => wasm.convertRows(job, from, to, scratch));
  if (barrier.wait(() => plant(wasm, layout, plan)) === undefined) return false;
  barrier.forEachChunk(wasm.strips(job), 1, (from, to) => wasm.blurColumns(job, from, to, scratch));
  return barrier.wait() !== undefined;
}

/** One round; false when no label changed, undefined when stopped. */
function runRound(wasm: SlicExports, part: Part, barrier: Barrier, first: boolean): boolean | undefined {
  const { plan, layout, workers } = part;
  const { job, bands } = layout;
  barrier.publish(assignAndAdd(wasm, part, barrier, first));
  const changed = barrier.wait(() => {
    wasm.moveSeeds(job, 0, plan.seeds);
    wasm.clearSums(job, 0, plan.seeds);
    return Number(barrier.published().includes(1));
  });
  if (changed === undefined) return undefined;
  if (changed === 0 || !plan.zero) return changed === 1;
  const deviations = (of: number): number => layout.deviations + of * plan.seeds * 8;
  const own = deviations(part.index);
  wasm.readDeviations(job, own);
  barrier.forEachChunk(bands, 4 * pieceOf(part), (from, to) => wasm.widen(job, from, to, own));
  const raise = (): void => {
    for (let of = 0; of < workers; of++) wasm.raiseDeviations(job, 0, plan.seeds, deviations(of));
  };
  return barrier.wait(raise) === undefined ? undefined : true;
}

/** Returns 1 if a label has changed. */
function assignAndAdd(wasm: SlicExports, part: Part, barrier: Barrier, first: boolean): number {
  const { plan, layout } = part;
  const { job, bands, plain } = layout;
  const scratch = scratchOf(part);
  const bottomOf = (band: number): number => Math.min(band * TILE, plan.height);
  let changed = Number(first || plain);
  const assign = (from: number, to: number): void => {
    if (first) wasm.measureBoxes(job, from, to);
    if (plain) wasm.assignPlain(job, from * TILE, bottomOf(to));
    else changed |= wasm.assignBands(job, from, to, Number(first), scratch);
  };
  const add = (from: number, to: number): void => wasm.addRows(job, from * TILE, bottomOf(to), 0, plan.seeds);
  barrier.forEachChunkInOrder(bands, pieceOf(part), assign, add);
  return changed;
}

/** Connects the labels, if so planned; returns how many there are. */
function finish(wasm: SlicExports, { plan, layout }: Part, barrier: Barrier): number | undefined {
  const { height, smallest, largest, connectivity } = plan;
  const { job, lab: runs } = layout;
  const rows = TILE * 8;
  if (connectivity) {
    barrier.forEachChunk(height, rows, (from, to) => wasm.joinRows(job, from, to, runs));
    const connect = (): void => {
      for (let y = rows; y < height; y += rows) wasm.joinSeam(job, y, runs);
      wasm.connect(job, smallest, largest, runs);
    };
    if (barrier.wait(connect) === undefined) return undefined;
  }
  let most = 0;
  barrier.forEachChunk(height, rows, (from, to) => {
    most = Math.max(most, wasm.decodeRows(job, from, to, Number(connectivity)));
  });
  barrier.publish(most);
  return barrier.wait(() => Math.max(...barrier.published()) + 1);
}

function scratchOf({ layout, index }: Part): number {
  return layout.scratch + index * layout.scratchBytes;
}

/** Bands that are taken at once. The plain assignment looks at all seeds each time. */
function pieceOf({ layout, workers }: Part): number {
  const each = Math.ceil(layout.bands / workers);
  return layout.plain ? each : Math.min(each, Math.ceil(PIECE / (layout.pitch * TILE)));
}
