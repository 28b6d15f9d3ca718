/** Smoothed masks and their correlation, as the Python client computes them. */
import type { Raster } from "@isic/core-wasm";
import { ArgumentError } from "../../errors.ts";

/** Up to this, a width is a share of the picture's size (the root of its pixels); above, it is in pixels. */
const RELATIVE = 0.36;
/** Below this width nothing is smoothed. */
const SHARP = 0.29;
/** Weights below this share of the largest do not count. */
const LEAST = 1e-8;

/** The weights of a Gaussian of this full width at half maximum, in pixels; they sum to 1. */
export function gaussianKernel(fwhm: number): Float32Array<ArrayBuffer> {
  if (fwhm <= SHARP) return Float32Array.of(0, 1, 0);
  const sigma = fwhm / Math.sqrt(8 * Math.log(2));
  const half = Math.trunc(0.5 + 6 * (sigma < 2 ? sigma : Math.log2(sigma) * sigma));
  const all = Array.from({ length: 2 * half + 1 }, (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)));
  const kept = all.filter((weight) => weight >= LEAST);
  const total = kept.reduce((sum, weight) => sum + weight, 0);
  return Float32Array.from(kept, (weight) => weight / total);
}

/**
 * A mask of one channel, smoothed by a Gaussian; what leaves at one edge comes in at the other. Values are cut to whole
 * numbers.
 *
 * @param fwhm full width at half maximum: up to 0.36 a share of the root of the number of pixels, above in pixels
 */
export function smooth({ width, height, data }: Raster, fwhm: number): Uint8Array<ArrayBuffer> {
  if (!(fwhm > 0)) throw new ArgumentError(`expected a width above 0, got ${fwhm}`);
  const kernel = gaussianKernel(fwhm <= RELATIVE ? fwhm * Math.sqrt(width * height) : fwhm);
  const rows = convolveRows(data, width, height, kernel);
  const columns = convolveRows(transposed(rows, width, height), height, width, kernel);
  const both = transposed(columns, height, width);
  // There the kernel is one table of 32-bit products, whose sum is not quite the square of the sum of its weights.
  const scale = productSum(kernel) / sumOf(kernel) ** 2;
  return Uint8Array.from(both, (value) => Math.min(255, Math.trunc(value * scale)));
}

/** Each row with the kernel, in circles. */
function convolveRows(
  data: ArrayLike<number>,
  width: number,
  height: number,
  kernel: Float32Array,
): Float64Array<ArrayBuffer> {
  const half = (kernel.length - 1) / 2;
  const out = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const value = data[row + x]!;
      if (value === 0) continue;
      let to = (((x - half) % width) + width) % width;
      for (let i = 0; i < kernel.length; i++) {
        out[row + to]! += value * kernel[i]!;
        if (++to === width) to = 0;
      }
    }
  }
  return out;
}

function transposed(data: Float64Array, width: number, height: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(data.length);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out[x * height + y] = data[y * width + x]!;
  return out;
}

function productSum(kernel: Float32Array): number {
  let sum = 0;
  for (const a of kernel) for (const b of kernel) sum += Math.fround(a * b);
  return sum;
}

function sumOf(kernel: Float32Array): number {
  let sum = 0;
  for (const weight of kernel) sum += weight;
  return sum;
}

/** Pearson's correlation of the values where `inside` is not 0 (everywhere without it); NaN where one does not vary. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>, inside?: ArrayLike<number>): number {
  let [n, sumA, sumB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (inside !== undefined && inside[i] === 0) continue;
    n += 1;
    sumA += a[i]!;
    sumB += b[i]!;
  }
  const [meanA, meanB] = [sumA / n, sumB / n];
  let [squaresA, squaresB, products] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (inside !== undefined && inside[i] === 0) continue;
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    squaresA += x * x;
    squaresB += y * y;
    products += x * y;
  }
  return products / Math.sqrt(squaresA * squaresB);
}
