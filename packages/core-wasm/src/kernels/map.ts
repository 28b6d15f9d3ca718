import { wrongLabel } from "../check.ts";
import type { KernelInstance, KernelSource } from "./instances.ts";
import type { CoreExports } from "./modules.ts";

/** Fills the compressed rows of labels that all must lie below `count`; throws a RangeError otherwise. */
export type FillMap = (labels: Int32Array, count: number, offsets: Uint32Array, pixels: Uint32Array) => void;

/** In JavaScript: counts, adds up, and puts each pixel in its place. */
export const fillMap: FillMap = (labels, count, offsets, pixels) => {
  offsets.fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label < 0 || label >= count) throw wrongLabel(label, count);
    offsets[label + 1]!++;
  }
  for (let row = 0; row < count; row++) offsets[row + 1]! += offsets[row]!;
  // offsets[label] is where the next pixel of that row goes; afterwards it is where the next row starts.
  for (let i = 0; i < labels.length; i++) pixels[offsets[labels[i]!]!++] = i;
  offsets.copyWithin(1, 0, count);
  offsets[0] = 0;
};

/** Eight bytes: the flat index of the first pixel, and the label. */
export const RUN = 8;
/** Kernels write up to so many bytes behind what they are asked for. */
export const SPILL = 128;

/** So many pixels pass through the memory of the module at a time. */
const WINDOW = 262_144;
/** Even if every pixel is a run of its own, such an image fits the module's 4 GB. */
const MOST_PIXELS = 2 ** 27;

/** In WebAssembly, and where that is not to be had in JavaScript. */
export function wasmFillMap(source: KernelSource<CoreExports>): FillMap {
  return (labels, count, offsets, pixels) => {
    const core = labels.length <= MOST_PIXELS ? source.take() : undefined;
    if (core === undefined) return fillMap(labels, count, offsets, pixels);
    try {
      const room = Math.min(WINDOW, labels.length);
      const runs = { start: align(room * 4 + SPILL), end: 0, total: labels.length };
      runs.end = findRuns(core, labels, room, runs.start);
      mapRuns(core, runs, room, count, offsets, pixels);
    } finally {
      source.giveBack(core);
    }
  };
}

function findRuns(core: KernelInstance<CoreExports>, labels: Int32Array, room: number, start: number): number {
  let end = start;
  for (let at = 0; at < labels.length; at += room) {
    const piece = labels.subarray(at, at + room);
    core.reserve(end + piece.length * RUN);
    core.labels.set(piece);
    end = core.run.findRuns(0, piece.length, at, end) >>> 0;
  }
  return end;
}

/** Runs in the memory of the module, in raster order, of an image of so many pixels. */
export interface Runs {
  readonly start: number;
  readonly end: number;
  readonly total: number;
}

/** The compressed rows of runs; `room` pixels at the beginning of the memory, and all of it behind the runs, are free. */
export function mapRuns(
  core: KernelInstance<CoreExports>,
  runs: Runs,
  room: number,
  count: number,
  offsets: Uint32Array,
  pixels: Uint32Array,
): void {
  const tableSize = align((count + 1) * 4);
  const pixelOffsets = align(runs.end);
  const runOffsets = pixelOffsets + tableSize;
  const sorted = runOffsets + tableSize;
  const sortedEnd = sorted + runs.end - runs.start;
  core.reserve(sortedEnd);
  const { countRuns, sortRuns, expandRuns } = core.run;
  const bad = countRuns(runs.start, runs.end, runs.total, count, pixelOffsets, runOffsets) >>> 0;
  if (bad !== 0) throw wrongLabel(core.labels[bad / 4 + 1]!, count);
  offsets.set(core.words.subarray(pixelOffsets / 4, pixelOffsets / 4 + count + 1));
  sortRuns(runs.start, runs.end, runs.total, runOffsets, sorted);
  let next = sorted;
  for (let at = 0; at < runs.total; at += room) {
    const fits = Math.min(room, runs.total - at);
    next = expandRuns(next, sortedEnd, 0, fits) >>> 0;
    pixels.set(core.words.subarray(0, fits), at);
  }
}

/** The next multiple of 16. */
export function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
