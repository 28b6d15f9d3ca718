// Assignment as the algorithm is told: each seed against each pixel of its window. For seeds closer together than a tile.
import { Job, labelRowBytes, rowBytes, Seed, seedAt } from "./job";

/** Assigns the rows `from` to `to`. */
export function assignPlain(job: Job, from: i32, to: i32): void {
  for (let y = from; y < to; y++) {
    const nearest = nearestRow(job, y);
    for (let x = 0; x < job.width; x++) store<f64>(nearest + (<usize>x << 3), Infinity);
  }
  for (let k = 0; k < job.seeds; k++) {
    const seed = seedAt(job, k);
    const bottom = min(to, seed.bottom);
    for (let y = max(from, seed.top); y < bottom; y++) compete(job, seed, k, y);
  }
}

function nearestRow(job: Job, y: i32): usize {
  return job.nearest + <usize>y * (<usize>job.pitch << 3);
}

function compete(job: Job, seed: Seed, k: i32, y: i32): void {
  const channel = <usize>job.pitch << 3;
  const row = job.lab + <usize>y * rowBytes(job);
  const labels = job.labels + <usize>y * labelRowBytes(job);
  const nearest = nearestRow(job, y);
  const dy = (seed.y - <f64>y) * (seed.y - <f64>y);
  const right = seed.right;
  for (let x = seed.left; x < right; x++) {
    const at = <usize>x << 3;
    const dx = seed.x - <f64>x;
    const l = load<f64>(row + at) - seed.l;
    const a = load<f64>(row + at + channel) - seed.a;
    const b = load<f64>(row + at + channel + channel) - seed.b;
    const distance = (dy + dx * dx) * job.nearness + (l * l + a * a + b * b) / seed.deviation;
    if (distance < load<f64>(nearest + at)) {
      store<f64>(nearest + at, distance);
      store<i32>(labels + (<usize>x << 2), k);
    }
  }
}
