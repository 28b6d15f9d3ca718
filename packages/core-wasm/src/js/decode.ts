/** Labels of RGB or RGBA pixels, one at a time; returns the largest. */
export function decodePixels(pixels: Uint8Array, channels: 3 | 4, labels: Int32Array): number {
  let largest = 0;
  for (let i = 0, at = 0; i < labels.length; i++, at += channels) {
    const label = pixels[at]! | (pixels[at + 1]! << 8) | (pixels[at + 2]! << 16);
    labels[i] = label;
    if (label > largest) largest = label;
  }
  return largest;
}
