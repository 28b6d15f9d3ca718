// The arithmetic of PNG's filters on three bytes at once, the fourth being zero.

const LOW_BITS: i32 = 0x7f7f7f;
const HIGH_BITS: i32 = 0x808080;

/** Each byte of a + b, modulo 256. */
export function addBytes(a: i32, b: i32): i32 {
  return ((a & LOW_BITS) + (b & LOW_BITS)) ^ ((a ^ b) & HIGH_BITS);
}

/** Each byte of (a + b) / 2, rounded down. */
export function averageBytes(a: i32, b: i32): i32 {
  return (a & b) + (((a ^ b) >> 1) & LOW_BITS);
}

/** Paeth's choice for each byte: whichever of the three is nearest to left + above - aboveLeft. */
export function paethBytes(left: i32, above: i32, aboveLeft: i32): i32 {
  return (
    paeth(left & 255, above & 255, aboveLeft & 255) |
    (paeth((left >> 8) & 255, (above >> 8) & 255, (aboveLeft >> 8) & 255) << 8) |
    (paeth(left >> 16, above >> 16, aboveLeft >> 16) << 16)
  );
}

function paeth(left: i32, above: i32, aboveLeft: i32): i32 {
  const toLeft = abs(above - aboveLeft);
  const toAbove = abs(left - aboveLeft);
  const toAboveLeft = abs(left + above - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
  return toAbove <= toAboveLeft ? above : aboveLeft;
}
