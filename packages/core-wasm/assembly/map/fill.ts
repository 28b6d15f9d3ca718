// Most runs are shorter than 32 pixels: that many are written without asking, because a guess at the length would often fail.

/** Behind what is asked for, up to so many bytes are overwritten. */
export const SPILL: usize = 128;

/** The same label `length` times. */
// @ts-expect-error: decorator
@inline
export function fill(labels: usize, label: i32, length: i32): void {
  const end = labels + (<usize>length << 2);
  if (ASC_FEATURE_SIMD) {
    const four = i32x4.splat(label);
    do {
      v128.store(labels, four);
      v128.store(labels, four, 16);
      v128.store(labels, four, 32);
      v128.store(labels, four, 48);
      v128.store(labels, four, 64);
      v128.store(labels, four, 80);
      v128.store(labels, four, 96);
      v128.store(labels, four, 112);
      labels += 128;
    } while (labels < end);
  } else {
    for (; labels < end; labels += 4) store<i32>(labels, label);
  }
}

/** start, start + 1, start + 2, ... */
// @ts-expect-error: decorator
@inline
export function count(numbers: usize, start: i32, length: i32): void {
  const end = numbers + (<usize>length << 2);
  if (ASC_FEATURE_SIMD) {
    let next = i32x4.add(i32x4.splat(start), i32x4(0, 1, 2, 3));
    do {
      v128.store(numbers, next);
      v128.store(numbers, i32x4.add(next, i32x4.splat(4)), 16);
      v128.store(numbers, i32x4.add(next, i32x4.splat(8)), 32);
      v128.store(numbers, i32x4.add(next, i32x4.splat(12)), 48);
      v128.store(numbers, i32x4.add(next, i32x4.splat(16)), 64);
      v128.store(numbers, i32x4.add(next, i32x4.splat(20)), 80);
      v128.store(numbers, i32x4.add(next, i32x4.splat(24)), 96);
      v128.store(numbers, i32x4.add(next, i32x4.splat(28)), 112);
      next = i32x4.add(next, i32x4.splat(32));
      numbers += 128;
    } while (numbers < end);
  } else {
    for (; numbers < end; numbers += 4) store<i32>(numbers, start++);
  }
}
