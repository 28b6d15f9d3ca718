/** From coefficients to samples of full size, by the very integers of libjpeg's default decoder. */
import type { Plane } from "./coefficients.ts";
import { JpegError } from "./header.ts";

/**
 * The samples of a component, one for each pixel of the picture.
 *
 * @returns `width * height` bytes
 * @throws JpegError for sampling factors of which libjpeg makes no whole steps
 */
export function samplesOf(plane: Plane, largestH: number, largestV: number, width: number, height: number): Uint8Array {
  if (largestH % plane.h !== 0 || largestV % plane.v !== 0)
    throw new JpegError(`it is a JPEG with a component of ${plane.h}x${plane.v} beside one of ${largestH}x${largestV}`);
  const small = inverseTransform(plane);
  return enlarge(small, plane, largestH / plane.h, largestV / plane.v, width, height);
}

// The constants of the 8-point inverse cosine transform of Loeffler, Ligtenberg and Moschytz (ICASSP 1989), times 2^13.
const C0_298631336 = 2446;
const C0_390180644 = 3196;
const C0_541196100 = 4433;
const C0_765366865 = 6270;
const C0_899976223 = 7373;
const C1_175875602 = 9633;
const C1_501321110 = 12299;
const C1_847759065 = 15137;
const C1_961570560 = 16069;
const C2_053119869 = 16819;
const C2_562915447 = 20995;
const C3_072711026 = 25172;

/** Two bits more are kept between the passes, as in libjpeg's accurate integer transform. */
const FIRST_SHIFT = 13 - 2;
const SECOND_SHIFT = 13 + 2 + 3;

/** Samples of all blocks; rows of `8 * blocksPerRow`. */
function inverseTransform({ data, blocksPerRow, rows, steps }: Plane): Uint8Array {
  const stride = blocksPerRow * 8;
  const out = new Uint8Array(stride * rows * 8);
  const block = new Int32Array(64);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < blocksPerRow; column++, at += 64) {
      for (let i = 0; i < 64; i++) block[i] = data[at + i]! * steps![i]!;
      for (let i = 0; i < 8; i++) pass(block, i, 8, FIRST_SHIFT);
      for (let i = 0; i < 64; i += 8) pass(block, i, 1, SECOND_SHIFT);
      for (let y = 0; y < 8; y++) {
        const to = (row * 8 + y) * stride + column * 8;
        for (let x = 0; x < 8; x++) out[to + x] = clamp(block[y * 8 + x]! + 128);
      }
    }
  }
  return out;
}

/** One line of eight values, `step` apart, in place. */
function pass(v: Int32Array, at: number, step: number, shift: number): void {
  const i1 = at + step;
  const i2 = i1 + step;
  const i3 = i2 + step;
  const i4 = i3 + step;
  const i5 = i4 + step;
  const i6 = i5 + step;
  const i7 = i6 + step;
  const round = 1 << (shift - 1);

  const even = Math.imul(v[i2]! + v[i6]!, C0_541196100);
  const even2 = even - Math.imul(v[i6]!, C1_847759065);
  const even3 = even + Math.imul(v[i2]!, C0_765366865);
  const sum = (v[at]! + v[i4]!) << 13;
  const difference = (v[at]! - v[i4]!) << 13;
  const a0 = sum + even3;
  const a3 = sum - even3;
  const a1 = difference + even2;
  const a2 = difference - even2;

  const odd0 = v[i7]!;
  const odd1 = v[i5]!;
  const odd2 = v[i3]!;
  const odd3 = v[i1]!;
  const all = Math.imul(odd0 + odd2 + odd1 + odd3, C1_175875602);
  const z1 = -Math.imul(odd0 + odd3, C0_899976223);
  const z2 = -Math.imul(odd1 + odd2, C2_562915447);
  const z3 = all - Math.imul(odd0 + odd2, C1_961570560);
  const z4 = all - Math.imul(odd1 + odd3, C0_390180644);
  const b0 = Math.imul(odd0, C0_298631336) + z1 + z3;
  const b1 = Math.imul(odd1, C2_053119869) + z2 + z4;
  const b2 = Math.imul(odd2, C3_072711026) + z2 + z3;
  const b3 = Math.imul(odd3, C1_501321110) + z1 + z4;

  v[at] = (a0 + b3 + round) >> shift;
  v[i7] = (a0 - b3 + round) >> shift;
  v[i1] = (a1 + b2 + round) >> shift;
  v[i6] = (a1 - b2 + round) >> shift;
  v[i2] = (a2 + b1 + round) >> shift;
  v[i5] = (a2 - b1 + round) >> shift;
  v[i3] = (a3 + b0 + round) >> shift;
  v[i4] = (a3 - b0 + round) >> shift;
}

export function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 255);
}

/**
 * By triangles where a side is doubled (three parts of the nearer sample, one of the farther), by repetition else:
 * libjpeg's "fancy" rule, with its rounding, which differs between left and right so that no shade is preferred.
 */
function enlarge(
  small: Uint8Array,
  plane: Plane,
  acrossBy: number,
  downBy: number,
  width: number,
  height: number,
): Uint8Array {
  const stride = plane.blocksPerRow * 8;
  const isSmooth = acrossBy <= 2 && downBy <= 2 && (acrossBy === 1 || plane.width > 2);
  const out = new Uint8Array(width * height);
  const sums = new Int32Array(plane.width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / downBy);
    const line = out.subarray(y * width, (y + 1) * width);
    if (!isSmooth || (acrossBy === 1 && downBy === 1)) {
      for (let x = 0; x < width; x++) line[x] = small[row * stride + Math.floor(x / acrossBy)]!;
      continue;
    }
    if (downBy === 1) {
      for (let x = 0; x < plane.width; x++) sums[x] = small[row * stride + x]!;
      doubleLine(line, sums, plane.width, 1, 2, 2);
      continue;
    }
    const isUpper = y % 2 === 0;
    const other = Math.min(Math.max(row + (isUpper ? -1 : 1), 0), plane.height - 1);
    for (let x = 0; x < plane.width; x++) sums[x] = 3 * small[row * stride + x]! + small[other * stride + x]!;
    if (acrossBy === 2) doubleLine(line, sums, plane.width, 8, 7, 4);
    else for (let x = 0; x < width; x++) line[x] = (sums[x]! + (isUpper ? 1 : 2)) >> 2;
  }
  return out;
}

/** Twice as many samples: of left and right neighbours, the rounding of each, and the bits that go. */
function doubleLine(line: Uint8Array, v: Int32Array, count: number, left: number, right: number, shift: number): void {
  for (let x = 0; x < line.length; x++) {
    const i = x >> 1;
    const isLeft = (x & 1) === 0;
    const beside = isLeft ? i - 1 : i + 1;
    const neighbour = beside < 0 || beside >= count ? v[i]! : v[beside]!;
    line[x] = (3 * v[i]! + neighbour + (isLeft ? left : right)) >> shift;
  }
}
