// One picture being computed, as the wrapper lays it out in linear memory. Keep in step with src/kernels/slic-layout.ts.

/** Tiles are TILE x TILE pixels; a band is one row of tiles. */
export const TILE: i32 = 8;

/** The addresses and sizes of a job; all addresses are multiples of 16. */
// @ts-expect-error: decorator
@unmanaged
export class Job {
  width: i32;
  height: i32;
  /** Numbers per row of one channel: a multiple of TILE above `width`. */
  pitch: i32;
  /** Tiles per band, and bands. */
  tiles: i32;
  bands: i32;
  seeds: i32;
  /** A seed competes for the pixels up to this far on either side. */
  reachX: i32;
  reachY: i32;
  /** Of the blur. */
  radius: i32;
  channels: i32;
  /** f64: rows of `pitch` L, then `pitch` a, then `pitch` b. */
  lab: usize;
  /** i32: rows of `pitch`; before the first round the picture's bytes lie here. One more row before and after. */
  labels: usize;
  /** f64 x 256: linear light of a byte. */
  light: usize;
  /** f64 x (radius + 1): the blur from its centre outwards. */
  weights: usize;
  /** Seed x seeds. */
  seedList: usize;
  /** f64 x 6 x tiles x bands: least L, most L, least a, ... of each tile, field by field within a band. */
  boxes: usize;
  /** i32 x 4 x tiles x bands: the labels that occur in a tile, filled up with -1; the first is -1 when it is not known. */
  tileLabels: usize;
  /** f64 x pixels, only for the plain assignment. */
  nearest: usize;
  nearness: f64;
  colourScale: f64;
}

/** A cluster: where it is, what colour, by what its colour distances are divided, its window, and the sums for its next move. */
// @ts-expect-error: decorator
@unmanaged
export class Seed {
  x: f64;
  y: f64;
  l: f64;
  a: f64;
  b: f64;
  deviation: f64;
  sumX: f64;
  sumY: f64;
  sumL: f64;
  sumA: f64;
  sumB: f64;
  count: f64;
  /** 1 / deviation, nearly: for bounds. */
  inverse: f64;
  /** The window, right and bottom exclusive; empty when the seed has died. */
  left: i32;
  right: i32;
  top: i32;
  bottom: i32;
}

/** Bytes of a Seed. */
export const SEED: usize = 120;

/** Labels kept per tile. */
export const KEPT: i32 = 4;

export function seedAt(job: Job, k: i32): Seed {
  return changetype<Seed>(job.seedList + <usize>k * SEED);
}

/** The bytes of a row of all three channels. */
export function rowBytes(job: Job): usize {
  return (<usize>job.pitch * 3) << 3;
}

/** Bytes of a row of labels. */
export function labelRowBytes(job: Job): usize {
  return <usize>job.pitch << 2;
}

/** Where a blur that runs over an edge finds its pixel: mirrored, the edge pixel repeated. */
export function mirror(position: i32, side: i32): i32 {
  const period = side << 1;
  let inside = position % period;
  if (inside < 0) inside += period;
  return inside < side ? inside : period - 1 - inside;
}
