// Where the seeds start, and where they go.
import { Job, labelRowBytes, rowBytes, SEED, Seed, seedAt, TILE } from "./job";

/** Seeds on a grid, rows first; their colours start at 0, their deviations at 1. No pixel has a label yet. */
export function plantSeeds(job: Job, startX: i32, startY: i32, strideX: i32, strideY: i32): void {
  memory.fill(job.labels, 0xff, labelRowBytes(job) * <usize>job.height);
  let k = 0;
  for (let y = startY; y < job.height; y += strideY) {
    for (let x = startX; x < job.width; x += strideX) {
      const seed = seedAt(job, k++);
      memory.fill(changetype<usize>(seed), 0, SEED);
      seed.x = x;
      seed.y = y;
      seed.deviation = 1;
      openWindow(job, seed);
    }
  }
}

function openWindow(job: Job, seed: Seed): void {
  seed.left = <i32>max<f64>(seed.x - job.reachX, 0);
  seed.right = <i32>min<f64>(seed.x + job.reachX + 1, job.width);
  seed.top = <i32>max<f64>(seed.y - job.reachY, 0);
  seed.bottom = <i32>min<f64>(seed.y + job.reachY + 1, job.height);
}

/** Empties the sums of the seeds `from` to `to`. */
export function clearSums(job: Job, from: i32, to: i32): void {
  for (let k = from; k < to; k++) {
    const seed = seedAt(job, k);
    seed.sumX = 0;
    seed.sumY = 0;
    seed.sumL = 0;
    seed.sumA = 0;
    seed.sumB = 0;
    seed.count = 0;
  }
}

/** Adds the pixels of the rows `top` to `bottom` to the sums of the seeds `from` to `to`, in raster order. */
export function addRows(job: Job, top: i32, bottom: i32, from: i32, to: i32): void {
  const channel = <usize>job.pitch << 3;
  for (let y = top; y < bottom; y++) {
    const row = job.lab + <usize>y * rowBytes(job);
    const labels = job.labels + <usize>y * labelRowBytes(job);
    const width = job.width;
    for (let x = 0; x < width; ) {
      const label = load<i32>(labels + (<usize>x << 2));
      const start = x;
      if (label < from || label >= to) {
        do x++;
        while (x < width && load<i32>(labels + (<usize>x << 2)) == label);
        continue;
      }
      const seed = seedAt(job, label);
      let l = seed.sumL;
      let a = seed.sumA;
      let b = seed.sumB;
      do {
        const at = row + (<usize>x << 3);
        l += load<f64>(at);
        a += load<f64>(at + channel);
        b += load<f64>(at + channel + channel);
        x++;
      } while (x < width && load<i32>(labels + (<usize>x << 2)) == label);
      seed.sumL = l;
      seed.sumA = a;
      seed.sumB = b;
      const count = <f64>(x - start);
      seed.count += count;
      seed.sumY += count * <f64>y;
      seed.sumX += count * <f64>(start + x - 1) * 0.5; // whole numbers or halves: exact
    }
  }
}

/** Moves the seeds `from` to `to` to the means of their pixels. A seed without pixels dies: its window closes. */
export function moveSeeds(job: Job, from: i32, to: i32): void {
  for (let k = from; k < to; k++) {
    const seed = seedAt(job, k);
    const count = seed.count;
    if (count == 0) {
      seed.right = 0;
      seed.bottom = 0;
      continue;
    }
    seed.x = seed.sumX / count;
    seed.y = seed.sumY / count;
    seed.l = seed.sumL / count;
    seed.a = seed.sumA / count;
    seed.b = seed.sumB / count;
    openWindow(job, seed);
  }
}

/**
 * SLIC-zero: the largest colour distance of a seed's pixels so far becomes its unit. Looks at the bands `from` to `to`
 * and raises the numbers at `deviations` (f64 x seeds). Tiles of one label whose box cannot raise it are passed over.
 */
export function widen(job: Job, from: i32, to: i32, deviations: usize): void {
  const field = <usize>job.tiles << 3;
  for (let band = from; band < to; band++) {
    for (let tile = 0; tile < job.tiles; tile++) {
      const index = <usize>(band * job.tiles + tile);
      const label = load<i32>(job.tileLabels + (index << 2));
      if (label >= 0) {
        const box = job.boxes + <usize>band * 6 * field + (<usize>tile << 3);
        const seed = seedAt(job, label);
        const most = farthest(box, field, seed.l) + farthest(box + 2 * field, field, seed.a) + farthest(box + 4 * field, field, seed.b);
        if (most <= load<f64>(deviations + (<usize>label << 3))) continue;
      }
      widenTile(job, band, tile, deviations);
    }
  }
}

/** The largest squared distance of `value` from the numbers between those at `least` and `least + field`. */
// @ts-expect-error: decorator
@inline
export function farthest(least: usize, field: usize, value: f64): f64 {
  const distance = max<f64>(value - load<f64>(least), load<f64>(least + field) - value);
  return distance * distance;
}

function widenTile(job: Job, band: i32, tile: i32, deviations: usize): void {
  const channel = <usize>job.pitch << 3;
  const left = tile * TILE;
  const right = min(left + TILE, job.width);
  const bottom = min(band * TILE + TILE, job.height);
  for (let y = band * TILE; y < bottom; y++) {
    const row = job.lab + <usize>y * rowBytes(job);
    const labels = job.labels + <usize>y * labelRowBytes(job);
    for (let x = left; x < right; x++) {
      const label = load<i32>(labels + (<usize>x << 2));
      const seed = seedAt(job, label);
      const at = row + (<usize>x << 3);
      const l = load<f64>(at) - seed.l;
      const a = load<f64>(at + channel) - seed.a;
      const b = load<f64>(at + channel + channel) - seed.b;
      const distance = l * l + a * a + b * b;
      const deviation = deviations + (<usize>label << 3);
      if (load<f64>(deviation) < distance) store<f64>(deviation, distance);
    }
  }
}

/** Takes over what `widen` found: the larger of the deviation and the one at `deviations`, for all seeds. */
export function raiseDeviations(job: Job, from: i32, to: i32, deviations: usize): void {
  for (let k = from; k < to; k++) {
    const seed = seedAt(job, k);
    seed.deviation = max<f64>(seed.deviation, load<f64>(deviations + (<usize>k << 3)));
  }
}

/** Puts the deviations of all seeds at `deviations`, for `widen`. */
export function readDeviations(job: Job, deviations: usize): void {
  for (let k = 0; k < job.seeds; k++) store<f64>(deviations + (<usize>k << 3), seedAt(job, k).deviation);
}
