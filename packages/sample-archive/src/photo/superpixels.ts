import type { LabelImage } from "@isic/core-wasm";
import type { Picture } from "../source.ts";

const WANTED = 1000;
const ROUNDS = 2;

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

/** Red, green, blue of each pixel averaged over a square around it, so that noise draws no borders. */
function soften({ width, height, data }: Picture): Float32Array {
  const line = new Float32Array(width * height * 3);
  const out = new Float32Array(width * height * 3);
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      slide(
        width,
        (x) => data[4 * (y * width + x) + c]!,
        (x, mean) => {
          line[3 * (y * width + x) + c] = mean;
        },
      );
    }
  }
  for (let i = 0; i < 3 * width; i++) {
    slide(
      height,
      (y) => line[y * 3 * width + i]!,
      (y, mean) => {
        out[y * 3 * width + i] = mean;
      },
    );
  }
  return out;
}

const REACH = 2;

/** A moving mean; beyond the ends the last value goes on. */
function slide(length: number, read: (at: number) => number, write: (at: number, mean: number) => void): void {
  const last = length - 1;
  let sum = read(0) * (REACH + 1);
  for (let d = 0; d < REACH; d++) sum += read(Math.min(last, d));
  for (let at = 0; at < length; at++) {
    sum += read(Math.min(last, at + REACH)) - read(Math.max(0, at - REACH - 1));
    write(at, sum / (2 * REACH + 1));
  }
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
  const grid = { colours, width, height, columns, rows, seeds, out: new Int32Array(width * height) };
  // seeds settle on every other pixel of every other row; only the last round looks at all of them
  for (let round = 0; round < ROUNDS; round++) settle(grid, nearestSeeds(grid, 2), 2);
  return nearestSeeds(grid, 1);
}

interface Grid {
  readonly colours: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** Per seed: x, y, red, green, blue. */
  readonly seeds: Float64Array;
  readonly out: Int32Array;
}

/** For every `stride`th pixel: the best of the nine seeds around its cell of the grid. */
function nearestSeeds({ colours, width, height, columns, rows, seeds, out }: Grid, stride: number): Int32Array {
  const spread = 26 / Math.max(width / columns, height / rows);
  for (let y = 0; y < height; y += stride) {
    const row = Math.min(rows - 1, Math.floor((y * rows) / height));
    const [top, bottom] = [Math.max(0, row - 1), Math.min(rows - 1, row + 1)];
    for (let x = 0; x < width; x += stride) {
      const column = Math.min(columns - 1, Math.floor((x * columns) / width));
      const left = Math.max(0, column - 1);
      const right = Math.min(columns - 1, column + 1);
      const at = y * width + x;
      const r = colours[3 * at]!;
      const g = colours[3 * at + 1]!;
      const b = colours[3 * at + 2]!;
      let best = Number.POSITIVE_INFINITY;
      let label = 0;
      for (let j = top; j <= bottom; j++) {
        for (let i = left; i <= right; i++) {
          const s = (j * columns + i) * 5;
          const dx = (x - seeds[s]!) * spread;
          const dy = (y - seeds[s + 1]!) * spread;
          const near = dx * dx + dy * dy;
          if (near >= best) continue;
          const dr = r - seeds[s + 2]!;
          const dg = g - seeds[s + 3]!;
          const db = b - seeds[s + 4]!;
          const distance = near + dr * dr + dg * dg + db * db;
          if (distance < best) {
            best = distance;
            label = j * columns + i;
          }
        }
      }
      out[at] = label;
    }
  }
  return out;
}

/** Moves every seed to the mean place and colour of its pixels. */
function settle({ colours, width, height, columns, rows, seeds }: Grid, labels: Int32Array, stride: number): void {
  const sums = new Float64Array(columns * rows * 6);
  for (let y = 0; y < height; y += stride) {
    for (let x = 0; x < width; x += stride) {
      const at = y * width + x;
      const t = labels[at]! * 6;
      sums[t]! += x;
      sums[t + 1]! += y;
      sums[t + 2]! += colours[3 * at]!;
      sums[t + 3]! += colours[3 * at + 1]!;
      sums[t + 4]! += colours[3 * at + 2]!;
      sums[t + 5]! += 1;
    }
  }
  for (let k = 0; k < columns * rows; k++) {
    const count = sums[k * 6 + 5]!;
    if (count > 0) for (let c = 0; c < 5; c++) seeds[k * 5 + c] = sums[k * 6 + c]! / count;
  }
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
