import type { Plan } from "../slic/plan.ts";

/** Pixels on a side of a tile, as in assembly/slic/job.ts. */
export const TILE = 8;
const SEED_BYTES = 120;
const STRIP_BYTES = 128 * 8;
const LIST_BYTES = 64 * 24;
/** Below lie the module's own few numbers. */
const START = 4096;

/** Where everything of one picture lies in linear memory. */
export interface Layout {
  readonly job: number;
  readonly light: number;
  readonly weights: number;
  readonly seeds: number;
  readonly deviations: number;
  readonly boxes: number;
  readonly tileLabels: number;
  readonly labels: number;
  readonly lab: number;
  readonly nearest: number;
  /** One scratch per thread, `scratchBytes` apart. */
  readonly scratch: number;
  readonly scratchBytes: number;
  readonly bytes: number;
  readonly pitch: number;
  readonly tiles: number;
  readonly bands: number;
  /** Compare each seed with each pixel of its window: the seeds are too close for tiles to pay. */
  readonly plain: boolean;
}

/** Lays out the memory for `plan` and `threads` threads. */
export function layoutFor(plan: Plan, threads: number): Layout {
  const { width, height, seeds } = plan;
  const tiles = Math.ceil(width / TILE);
  const bands = Math.ceil(height / TILE);
  const pitch = oddTiles(width + 1) * TILE;
  const radius = plan.weights.length - 1;
  const plain = Math.min(plan.grid.strideX, plan.grid.strideY) < TILE;
  let end = START;
  const take = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / 64) * 64;
    return at;
  };
  const labelRow = pitch * 4;
  const scratchBytes =
    64 *
    Math.ceil(
      Math.max(
        3 * 8 * (pitch + 2 * radius + 4),
        radius * STRIP_BYTES + 4 * (2 * radius + 1),
        tiles * (16 + LIST_BYTES) + seeds * 4 + 8192,
      ) / 64,
    );
  return {
    job: take(128),
    light: take(256 * 8),
    weights: take((radius + 1) * 8),
    seeds: take(seeds * SEED_BYTES),
    deviations: take(seeds * 8 * threads),
    boxes: take(tiles * bands * 6 * 8),
    tileLabels: take(tiles * bands * 16),
    labels: take(labelRow * (height + 2)) + labelRow,
    lab: take(pitch * 3 * 8 * height),
    nearest: take(plain ? pitch * height * 8 : 0),
    scratchBytes,
    scratch: take(scratchBytes * threads),
    pitch,
    tiles,
    bands,
    plain,
    bytes: end,
  };
}

/** An odd number of tiles, so that the rows of a tile do not all fall into the same few sets of the processor's cache. */
function oddTiles(width: number): number {
  return Math.ceil(width / TILE) | 1;
}

/** Writes the Job of assembly/slic/job.ts. */
export function writeJob(memory: ArrayBufferLike, layout: Layout, plan: Plan, channels: number): void {
  const words = new Int32Array(memory, layout.job, 18);
  words.set([plan.width, plan.height, layout.pitch, layout.tiles, layout.bands, plan.seeds]);
  words.set([plan.reachX, plan.reachY, plan.weights.length - 1, channels], 6);
  words.set([layout.lab, layout.labels, layout.light, layout.weights, layout.seeds], 10);
  words.set([layout.boxes, layout.tileLabels, layout.nearest], 15);
  new Float64Array(memory, layout.job + 72, 2).set([plan.nearness, plan.colourScale]);
  new Float64Array(memory, layout.weights, plan.weights.length).set(plan.weights);
}
