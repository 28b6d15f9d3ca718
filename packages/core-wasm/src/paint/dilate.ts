/** Ones grow by a pixel in each of four directions. */
export function dilate(ones: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(ones);
  for (let i = 0, x = 0; i < ones.length; i++) {
    if (ones[i] === 1) {
      if (x > 0) grown[i - 1] = 1;
      if (x + 1 < width) grown[i + 1] = 1;
      if (i >= width) grown[i - width] = 1;
      if (i + width < ones.length) grown[i + width] = 1;
    }
    if (++x === width) x = 0;
  }
  return grown;
}
