// The pixels of one tile against a list of seeds: i32 numbers, ascending, `stride` bytes apart.
import { Job, labelRowBytes, rowBytes, seedAt, TILE } from "./job";

/** Gives a whole tile to one seed; says whether a label changed. */
export function fillTile(job: Job, left: i32, top: i32, bottom: i32, label: i32): bool {
  let row = job.labels + <usize>top * labelRowBytes(job) + (<usize>left << 2);
  let changes = 0;
  for (let y = top; y < bottom; y++, row += labelRowBytes(job)) {
    for (let x: usize = 0; x < <usize>(TILE * 4); x += 4) {
      changes |= load<i32>(row + x) ^ label;
      store<i32>(row + x, label);
    }
  }
  return changes != 0;
}

/** The tile against seeds whose windows may cover a part of it only; a pixel outside of all windows keeps its label. */
export function assignChecked(job: Job, left: i32, right: i32, top: i32, bottom: i32, list: usize, stride: usize, count: i32): bool {
  let changed = false;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = job.labels + <usize>y * labelRowBytes(job) + (<usize>x << 2);
      const before = load<i32>(at);
      const colour = job.lab + <usize>y * rowBytes(job) + (<usize>x << 3);
      const label = nearestOf(job, colour, x, y, list, stride, count, before);
      if (label != before) changed = true;
      store<i32>(at, label);
    }
  }
  return changed;
}

function nearestOf(job: Job, colour: usize, x: i32, y: i32, list: usize, stride: usize, count: i32, before: i32): i32 {
  const channel = <usize>job.pitch << 3;
  let nearest: f64 = Infinity;
  let label = before;
  for (let i = 0; i < count; i++, list += stride) {
    const k = load<i32>(list);
    const seed = seedAt(job, k);
    if (x < seed.left || x >= seed.right || y < seed.top || y >= seed.bottom) continue;
    const dy = seed.y - <f64>y;
    const dx = seed.x - <f64>x;
    const l = load<f64>(colour) - seed.l;
    const a = load<f64>(colour + channel) - seed.a;
    const b = load<f64>(colour + 2 * channel) - seed.b;
    const distance = (dy * dy + dx * dx) * job.nearness + (l * l + a * a + b * b) / seed.deviation;
    if (distance < nearest) {
      nearest = distance;
      label = k;
    }
  }
  return label;
}

/** A seed as the loop over pixels wants it: x, L, a, b, deviation, number (i64), squared distance from the row. */
const LANE: usize = 64;

/** The tile against seeds whose windows all cover it. Fills the row up to the tile's end, be it beyond the picture. */
export function assignFull(job: Job, left: i32, top: i32, bottom: i32, list: usize, stride: usize, count: i32, scratch: usize): bool {
  for (let i = 0; i < count; i++) {
    const k = load<i32>(list + <usize>i * stride);
    const seed = seedAt(job, k);
    const at = scratch + <usize>i * LANE;
    store<f64>(at, seed.x);
    store<f64>(at + 8, seed.l);
    store<f64>(at + 16, seed.a);
    store<f64>(at + 24, seed.b);
    store<f64>(at + 32, seed.deviation);
    store<i64>(at + 40, k);
  }
  const lanes = scratch + <usize>count * LANE;
  let changed = false;
  let colours = job.lab + <usize>top * rowBytes(job) + (<usize>left << 3);
  let labels = job.labels + <usize>top * labelRowBytes(job) + (<usize>left << 2);
  for (let y = top; y < bottom; y++, colours += rowBytes(job), labels += labelRowBytes(job)) {
    for (let i = 0; i < count; i++) {
      const dy = seedAt(job, load<i32>(list + <usize>i * stride)).y - <f64>y;
      store<f64>(scratch + <usize>i * LANE + 48, dy * dy);
    }
    if (ASC_FEATURE_SIMD) {
      if (rowPairs(job, colours, labels, left, scratch, lanes)) changed = true;
    } else {
      if (rowSingles(job, colours, labels, left, scratch, lanes)) changed = true;
    }
  }
  return changed;
}

function rowSingles(job: Job, row: usize, labels: usize, left: i32, lanes: usize, end: usize): bool {
  const channel = <usize>job.pitch << 3;
  let changes = 0;
  for (let i = 0; i < TILE; i++) {
    const pixel = row + (<usize>i << 3);
    const l = load<f64>(pixel);
    const a = load<f64>(pixel + channel);
    const b = load<f64>(pixel + 2 * channel);
    const x = <f64>(left + i);
    let nearest: f64 = Infinity;
    let label = 0;
    for (let lane = lanes; lane < end; lane += LANE) {
      const dx = load<f64>(lane) - x;
      const near = (load<f64>(lane, 48) + dx * dx) * job.nearness;
      if (near >= nearest) continue;
      const dl = l - load<f64>(lane, 8);
      const da = a - load<f64>(lane, 16);
      const db = b - load<f64>(lane, 24);
      const distance = near + (dl * dl + da * da + db * db) / load<f64>(lane, 32);
      if (distance < nearest) {
        nearest = distance;
        label = load<i32>(lane, 40);
      }
    }
    const at = labels + (<usize>i << 2);
    changes |= load<i32>(at) ^ label;
    store<i32>(at, label);
  }
  return changes != 0;
}

/** A tile's row, four pixels at a time. */
function rowPairs(job: Job, row: usize, labels: usize, left: i32, lanes: usize, end: usize): bool {
  const channel = <usize>job.pitch << 3;
  const nearness = f64x2.splat(job.nearness);
  let x0 = f64x2(left, left + 1);
  let changes = i32x4.splat(0);
  for (let i: usize = 0; i < <usize>TILE; i += 4) {
    const pixel = row + (i << 3);
    const l0 = v128.load(pixel);
    const l1 = v128.load(pixel, 16);
    const a0 = v128.load(pixel + channel);
    const a1 = v128.load(pixel + channel, 16);
    const b0 = v128.load(pixel + 2 * channel);
    const b1 = v128.load(pixel + 2 * channel, 16);
    const x1 = f64x2.add(x0, f64x2.splat(2));
    let nearest0 = f64x2.splat(Infinity);
    let nearest1 = nearest0;
    let label0 = i64x2.splat(0);
    let label1 = label0;
    for (let lane = lanes; lane < end; lane += LANE) {
      const distance0 = distance(lane, x0, l0, a0, b0, nearness);
      const distance1 = distance(lane, x1, l1, a1, b1, nearness);
      const number = v128.load64_splat(lane, 40);
      label0 = v128.bitselect(number, label0, f64x2.lt(distance0, nearest0));
      label1 = v128.bitselect(number, label1, f64x2.lt(distance1, nearest1));
      nearest0 = f64x2.pmin(nearest0, distance0);
      nearest1 = f64x2.pmin(nearest1, distance1);
    }
    const four = i32x4.shuffle(label0, label1, 0, 2, 4, 6);
    const at = labels + (i << 2);
    changes = v128.or(changes, v128.xor(v128.load(at), four));
    v128.store(at, four);
    x0 = f64x2.add(x1, f64x2.splat(2));
  }
  return v128.any_true(changes);
}

// @ts-expect-error: decorator
@inline
function distance(lane: usize, x: v128, l: v128, a: v128, b: v128, nearness: v128): v128 {
  const dx = f64x2.sub(v128.load64_splat(lane), x);
  const dl = f64x2.sub(l, v128.load64_splat(lane, 8));
  const da = f64x2.sub(a, v128.load64_splat(lane, 16));
  const db = f64x2.sub(b, v128.load64_splat(lane, 24));
  const near = f64x2.mul(f64x2.add(v128.load64_splat(lane, 48), f64x2.mul(dx, dx)), nearness);
  const colour = f64x2.add(f64x2.add(f64x2.mul(dl, dl), f64x2.mul(da, da)), f64x2.mul(db, db));
  return f64x2.add(near, f64x2.div(colour, v128.load64_splat(lane, 32)));
}
