// Where the seeds start, and where they go.
import { boxAt, mostColour } from "./bounds";
import { Job, KEPT, labelRowBytes, rowBytes, SEED, Seed, seedAt, TILE } from "./job";

/** Seeds on a grid, rows first; their colours start at 0, their deviations at 1. No label of a tile is known yet. */
export function plantSeeds(job: Job, startX: i32, startY: i32, strideX: i32, strideY: i32): void {
  memory.fill(job.tileLabels, 0xff, <usize>(job.tiles * job.bands * KEPT) << 2);
  let k = 0;
  for (let y = startY; y < job.height; y += strideY) {
    for (let x = startX; x < job.width; x += strideX) {
      const seed = seedAt(job, k++);
      memory.fill(changetype<usize>(seed), 0, SEED);
      seed.x = x;
      seed.y = y;
      seed.deviation = 1;
      seed.inverse = 1;
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
 * and raises the numbers at `deviations` (f64 x seeds). Tiles whose box cannot raise those of their labels are passed over.
 */
export function widen(job: Job, from: i32, to: i32, deviations: usize): void {
  const whole = job.width / TILE;
  for (let band = from; band < to; band++) {
    for (let tile = 0; tile < job.tiles; tile++) {
      const labels = job.tileLabels + <usize>(band * job.tiles + tile) * (KEPT << 2);
      if (load<i32>(labels) < 0) {
        widenEach(job, band, tile, deviations);
        continue;
      }
      for (let i: usize = 0; i < <usize>(KEPT << 2); i += 4) {
        const label = load<i32>(labels + i);
        if (label < 0) break;
        const deviation = deviations + (<usize>label << 3);
        const seed = seedAt(job, label);
        if (mostColour(job, seed, boxAt(job, band, tile)) <= load<f64>(deviation)) continue;
        if (ASC_FEATURE_SIMD && tile < whole) store<f64>(deviation, max<f64>(load<f64>(deviation), farthestOf(job, band, tile, seed, label)));
        else widenEach(job, band, tile, deviations);
      }
    }
  }
}

/** The largest squared colour distance of a tile's pixels of one label. */
function farthestOf(job: Job, band: i32, tile: i32, seed: Seed, label: i32): f64 {
  const channel = <usize>job.pitch << 3;
  const bottom = min(band * TILE + TILE, job.height);
  const labels = i64x2.splat(label);
  const meanL = f64x2.splat(seed.l);
  const meanA = f64x2.splat(seed.a);
  const meanB = f64x2.splat(seed.b);
  let most = f64x2.splat(0);
  for (let y = band * TILE; y < bottom; y++) {
    const row = job.lab + <usize>y * rowBytes(job) + (<usize>tile << 6);
    const own = job.labels + <usize>y * labelRowBytes(job) + (<usize>tile << 5);
    for (let x: usize = 0; x < 64; x += 16) {
      const l = f64x2.sub(v128.load(row + x), meanL);
      const a = f64x2.sub(v128.load(row + channel + x), meanA);
      const b = f64x2.sub(v128.load(row + channel + channel + x), meanB);
      const distance = f64x2.add(f64x2.add(f64x2.mul(l, l), f64x2.mul(a, a)), f64x2.mul(b, b));
      const mine = i64x2.eq(v128.load32x2_s(own + (x >> 1)), labels);
      most = f64x2.pmax(most, v128.and(distance, mine));
    }
  }
  return max(f64x2.extract_lane(most, 0), f64x2.extract_lane(most, 1));
}

function widenEach(job: Job, band: i32, tile: i32, deviations: usize): void {
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
    seed.inverse = 1 / seed.deviation;
  }
}

/** Puts the deviations of all seeds at `deviations`, for `widen`. */
export function readDeviations(job: Job, deviations: usize): void {
  for (let k = 0; k < job.seeds; k++) store<f64>(deviations + (<usize>k << 3), seedAt(job, k).deviation);
}
