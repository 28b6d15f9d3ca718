import type { LabelImage } from "@isic/core-wasm";
import type { Picture } from "../source.ts";

const WANTED = 1000;
const ROUNDS = 3;

/**
 * About a thousand regions that follow the picture's colours: seeds on a grid, a few rounds of the nearest of nine seeds
 * by colour and place, then one 4-connected region per label, numbered in raster order.
 * Quick on purpose; the archive's exact recipe is `@isic/core-wasm/slic`.
 */
export function partition(picture: Picture): LabelImage {
  const { width, height } = picture;
  const step = Math.sqrt((width * height) / WANTED);
  const columns = Math.max(1, Math.round(width / step));
  const rows = Math.max(1, Math.round(height / step));
  const colours = soften(picture);
  const nearest = assign(colours, width, height, columns, rows);
  return connect(nearest, width, height, Math.max(1, Math.floor((0.5 * width * height) / (columns * rows))));
}

/** Red, green, blue of each pixel averaged over its neighbourhood, so that noise draws no borders. */
function soften({ width, height, data }: Picture): Float32Array {
  const out = new Float32Array(width * height * 3);
  const line = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let d = -2; d <= 2; d++) sum += data[4 * (y * width + Math.min(width - 1, Math.max(0, x + d))) + c]!;
        line[3 * (y * width + x) + c] = sum / 5;
      }
    }
  }
  const stride = 3 * width;
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < stride; i++) {
      let sum = 0;
      for (let d = -2; d <= 2; d++) sum += line[Math.min(height - 1, Math.max(0, y + d)) * stride + i]!;
      out[y * stride + i] = sum / 5;
    }
  }
  return out;
}

/** The number of the seed that is nearest to each pixel. */
function assign(colours: Float32Array, width: number, height: number, columns: number, rows: number): Int32Array {
  const seeds = new Float64Array(columns * rows * 5);
  const [cw, ch] = [width / columns, height / rows];
  for (let k = 0; k < columns * rows; k++) {
    const x = ((k % columns) + 0.5) * cw;
    const y = (Math.floor(k / columns) + 0.5) * ch;
    const at = 3 * (Math.floor(y) * width + Math.floor(x));
    seeds.set([x, y, colours[at]!, colours[at + 1]!, colours[at + 2]!], k * 5);
  }
  const out = new Int32Array(width * height);
  const spread = 26 / Math.max(cw, ch);
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(columns * rows * 6);
    for (let y = 0; y < height; y++) {
      const row = Math.min(rows - 1, Math.floor(y / ch));
      for (let x = 0; x < width; x++) {
        const column = Math.min(columns - 1, Math.floor(x / cw));
        const at = y * width + x;
        const [r, g, b] = [colours[3 * at]!, colours[3 * at + 1]!, colours[3 * at + 2]!];
        let best = Number.POSITIVE_INFINITY;
        let label = 0;
        for (let j = Math.max(0, row - 1); j <= Math.min(rows - 1, row + 1); j++) {
          for (let i = Math.max(0, column - 1); i <= Math.min(columns - 1, column + 1); i++) {
            const s = (j * columns + i) * 5;
            const dx = (x - seeds[s]!) * spread;
            const dy = (y - seeds[s + 1]!) * spread;
            const dr = r - seeds[s + 2]!;
            const dg = g - seeds[s + 3]!;
            const db = b - seeds[s + 4]!;
            const distance = dx * dx + dy * dy + dr * dr + dg * dg + db * db;
            if (distance < best) {
              best = distance;
              label = j * columns + i;
            }
          }
        }
        out[at] = label;
        const t = label * 6;
        sums[t]! += x;
        sums[t + 1]! += y;
        sums[t + 2]! += r;
        sums[t + 3]! += g;
        sums[t + 4]! += b;
        sums[t + 5]! += 1;
      }
    }
    for (let k = 0; k < columns * rows; k++) {
      const count = sums[k * 6 + 5]!;
      if (count > 0) for (let c = 0; c < 5; c++) seeds[k * 5 + c] = sums[k * 6 + c]! / count;
    }
  }
  return out;
}

/** Floods in raster order; a piece below `smallest` joins the labelled piece beside it. */
function connect(nearest: Int32Array, width: number, height: number, smallest: number): LabelImage {
  const data = new Int32Array(width * height).fill(-1);
  const queue = new Int32Array(width * height);
  let count = 0;
  for (let start = 0; start < nearest.length; start++) {
    if (data[start] !== -1) continue;
    const seed = nearest[start]!;
    let beside = -1;
    let end = 1;
    queue[0] = start;
    data[start] = count;
    const meet = (at: number) => {
      const label = data[at]!;
      if (label === -1) {
        if (nearest[at] !== seed) return;
        data[at] = count;
        queue[end++] = at;
      } else if (label !== count) beside = label;
    };
    for (let head = 0; head < end; head++) {
      const at = queue[head]!;
      const x = at % width;
      if (x < width - 1) meet(at + 1);
      if (x > 0) meet(at - 1);
      if (at < width * (height - 1)) meet(at + width);
      if (at >= width) meet(at - width);
    }
    if (end < smallest && beside !== -1) for (let i = 0; i < end; i++) data[queue[i]!] = beside;
    else count++;
  }
  return { width, height, data, count };
}
