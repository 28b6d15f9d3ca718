// Bounds of distances over all pixels of a tile at once, from its edges and from the box of its colours.
import { Job, Seed } from "./job";

/** A sum of two numbers is off by less than this part of it; eight times over. */
export const ROUNDING: f64 = 1.0 / 1_125_899_906_842_624.0;

// @ts-expect-error: decorator
@inline
export function covers(seed: Seed, left: i32, right: i32, top: i32, bottom: i32): bool {
  return seed.left <= left && right <= seed.right && seed.top <= top && bottom <= seed.bottom;
}

// @ts-expect-error: decorator
@inline
export function boxAt(job: Job, band: i32, tile: i32): usize {
  return job.boxes + (<usize>(band * 6) * <usize>job.tiles + <usize>tile << 3);
}

// @ts-expect-error: decorator
@inline
export function mostColour(job: Job, seed: Seed, box: usize): f64 {
  const field = <usize>job.tiles << 3;
  return farthest(box, field, seed.l) + farthest(box + 2 * field, field, seed.a) + farthest(box + 4 * field, field, seed.b);
}

// @ts-expect-error: decorator
@inline
export function leastColour(job: Job, seed: Seed, box: usize): f64 {
  const field = <usize>job.tiles << 3;
  return closest(box, field, seed.l) + closest(box + 2 * field, field, seed.a) + closest(box + 4 * field, field, seed.b);
}

/** The squared distance of `value` from the interval at `least`. */
// @ts-expect-error: decorator
@inline
export function closest(least: usize, field: usize, value: f64): f64 {
  const distance = max<f64>(max<f64>(load<f64>(least) - value, value - load<f64>(least + field)), 0);
  return distance * distance;
}

/** The largest squared distance of `value` from the numbers between those at `least` and `least + field`. */
// @ts-expect-error: decorator
@inline
function farthest(least: usize, field: usize, value: f64): f64 {
  const distance = max<f64>(value - load<f64>(least), load<f64>(least + field) - value);
  return distance * distance;
}
