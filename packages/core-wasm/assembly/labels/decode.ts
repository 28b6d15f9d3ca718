// label = R + 256 G + 65536 B: four pixels are one shuffle of sixteen bytes.

const RGB_BITS: i32 = 0xffffff;

/** Decodes `count` RGB pixels into i32 labels; returns the largest. */
export function decodeRgb(rgb: usize, labels: usize, count: i32): i32 {
  let largest: i32 = 0;
  let at: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    let most = i32x4.splat(0);
    // Four pixels take 12 of the 16 bytes loaded; the last ones are left to the loop below, so nothing is read beyond the end.
    for (; at + 18 <= count; at += 16, rgb += 48, labels += 64) {
      const a = fourRgb(rgb, 0);
      const b = fourRgb(rgb, 12);
      const c = fourRgb(rgb, 24);
      const d = fourRgb(rgb, 36);
      v128.store(labels, a);
      v128.store(labels, b, 16);
      v128.store(labels, c, 32);
      v128.store(labels, d, 48);
      most = i32x4.max_u(most, i32x4.max_u(i32x4.max_u(a, b), i32x4.max_u(c, d)));
    }
    largest = lanesMax(most);
  }
  for (; at < count; at++, rgb += 3, labels += 4) {
    const label = <i32>load<u8>(rgb) | (<i32>load<u8>(rgb, 1) << 8) | (<i32>load<u8>(rgb, 2) << 16);
    store<i32>(labels, label);
    largest = max(largest, label);
  }
  return largest;
}

// @ts-expect-error: decorator
@inline
function fourRgb(rgb: usize, offset: usize): v128 {
  const bytes = v128.load(rgb + offset);
  // A shuffle of one vector and a mask: engines turn it into one instruction each, a shuffle of two takes several.
  const spread = i8x16.shuffle(bytes, bytes, 0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11);
  return v128.and(spread, i32x4.splat(RGB_BITS));
}

/** Decodes `count` RGBA pixels into i32 labels, without their alpha; returns the largest. */
export function decodeRgba(rgba: usize, labels: usize, count: i32): i32 {
  let largest: i32 = 0;
  let at: i32 = 0;
  if (ASC_FEATURE_SIMD) {
    const bits = i32x4.splat(RGB_BITS);
    let most = i32x4.splat(0);
    for (; at + 8 <= count; at += 8, rgba += 32, labels += 32) {
      const a = v128.and(v128.load(rgba), bits);
      const b = v128.and(v128.load(rgba, 16), bits);
      v128.store(labels, a);
      v128.store(labels, b, 16);
      most = i32x4.max_u(most, i32x4.max_u(a, b));
    }
    largest = lanesMax(most);
  }
  for (; at < count; at++, rgba += 4, labels += 4) {
    const label = load<i32>(rgba) & RGB_BITS;
    store<i32>(labels, label);
    largest = max(largest, label);
  }
  return largest;
}

// @ts-expect-error: decorator
@inline
function lanesMax(v: v128): i32 {
  return max(
    max(i32x4.extract_lane(v, 0), i32x4.extract_lane(v, 1)),
    max(i32x4.extract_lane(v, 2), i32x4.extract_lane(v, 3)),
  );
}
