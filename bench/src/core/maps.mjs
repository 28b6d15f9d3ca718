// Superpixel maps to measure with: real ones where the data folder is, else jittered cells with wiggly edges.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PNG } from "pngjs";

const data = process.env.ISIC_DATA ?? fileURLToPath(new URL("../../../../shared/data/real", import.meta.url));

const SIZES = [
  { width: 1022, height: 767, real: "ISIC_0000000" },
  { width: 2048, height: 1536, real: "ISIC_0000082" },
  { width: 6000, height: 4000 },
];

/** PNG files of three sizes with about 1000 superpixels each, filtered and compressed as libpng's defaults do. */
export function superpixelFiles() {
  return SIZES.map(({ width, height, real }) => {
    const path = `${data}/superpixels/${real}_superpixels.png`;
    if (real !== undefined && existsSync(path)) return { name: `${width}x${height} real`, bytes: readFileSync(path) };
    return { name: `${width}x${height} made`, bytes: encode(cells(width, height, 1000)) };
  });
}

function encode({ width, height, labels }) {
  const rgba = Buffer.from(labels.buffer);
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255;
  const options = { colorType: 2, inputHasAlpha: true, deflateLevel: 6, deflateStrategy: 0 };
  return PNG.sync.write({ width, height, data: rgba }, options);
}

function cells(width, height, wanted) {
  const random = generator(1);
  const step = Math.sqrt((width * height) / wanted);
  const columns = Math.round(width / step);
  const rows = Math.round(height / step);
  const seeds = Array.from({ length: columns * rows }, (_, i) => ({
    x: (((i % columns) + 0.15 + 0.7 * random()) * width) / columns,
    y: ((Math.floor(i / columns) + 0.15 + 0.7 * random()) * height) / rows,
  }));
  const wiggle = smooth(Float64Array.from({ length: 4096 }, () => (random() - 0.5) * (step / 8)));
  const labels = new Int32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const wx = x + wiggle[(y * 5 + (x >> 3)) & 4095];
      const wy = y + wiggle[(x * 5 + (y >> 3)) & 4095];
      labels[i] = nearest(
        seeds,
        columns,
        rows,
        wx,
        wy,
        Math.floor((wx / width) * columns),
        Math.floor((wy / height) * rows),
      );
    }
  }
  return { width, height, labels };
}

function nearest(seeds, columns, rows, x, y, column, row) {
  let best = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
    for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
      const seed = seeds[r * columns + c];
      const d = (seed.x - x) ** 2 + (seed.y - y) ** 2;
      if (d < distance) {
        distance = d;
        best = r * columns + c;
      }
    }
  }
  return best;
}

function smooth(values) {
  let smoothed = values;
  for (let round = 0; round < 3; round++) {
    smoothed = smoothed.map((value, i, all) => (value + all[(i + 1) & 4095] + all[(i + 4095) & 4095]) / 3);
  }
  return smoothed;
}

function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
