// The blur down the columns, in place, a strip of columns at a time.
import { Job, mirror, rowBytes } from "./job";

/** Numbers of a strip's row. */
const STRIP: i32 = 128;

/** How many strips a row of all three channels has. */
export function strips(job: Job): i32 {
  return (job.pitch * 3 + STRIP - 1) / STRIP;
}

/**
 * Blurs the strips `from` to `to` and multiplies by the colour scale. Rows above the current one are already
 * overwritten, so their originals are kept in a ring. `scratch`: radius strips of STRIP numbers, then 2 radius + 1 addresses.
 */
export function blurColumns(job: Job, from: i32, to: i32, scratch: usize): void {
  const addresses = scratch + <usize>job.radius * (STRIP << 3);
  for (let strip = from; strip < to; strip++) {
    const columns = min(STRIP, job.pitch * 3 - strip * STRIP);
    const top = job.lab + <usize>strip * (STRIP << 3);
    for (let y = 0; y < job.height; y++) {
      const row = top + <usize>y * rowBytes(job);
      for (let j = -job.radius; j <= job.radius; j++) {
        const source = mirror(y + j, job.height);
        const kept = scratch + <usize>(source % max(job.radius, 1)) * (STRIP << 3);
        store<usize>(addresses + (<usize>(j + job.radius) << 2), source < y ? kept : top + <usize>source * rowBytes(job));
      }
      blurRow(job, row, addresses, y, scratch, columns);
    }
  }
}

/** One row of a strip, whose 2 radius + 1 source rows are at `addresses`; its original goes into the ring first. */
function blurRow(job: Job, row: usize, addresses: usize, y: i32, ring: usize, columns: i32): void {
  const radius = <usize>job.radius << 2;
  const middle = addresses + radius;
  const weights = job.weights;
  const kept = ring + <usize>(y % max(job.radius, 1)) * (STRIP << 3);
  const end = <usize>columns << 3;
  if (ASC_FEATURE_SIMD) {
    const scale = f64x2.splat(job.colourScale);
    // A pitch is a multiple of eight numbers, so a strip is whole blocks.
    for (let x: usize = 0; x < end; x += 64) {
      const centre = v128.load64_splat(weights);
      const original0 = v128.load(row + x);
      const original1 = v128.load(row + x, 16);
      const original2 = v128.load(row + x, 32);
      const original3 = v128.load(row + x, 48);
      let sum0 = f64x2.mul(original0, centre);
      let sum1 = f64x2.mul(original1, centre);
      let sum2 = f64x2.mul(original2, centre);
      let sum3 = f64x2.mul(original3, centre);
      for (let j = radius; j > 0; j -= 4) {
        const weight = v128.load64_splat(weights + (j << 1));
        const above = load<usize>(middle - j) + x;
        const below = load<usize>(middle + j) + x;
        sum0 = f64x2.add(sum0, f64x2.mul(f64x2.add(v128.load(above), v128.load(below)), weight));
        sum1 = f64x2.add(sum1, f64x2.mul(f64x2.add(v128.load(above, 16), v128.load(below, 16)), weight));
        sum2 = f64x2.add(sum2, f64x2.mul(f64x2.add(v128.load(above, 32), v128.load(below, 32)), weight));
        sum3 = f64x2.add(sum3, f64x2.mul(f64x2.add(v128.load(above, 48), v128.load(below, 48)), weight));
      }
      if (radius > 0) {
        v128.store(kept + x, original0);
        v128.store(kept + x, original1, 16);
        v128.store(kept + x, original2, 32);
        v128.store(kept + x, original3, 48);
      }
      v128.store(row + x, f64x2.mul(sum0, scale));
      v128.store(row + x, f64x2.mul(sum1, scale), 16);
      v128.store(row + x, f64x2.mul(sum2, scale), 32);
      v128.store(row + x, f64x2.mul(sum3, scale), 48);
    }
  } else {
    for (let x: usize = 0; x < end; x += 8) {
      const original = load<f64>(row + x);
      let sum = original * load<f64>(weights);
      for (let j = radius; j > 0; j -= 4) {
        const both = load<f64>(load<usize>(middle - j) + x) + load<f64>(load<usize>(middle + j) + x);
        sum += both * load<f64>(weights + (j << 1));
      }
      if (radius > 0) store<f64>(kept + x, original);
      store<f64>(row + x, sum * job.colourScale);
    }
  }
}
