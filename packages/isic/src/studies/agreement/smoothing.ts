/** Smoothed masks and their correlation, as the Python client computes them. */
import type { Raster } from "@isic/core-wasm";
import { ArgumentError } from "../../errors.ts";

/** Up to this, a width is a share of the picture's size (the root of its pixels); above, it is in pixels. */
const RELATIVE = 0.36;
/** Below this width nothing is smoothed. */
const SHARP = 0.29;
/** Wider than any photo. */
const WIDEST = 32_767;
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

/** Weights of a line of a picture: the first falls on the place that lies `start` from where a value comes from. */
interface LineWeights {
  readonly start: number;
  readonly weights: Float32Array;
}

/**
 * The kernel for lines of a length. One that is longer than the line is laid on it as the Python client does: what reaches
 * further than the line to the right is cut off, and so is as much of the left half at its near end, whose far end lies
 * beside the middle.
 */
function lineWeights(kernel: Float32Array, length: number): LineWeights {
  const half = (kernel.length - 1) / 2;
  if (kernel.length <= length) return { start: -half, weights: kernel };
  const reach = Math.min(half, length - 1);
  const weights = new Float32Array(length);
  for (let i = 0; i <= reach; i++) weights[i]! += kernel[half + i]!;
  for (let i = 0; i < reach; i++) weights[length - reach + i]! += kernel[i]!;
  return { start: 0, weights };
}

/**
 * A mask of one channel, smoothed by a Gaussian; what leaves at one edge comes in at the other. Values are cut to whole
 * numbers.
 *
 * @param fwhm full width at half maximum: up to 0.36 a share of the root of the number of pixels, above in pixels
 */
export function smooth({ width, height, data }: Raster, fwhm: number): Uint8Array<ArrayBuffer> {
  if (!(fwhm > 0 && fwhm <= WIDEST))
    throw new ArgumentError(`expected a width above 0, and up to ${WIDEST}, got ${fwhm}`);
  const kernel = gaussianKernel(fwhm <= RELATIVE ? fwhm * Math.sqrt(width * height) : fwhm);
  const [across, down] = [lineWeights(kernel, width), lineWeights(kernel, height)];
  const rows = convolveRows(data, width, height, across);
  const columns = convolveRows(transposed(rows, width, height), height, width, down);
  const both = transposed(columns, height, width);
  const scale = tableSum(down, across, width, height) / (sumOf(down.weights) * sumOf(across.weights));
  return Uint8Array.from(both, (value) => Math.min(255, Math.trunc(value * scale)));
}

/** Each row with the weights, in circles. */
function convolveRows(
  data: ArrayLike<number>,
  width: number,
  height: number,
  { start, weights }: LineWeights,
): Float64Array<ArrayBuffer> {
  const out = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const value = data[row + x]!;
      if (value === 0) continue;
      let to = (((x + start) % width) + width) % width;
      for (let i = 0; i < weights.length; i++) {
        out[row + to]! += value * weights[i]!;
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

/**
 * There the kernel is one table of 32-bit products over the whole picture, divided by their 32-bit sum as NumPy adds (in
 * pairs of halves): what it sums to is not quite 1, which decides what a value becomes that is cut to a whole number.
 */
function tableSum(down: LineWeights, across: LineWeights, width: number, height: number): number {
  const table = new Float32Array(width * height);
  for (const [i, a] of down.weights.entries()) {
    const row = ((i + down.start + height) % height) * width;
    for (const [j, b] of across.weights.entries()) table[row + ((j + across.start + width) % width)] = a * b;
  }
  const total = pairwiseSum(table);
  let sum = 0;
  for (const weight of table) sum += Math.fround(weight / total);
  return sum;
}

/** So many values NumPy adds in eight lanes before it halves. */
const BLOCK = 128;

function pairwiseSum(values: Float32Array): number {
  const { length } = values;
  if (length > BLOCK) {
    const half = (length >> 1) - ((length >> 1) % 8);
    return Math.fround(pairwiseSum(values.subarray(0, half)) + pairwiseSum(values.subarray(half)));
  }
  const lanes = new Float32Array(8);
  const whole = length - (length % 8);
  for (let i = 0; i < whole; i++) lanes[i % 8]! += values[i]!;
  const [a, b, c, d, e, f, g, h] = lanes as unknown as number[];
  const add = (x: number, y: number): number => Math.fround(x + y);
  let sum = add(add(add(a!, b!), add(c!, d!)), add(add(e!, f!), add(g!, h!)));
  for (let i = whole; i < length; i++) sum = add(sum, values[i]!);
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
