// Which of 64 pixels (or labels) differ from zero, or from the one before: one bit each, so that the few that matter can be
// visited without looking at the others.

/** Takes the red, green and blue of four pixels into four lanes; a lane index of 255 yields zero. */
// @ts-expect-error: decorator
@inline
function spread(channels: i32): v128 {
  return channels == 3
    ? i8x16(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1)
    : i8x16(0, 1, 2, -1, 4, 5, 6, -1, 8, 9, 10, -1, 12, 13, 14, -1);
}

/** Bit i: pixel i of the 64 at `pixels` is not zero. Reads up to 256 bytes. */
export function changedPixels(pixels: usize, channels: i32): u64 {
  let bits: u64 = 0;
  if (ASC_FEATURE_SIMD) {
    const lanes = spread(channels);
    const step = <usize>channels << 2;
    for (let shift: u64 = 0; shift < 64; shift += 16) {
      const a = i8x16.swizzle(v128.load(pixels), lanes);
      const b = i8x16.swizzle(v128.load(pixels + step), lanes);
      const c = i8x16.swizzle(v128.load(pixels + step * 2), lanes);
      const d = i8x16.swizzle(v128.load(pixels + step * 3), lanes);
      bits |= sixteen(a, b, c, d) << shift;
      pixels += step << 2;
    }
  } else {
    for (let i: u64 = 0; i < 64; i++, pixels += channels) bits |= (<u64>((load<i32>(pixels) & 0xffffff) != 0)) << i;
  }
  return bits;
}

/** Bit i: pixel i of the 64 at `pixels` differs from the one before it. Reads up to 256 bytes, and one pixel before. */
export function unequalPixels(pixels: usize, channels: i32): u64 {
  let bits: u64 = 0;
  if (ASC_FEATURE_SIMD) {
    const lanes = spread(channels);
    const step = <usize>channels << 2;
    for (let shift: u64 = 0; shift < 64; shift += 16) {
      const a = i8x16.swizzle(changeOfFour(pixels, channels), lanes);
      const b = i8x16.swizzle(changeOfFour(pixels + step, channels), lanes);
      const c = i8x16.swizzle(changeOfFour(pixels + step * 2, channels), lanes);
      const d = i8x16.swizzle(changeOfFour(pixels + step * 3, channels), lanes);
      bits |= sixteen(a, b, c, d) << shift;
      pixels += step << 2;
    }
  } else {
    for (let i: u64 = 0; i < 64; i++, pixels += channels) {
      bits |= (<u64>(((load<i32>(pixels) ^ load<i32>(pixels - channels)) & 0xffffff) != 0)) << i;
    }
  }
  return bits;
}

// @ts-expect-error: decorator
@inline
function changeOfFour(pixels: usize, channels: i32): v128 {
  return v128.xor(v128.load(pixels), v128.load(pixels - channels));
}

/** Bit i: label i of the 64 at `labels` differs from the one before it. */
export function unequalLabels(labels: usize): u64 {
  let bits: u64 = 0;
  if (ASC_FEATURE_SIMD) {
    for (let shift: u64 = 0; shift < 64; shift += 16) {
      const a = v128.xor(v128.load(labels), v128.load(labels - 4));
      const b = v128.xor(v128.load(labels, 16), v128.load(labels, 12));
      const c = v128.xor(v128.load(labels, 32), v128.load(labels, 28));
      const d = v128.xor(v128.load(labels, 48), v128.load(labels, 44));
      bits |= sixteen(a, b, c, d) << shift;
      labels += 64;
    }
  } else {
    for (let i: u64 = 0; i < 64; i++, labels += 4) bits |= (<u64>(load<i32>(labels) != load<i32>(labels - 4))) << i;
  }
  return bits;
}

/** Bit i: lane i is not zero. Saturation keeps what is not zero from becoming so. */
// @ts-expect-error: decorator
@inline
function sixteen(a: v128, b: v128, c: v128, d: v128): u64 {
  const bytes = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
  return <u64>(i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(0))) ^ 0xffff);
}
