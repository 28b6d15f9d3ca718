// Paint on pixels that are listed in ascending order, in runs of mostly ten to a hundred.

/**
 * Makes the listed pixels (i32) one colour. `pattern` has 64 bytes: that colour from byte 0 on for 48 bytes, then the 16 bytes
 * that any run of it ends with. Reads up to 16 bytes behind the list.
 */
export function fillPixels(picture: usize, channels: usize, pixels: usize, pixelsEnd: usize, pattern: usize): void {
  while (pixels < pixelsEnd) {
    const left = (pixelsEnd - pixels) >> 2;
    const length = min(runLength(pixels, left), left);
    const at = picture + <usize>load<u32>(pixels) * channels;
    fillRun(at, at + length * channels, pattern);
    pixels += length << 2;
  }
}

/** How many pixels from here on follow one another; may count up to three behind the list. */
// @ts-expect-error: decorator
@inline
function runLength(pixels: usize, left: usize): usize {
  const first = load<i32>(pixels);
  let length: usize = 1;
  if (ASC_FEATURE_SIMD) {
    let next = i32x4.add(i32x4.splat(first), i32x4(1, 2, 3, 4));
    while (length < left) {
      const same = i32x4.bitmask(i32x4.eq(v128.load(pixels + (length << 2)), next));
      if (same != 15) return length + <usize>ctz(~same);
      next = i32x4.add(next, i32x4.splat(4));
      length += 4;
    }
  } else {
    while (length < left && load<i32>(pixels + (length << 2)) == first + <i32>length) length++;
  }
  return length;
}

// @ts-expect-error: decorator
@inline
function fillRun(at: usize, end: usize, pattern: usize): void {
  if (ASC_FEATURE_SIMD) {
    if (at + 16 <= end) {
      const first = v128.load(pattern);
      const second = v128.load(pattern, 16);
      const third = v128.load(pattern, 32);
      for (; at + 48 <= end; at += 48) {
        v128.store(at, first);
        v128.store(at, second, 16);
        v128.store(at, third, 32);
      }
      if (at + 16 <= end) v128.store(at, first);
      if (at + 32 <= end) v128.store(at, second, 16);
      v128.store(end - 16, v128.load(pattern, 48));
      return;
    }
  }
  for (let from = pattern; at < end; at++, from++) {
    if (from == pattern + 48) from = pattern;
    store<u8>(at, load<u8>(from));
  }
}

/** Replaces each byte of the listed pixels (i32) by what a table of 256 bytes per channel says. */
export function blendPixels(picture: usize, channels: usize, pixels: usize, pixelsEnd: usize, table: usize): void {
  for (; pixels < pixelsEnd; pixels += 4) {
    const at = picture + <usize>load<u32>(pixels) * channels;
    const red = load<u8>(table + <usize>load<u8>(at));
    const green = load<u8>(table + <usize>load<u8>(at, 1), 256);
    const blue = load<u8>(table + <usize>load<u8>(at, 2), 512);
    store<u8>(at, red);
    store<u8>(at, green, 1);
    store<u8>(at, blue, 2);
    if (channels == 4) store<u8>(at, load<u8>(table + <usize>load<u8>(at, 3), 768), 3);
  }
}
