// The colours of a tile lie in a box; from it follow bounds for all of its pixels at once.
import { Job, rowBytes, TILE } from "./job";

/** Measures the tiles of the bands `from` to `to`. */
export function measureBoxes(job: Job, from: i32, to: i32): void {
  const field = <usize>job.tiles << 3;
  const channel = <usize>job.pitch << 3;
  for (let band = from; band < to; band++) {
    const top = band * TILE;
    const rows = min(TILE, job.height - top);
    for (let tile = 0; tile < job.tiles; tile++) {
      const box = job.boxes + <usize>band * 6 * field + (<usize>tile << 3);
      const pixels = job.lab + <usize>top * rowBytes(job) + (<usize>(tile * TILE) << 3);
      for (let c: usize = 0; c < 3; c++) measure(job, pixels + c * channel, rows, box + 2 * c * field, field);
    }
  }
}

/** The least and the most of TILE x rows numbers. (The row is filled up to the pitch, so all of them exist.) */
function measure(job: Job, from: usize, rows: i32, to: usize, field: usize): void {
  let least = load<f64>(from);
  let most = least;
  if (ASC_FEATURE_SIMD) {
    let low = f64x2.splat(least);
    let high = low;
    for (let row = from; rows > 0; rows--, row += rowBytes(job)) {
      for (let x: usize = 0; x < 64; x += 16) {
        const v = v128.load(row + x);
        low = f64x2.pmin(low, v);
        high = f64x2.pmax(high, v);
      }
    }
    least = min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
    most = max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
  } else {
    for (let row = from; rows > 0; rows--, row += rowBytes(job)) {
      for (let x: usize = 0; x < 64; x += 8) {
        const v = load<f64>(row + x);
        least = min(least, v);
        most = max(most, v);
      }
    }
  }
  store<f64>(to, least);
  store<f64>(to + field, most);
}
