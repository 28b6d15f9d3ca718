// Bytes to Lab, blurred along the rows.
import { Job, mirror, rowBytes } from "./job";

/** The smallest byte of the colours in the rows `from` to `to`, plus 256 times the largest. Alpha is no colour. */
export function extremes(job: Job, from: i32, to: i32): i32 {
  const row = <usize>job.width * <usize>job.channels;
  const bytes = job.labels + <usize>from * row;
  const size = <usize>(to - from) * row;
  const alpha = job.channels == 4;
  let least = 255;
  let most = 0;
  let i: usize = 0;
  if (ASC_FEATURE_SIMD) {
    // The first three lanes of each pixel count; in grey and RGB pictures all do.
    const dark = alpha ? i32x4.splat(0xff00_0000) : i32x4.splat(0);
    const bright = alpha ? i32x4.splat(0x00ff_ffff) : i32x4.splat(-1);
    let low = i8x16.splat(-1);
    let high = i8x16.splat(0);
    for (; i + 16 <= size; i += 16) {
      const v = v128.load(bytes + i);
      low = i8x16.min_u(low, v128.or(v, dark));
      high = i8x16.max_u(high, v128.and(v, bright));
    }
    for (let lane = 0; lane < 16; lane++) {
      least = min<i32>(least, i8x16.extract_lane_u(low, 0));
      most = max<i32>(most, i8x16.extract_lane_u(high, 0));
      low = i8x16.shuffle(low, low, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
      high = i8x16.shuffle(high, high, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0);
    }
  }
  for (; i < size; i++) {
    if (alpha && (i & 3) == 3) continue;
    const value = <i32>load<u8>(bytes + i);
    least = min(least, value);
    most = max(most, value);
  }
  return least | (most << 8);
}

/** Rows `from` to `to` of the picture to Lab, blurred along the rows. `scratch`: 3 (pitch + 2 radius + 2) numbers. */
export function convertRows(job: Job, from: i32, to: i32, scratch: usize): void {
  const lead = <usize>((job.radius + 1) & ~1) << 3; // keeps the line aligned
  const lineBytes = (<usize>job.pitch << 3) + (lead << 1);
  for (let y = from; y < to; y++) {
    const row = job.lab + <usize>y * rowBytes(job);
    labLine(job, y, scratch + lead, lineBytes);
    for (let channel: usize = 0; channel < 3; channel++) {
      const line = scratch + channel * lineBytes + lead;
      mirrorEnds(line, job.width, job.radius);
      blurLine(job, line, row + channel * (<usize>job.pitch << 3));
    }
  }
}

/** One row of bytes to three lines of Lab, `lineBytes` apart. The constants are explained in src/kernels/slic-js.ts. */
function labLine(job: Job, y: i32, line: usize, lineBytes: usize): void {
  const width = job.width;
  const channels = <usize>job.channels;
  const green: usize = channels == 1 ? 0 : 1;
  const blue: usize = channels == 1 ? 0 : 2;
  const light = job.light;
  let pixel = job.labels + <usize>y * <usize>width * channels;
  if (ASC_FEATURE_SIMD) {
    for (let x = 0; x < width; x += 2) {
      // The second of the last pair of an odd row is the first again.
      const next = x + 1 < width ? pixel + channels : pixel;
      const r = pair(light, pixel, next);
      const g = pair(light, pixel + green, next + green);
      const b = pair(light, pixel + blue, next + blue);
      const fx = curve2(f64x2.div(mix2(r, g, b, 0.412453, 0.35758, 0.180423), f64x2.splat(0.95047)));
      const fy = curve2(mix2(r, g, b, 0.212671, 0.71516, 0.072169));
      const fz = curve2(f64x2.div(mix2(r, g, b, 0.019334, 0.119193, 0.950227), f64x2.splat(1.08883)));
      const to = line + (<usize>x << 3);
      v128.store(to, f64x2.sub(f64x2.mul(f64x2.splat(116), fy), f64x2.splat(16)));
      v128.store(to + lineBytes, f64x2.mul(f64x2.splat(500), f64x2.sub(fx, fy)));
      v128.store(to + (lineBytes << 1), f64x2.mul(f64x2.splat(200), f64x2.sub(fy, fz)));
      pixel = next + channels;
    }
  } else {
    for (let x = 0; x < width; x++, pixel += channels) {
      const r = lightOf(light, pixel);
      const g = lightOf(light, pixel + green);
      const b = lightOf(light, pixel + blue);
      const fx = curve((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.95047);
      const fy = curve(0.212671 * r + 0.71516 * g + 0.072169 * b);
      const fz = curve((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.08883);
      const to = line + (<usize>x << 3);
      store<f64>(to, 116 * fy - 16);
      store<f64>(to + lineBytes, 500 * (fx - fy));
      store<f64>(to + (lineBytes << 1), 200 * (fy - fz));
    }
  }
}

// @ts-expect-error: decorator
@inline
function lightOf(light: usize, byte: usize): f64 {
  return load<f64>(light + (<usize>load<u8>(byte) << 3));
}

// @ts-expect-error: decorator
@inline
function pair(light: usize, first: usize, second: usize): v128 {
  const low = v128.load64_zero(light + (<usize>load<u8>(first) << 3));
  return v128.load64_lane(light + (<usize>load<u8>(second) << 3), low, 1);
}

// @ts-expect-error: decorator
@inline
function mix2(r: v128, g: v128, b: v128, x: f64, y: f64, z: f64): v128 {
  const redGreen = f64x2.add(f64x2.mul(f64x2.splat(x), r), f64x2.mul(f64x2.splat(y), g));
  return f64x2.add(redGreen, f64x2.mul(f64x2.splat(z), b));
}

function curve(t: f64): f64 {
  return t > 0.008856 ? cbrt(t) : 7.787 * t + 16.0 / 116.0;
}

// @ts-expect-error: decorator
@inline
function curve2(t: v128): v128 {
  const straight = f64x2.add(f64x2.mul(f64x2.splat(7.787), t), f64x2.splat(16.0 / 116.0));
  return v128.bitselect(cbrt2(t), straight, f64x2.gt(t, f64x2.splat(0.008856)));
}

/** Cube root for 0.008 < x < 2: a third of the exponent as a guess (3 % off), then Halley's step twice: 2e-14. */
function cbrt(x: f64): f64 {
  const bits = <i32>(<f32>reinterpret<i32>(<f32>x) * (<f32>(1.0 / 3.0)));
  const guess = <f64>reinterpret<f32>(bits + 0x2a51_19f2);
  return halley(halley(guess, x), x);
}

// @ts-expect-error: decorator
@inline
function halley(root: f64, x: f64): f64 {
  const cube = root * root * root;
  return (root * (cube + (x + x))) / (cube + cube + x);
}

// @ts-expect-error: decorator
@inline
function cbrt2(x: v128): v128 {
  const third = f32x4.mul(f32x4.convert_i32x4_s(f32x4.demote_f64x2_zero(x)), f32x4.splat(<f32>(1.0 / 3.0)));
  const bits = i32x4.add(i32x4.trunc_sat_f32x4_s(third), i32x4.splat(0x2a51_19f2));
  return halley2(halley2(f64x2.promote_low_f32x4(bits), x), x);
}

// @ts-expect-error: decorator
@inline
function halley2(root: v128, x: v128): v128 {
  const cube = f64x2.mul(f64x2.mul(root, root), root);
  const above = f64x2.mul(root, f64x2.add(cube, f64x2.add(x, x)));
  return f64x2.div(above, f64x2.add(f64x2.add(cube, cube), x));
}

/** Extends a line of `width` numbers by `radius` on both sides. */
function mirrorEnds(line: usize, width: i32, radius: i32): void {
  for (let i = 1; i <= radius; i++) {
    store<f64>(line - (<usize>i << 3), load<f64>(line + (<usize>mirror(-i, width) << 3)));
    const after = width - 1 + i;
    store<f64>(line + (<usize>after << 3), load<f64>(line + (<usize>mirror(after, width) << 3)));
  }
}

/** Blurs a line, adding from the outermost pair inwards, and fills the row up to the pitch with its last number. */
function blurLine(job: Job, line: usize, to: usize): void {
  const radius = <usize>job.radius << 3;
  const full = <usize>job.pitch << 3;
  const end = <usize>job.width << 3;
  for (let x: usize = 0; x < full; x += 64) {
    // Beyond the edge this reads and writes what is replaced below.
    if (ASC_FEATURE_SIMD) blurEight(line + x, radius, job.weights, to + x);
    else blurEach(line + x, radius, job.weights, to + x);
  }
  const last = load<f64>(to + end - 8);
  for (let x = end; x < full; x += 8) store<f64>(to + x, last);
}

// @ts-expect-error: decorator
@inline
function blurEight(from: usize, radius: usize, weights: usize, to: usize): void {
  const centre = v128.load64_splat(weights);
  let sum0 = f64x2.mul(v128.load(from), centre);
  let sum1 = f64x2.mul(v128.load(from, 16), centre);
  let sum2 = f64x2.mul(v128.load(from, 32), centre);
  let sum3 = f64x2.mul(v128.load(from, 48), centre);
  for (let j = radius; j > 0; j -= 8) {
    const weight = v128.load64_splat(weights + j);
    const left = from - j;
    const right = from + j;
    sum0 = f64x2.add(sum0, f64x2.mul(f64x2.add(v128.load(left), v128.load(right)), weight));
    sum1 = f64x2.add(sum1, f64x2.mul(f64x2.add(v128.load(left, 16), v128.load(right, 16)), weight));
    sum2 = f64x2.add(sum2, f64x2.mul(f64x2.add(v128.load(left, 32), v128.load(right, 32)), weight));
    sum3 = f64x2.add(sum3, f64x2.mul(f64x2.add(v128.load(left, 48), v128.load(right, 48)), weight));
  }
  v128.store(to, sum0);
  v128.store(to, sum1, 16);
  v128.store(to, sum2, 32);
  v128.store(to, sum3, 48);
}

// @ts-expect-error: decorator
@inline
function blurEach(from: usize, radius: usize, weights: usize, to: usize): void {
  for (let at = from; at < from + 64; at += 8, to += 8) {
    let sum = load<f64>(at) * load<f64>(weights);
    for (let j = radius; j > 0; j -= 8) sum += (load<f64>(at - j) + load<f64>(at + j)) * load<f64>(weights + j);
    store<f64>(to, sum);
  }
}
