import type { SlicExports } from "../module.ts";
import type { SlicProgress } from "../options.ts";
import { connectRows, lighten, plant } from "../wasm.ts";
import { Meeting } from "./meeting.ts";
import type { Share } from "./messages.ts";

/**
 * One thread's share of a picture. All threads run this side by side. Rows, strips and bands are independent of each other;
 * the sums of a seed are made by one thread, over all of its pixels in raster order: so the bits are those of a single thread.
 *
 * @returns the number of labels from the thread 0, 0 from the others, undefined when stopped
 */
export function runShare(share: Share, onProgress: (progress: SlicProgress) => void): number | undefined {
  const { plan, layout, thread, threads } = share;
  const { job } = layout;
  const imports = { env: { memory: share.memory } };
  const instance = new WebAssembly.Instance(share.module, imports).exports;
  const wasm = { ...instance, memory: share.memory } as unknown as SlicExports;
  const meeting = new Meeting(share.control, thread, threads);
  const scratch = layout.scratch + thread * layout.scratchBytes;
  const part = (all: number): [number, number] => [
    Math.floor((all * thread) / threads),
    Math.floor((all * (thread + 1)) / threads),
  ];
  const total = plan.rounds + 2;

  if (thread === 0) lighten(wasm, layout);
  if (!meeting.wait()) return undefined;
  wasm.convertRows(job, ...part(plan.height), scratch);
  if (!meeting.wait()) return undefined;
  wasm.blurColumns(job, ...part(wasm.strips(job)), scratch);
  if (thread === 0) plant(wasm, layout, plan);
  if (!meeting.wait()) return undefined;
  wasm.measureBoxes(job, ...part(layout.bands));
  if (thread === 0) onProgress({ done: 1, total });
  for (let round = 1; round <= plan.rounds; round++) {
    const more = runRound(wasm, share, meeting, part, scratch, round === 1);
    if (more === undefined) return undefined;
    if (!more) break;
    if (thread === 0) onProgress({ done: 1 + round, total });
  }
  return thread === 0 ? connectRows(wasm, layout, plan) : 0;
}

/** One round; false when no label changed, undefined when stopped. Ends with a meeting. */
function runRound(
  wasm: SlicExports,
  { plan, layout, thread, threads }: Share,
  meeting: Meeting,
  part: (all: number) => [number, number],
  scratch: number,
  first: boolean,
): boolean | undefined {
  const { job, bands } = layout;
  const seeds = part(plan.seeds);
  if (layout.plain) wasm.assignPlain(job, ...part(plan.height));
  meeting.say(layout.plain ? 3 : wasm.assignBands(job, ...part(bands), Number(first), scratch));
  if (!meeting.wait()) return undefined;
  const said = meeting.heard();
  if ((said & 1) === 0) return false;
  wasm.clearSums(job, ...seeds);
  wasm.addSeeds(job, ...seeds, said >> 1);
  wasm.moveSeeds(job, ...seeds);
  if (!meeting.wait()) return undefined;
  if (!plan.zero) return true;
  const deviations = (of: number): number => layout.deviations + of * plan.seeds * 8;
  wasm.readDeviations(job, deviations(thread));
  wasm.widen(job, ...part(bands), deviations(thread));
  if (!meeting.wait()) return undefined;
  for (let of = 0; of < threads; of++) wasm.raiseDeviations(job, ...seeds, deviations(of));
  if (!meeting.wait()) return undefined;
  return true;
}
