// Pixels in linear memory: pointers and numbers in, numbers out. The wrapper in src/ owns the memory.

/** The label of one RGB pixel at `rgb`: R + 256 G + 65536 B. */
// @ts-expect-error: decorator
@inline
function labelAt(rgb: usize): i32 {
  return <i32>load<u8>(rgb) | (<i32>load<u8>(rgb, 1) << 8) | (<i32>load<u8>(rgb, 2) << 16);
}

/** Decodes `pixels` RGB pixels at `rgb` into i32 labels at `labels`; returns the largest label. */
export function decodeRgb(rgb: usize, labels: usize, pixels: i32): i32 {
  let largest = 0;
  for (let i = 0; i < pixels; i++) {
    const label = labelAt(rgb + i * 3);
    store<i32>(labels + (<usize>i << 2), label);
    largest = max(largest, label);
  }
  return largest;
}
