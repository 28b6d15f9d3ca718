import { random } from "../world/random.ts";

const BITS = 7;
const SIZE = 1 << BITS;
const MASK = SIZE - 1;

/** Smooth value noise in [-1, 1] over a plane; features are about one unit wide. */
export type Noise = (x: number, y: number) => number;

export function noise(seed: string): Noise {
  const dice = random(seed);
  const lattice = Float32Array.from({ length: SIZE * SIZE }, () => 2 * dice.next() - 1);
  return (x, y) => {
    const fx = Math.floor(x);
    const fy = Math.floor(y);
    const sx = ease(x - fx);
    const sy = ease(y - fy);
    const x0 = fx & MASK;
    const x1 = (fx + 1) & MASK;
    const y0 = (fy & MASK) << BITS;
    const y1 = ((fy + 1) & MASK) << BITS;
    const a = lattice[y0 | x0]!;
    const c = lattice[y1 | x0]!;
    const top = a + (lattice[y0 | x1]! - a) * sx;
    const bottom = c + (lattice[y1 | x1]! - c) * sx;
    return top + (bottom - top) * sy;
  };
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}

/** 0 at `low`, 1 at `high` (either may be the larger), eased in between. */
export function smooth(low: number, high: number, value: number): number {
  return ease(Math.min(1, Math.max(0, (value - low) / (high - low))));
}

/** Several octaves of one noise, each half as strong and about twice as fine. */
export function fractal(base: Noise, octaves: number): Noise {
  return (x, y) => {
    let sum = 0;
    let weight = 1;
    let total = 0;
    let scale = 1;
    for (let i = 0; i < octaves; i++) {
      sum += weight * base(x * scale + 17.3 * i, y * scale - 9.1 * i);
      total += weight;
      weight *= 0.5;
      scale *= 2.03;
    }
    return sum / total;
  };
}

/** A slow field computed on a coarse grid and interpolated: cheap per pixel. */
export function coarse(width: number, height: number, step: number, field: Noise): (x: number, y: number) => number {
  const columns = Math.ceil(width / step) + 2;
  const rows = Math.ceil(height / step) + 2;
  const grid = new Float32Array(columns * rows);
  for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) grid[y * columns + x] = field(x * step, y * step);
  return (x, y) => {
    const gx = x / step;
    const gy = y / step;
    const ix = gx | 0;
    const iy = gy | 0;
    const at = iy * columns + ix;
    const fx = gx - ix;
    const top = grid[at]! + (grid[at + 1]! - grid[at]!) * fx;
    const below = grid[at + columns]!;
    return top + (below + (grid[at + columns + 1]! - below) * fx - top) * (gy - iy);
  };
}

/** How far the second nearest of scattered points is behind the nearest: 0 on the lines of a honeycomb. */
export function honeycomb(seed: string): Noise {
  const dice = random(seed);
  const jitter = Float32Array.from({ length: SIZE * SIZE * 2 }, () => 0.5 + 0.36 * (2 * dice.next() - 1));
  return (x, y) => {
    const cx = Math.floor(x);
    const cy = Math.floor(y);
    let first = 9;
    let second = 9;
    for (let j = -1; j <= 1; j++) {
      for (let i = -1; i <= 1; i++) {
        const at = ((((cy + j) & MASK) << BITS) | ((cx + i) & MASK)) * 2;
        // every other row is shifted by half a cell, as in a comb
        const dx = cx + i + jitter[at]! + (((cy + j) & 1) - 0.5) * 0.5 - x;
        const dy = cy + j + jitter[at + 1]! - y;
        const d = dx * dx + dy * dy;
        if (d < first) {
          second = first;
          first = d;
        } else if (d < second) second = d;
      }
    }
    return Math.sqrt(second) - Math.sqrt(first);
  };
}
