// What one writes without the package: loops in JavaScript over the pixels of another decoder.

export function decodeLoop(pixels, channels, width, height) {
  const data = new Int32Array(width * height);
  let largest = 0;
  for (let i = 0, at = 0; i < data.length; i++, at += channels) {
    const label = pixels[at] | (pixels[at + 1] << 8) | (pixels[at + 2] << 16);
    data[i] = label;
    if (label > largest) largest = label;
  }
  return { width, height, data, count: largest + 1 };
}

export function mapLoop({ width, height, data, count }) {
  const offsets = new Uint32Array(count + 1);
  const pixels = new Uint32Array(data.length);
  for (let i = 0; i < data.length; i++) offsets[data[i] + 1]++;
  for (let row = 0; row < count; row++) offsets[row + 1] += offsets[row];
  const next = offsets.slice();
  for (let i = 0; i < data.length; i++) pixels[next[data[i]]++] = i;
  return { width, height, count, offsets, pixels };
}
