import { TILE } from "../layout.ts";
import type { SlicExports } from "../module.ts";
import type { SlicProgress } from "../options.ts";
import { lightUp, plant } from "../wasm.ts";
import { Meeting } from "./meeting.ts";
import type { Share } from "./messages.ts";

/** So many pixels are taken at once: little enough to end together, enough to make little of taking them. */
const PIECE = 16_384;

/**
 * One thread's share of a picture; all threads run this side by side, and whoever is free takes the next piece. Rows,
 * strips and bands are independent of each other, and pixels are added to the sums of the seeds in raster order whoever
 * does it: so the bits are those of a single thread.
 *
 * @returns the number of labels, or undefined when stopped
 */
export function runShare(share: Share, onProgress: (progress: SlicProgress) => void): number | undefined {
  const { plan, thread, threads } = share;
  const wasm = instance(share);
  const meeting = new Meeting(share.control, thread, threads);
  const tell = (done: number): void => {
    if (thread === 0) onProgress({ done, total: plan.rounds + 2 });
  };
  if (!prepare(wasm, share, meeting)) return undefined;
  tell(1);
  for (let round = 1; round <= plan.rounds; round++) {
    const more = runRound(wasm, share, meeting, round === 1);
    if (more === undefined) return undefined;
    if (!more) break;
    tell(1 + round);
  }
  return finish(wasm, share, meeting);
}

function instance({ module, memory }: Share): SlicExports {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { ...exports, memory } as unknown as SlicExports;
}

/** Picture to blurred colours; false when stopped. */
function prepare(wasm: SlicExports, share: Share, meeting: Meeting): boolean {
  const { plan, layout, thread, threads } = share;
  const { job } = layout;
  const scratch = scratchOf(share);
  const part = (of: number): number => Math.floor((plan.height * of) / threads);
  meeting.say(wasm.extremes(job, part(thread), part(thread + 1)));
  const lighten = (): void => lightUp(wasm, layout, meeting.heard());
  if (meeting.wait(lighten) === undefined) return false;
  meeting.share(plan.height, TILE, (from, to) => wasm.convertRows(job, from, to, scratch));
  if (meeting.wait(() => plant(wasm, layout, plan)) === undefined) return false;
  meeting.share(wasm.strips(job), 1, (from, to) => wasm.blurColumns(job, from, to, scratch));
  return meeting.wait() !== undefined;
}

/** One round; false when no label changed, undefined when stopped. */
function runRound(wasm: SlicExports, share: Share, meeting: Meeting, first: boolean): boolean | undefined {
  const { plan, layout, threads } = share;
  const { job, bands } = layout;
  meeting.say(assignAndAdd(wasm, share, meeting, first));
  const changed = meeting.wait(() => {
    wasm.moveSeeds(job, 0, plan.seeds);
    wasm.clearSums(job, 0, plan.seeds);
    return Number(meeting.heard().includes(1));
  });
  if (changed === undefined) return undefined;
  if (changed === 0 || !plan.zero) return changed === 1;
  const deviations = (of: number): number => layout.deviations + of * plan.seeds * 8;
  const own = deviations(share.thread);
  wasm.readDeviations(job, own);
  meeting.share(bands, 4 * pieceOf(share), (from, to) => wasm.widen(job, from, to, own));
  const raise = (): void => {
    for (let of = 0; of < threads; of++) wasm.raiseDeviations(job, 0, plan.seeds, deviations(of));
  };
  return meeting.wait(raise) === undefined ? undefined : true;
}

/** Returns 1 if a label has changed. */
function assignAndAdd(wasm: SlicExports, share: Share, meeting: Meeting, first: boolean): number {
  const { plan, layout } = share;
  const { job, bands, plain } = layout;
  const scratch = scratchOf(share);
  const bottomOf = (band: number): number => Math.min(band * TILE, plan.height);
  let changed = Number(first || plain);
  const assign = (from: number, to: number): void => {
    if (first) wasm.measureBoxes(job, from, to);
    if (plain) wasm.assignPlain(job, from * TILE, bottomOf(to));
    else changed |= wasm.assignBands(job, from, to, Number(first), scratch);
  };
  const add = (from: number, to: number): void => wasm.addRows(job, from * TILE, bottomOf(to), 0, plan.seeds);
  meeting.shareInOrder(bands, pieceOf(share), assign, add);
  return changed;
}

/** Connects the labels, if so planned; returns how many there are. */
function finish(wasm: SlicExports, { plan, layout }: Share, meeting: Meeting): number | undefined {
  const { height, smallest, largest, connectivity } = plan;
  const { job, lab: runs } = layout;
  const rows = TILE * 8;
  if (connectivity) {
    meeting.share(height, rows, (from, to) => wasm.joinRows(job, from, to, runs));
    const connect = (): void => {
      for (let y = rows; y < height; y += rows) wasm.joinSeam(job, y, runs);
      wasm.connect(job, smallest, largest, runs);
    };
    if (meeting.wait(connect) === undefined) return undefined;
  }
  let most = 0;
  meeting.share(height, rows, (from, to) => {
    most = Math.max(most, wasm.decodeRows(job, from, to, Number(connectivity)));
  });
  meeting.say(most);
  return meeting.wait(() => Math.max(...meeting.heard()) + 1);
}

function scratchOf({ layout, thread }: Share): number {
  return layout.scratch + thread * layout.scratchBytes;
}

/** Bands that are taken at once. The plain assignment looks at all seeds each time. */
function pieceOf({ layout, threads }: Share): number {
  const share = Math.ceil(layout.bands / threads);
  return layout.plain ? share : Math.min(share, Math.ceil(PIECE / (layout.pitch * TILE)));
}
