import type { LabelImage } from "../types.ts";
import { exp } from "./exact.ts";
import { type Grid, regularGrid } from "./grid.ts";
import type { SlicParameters } from "./options.ts";

/** What follows from the size of the picture and the parameters alone; shared by all implementations. */
export interface Plan {
  readonly width: number;
  readonly height: number;
  readonly grid: Grid;
  readonly seeds: number;
  /** A seed competes for the pixels up to this far on either side. */
  readonly reachX: number;
  readonly reachY: number;
  /** Squared distances in pixels are multiplied by it. */
  readonly nearness: number;
  /** Colours are multiplied by it. */
  readonly colourScale: number;
  /** The blur's weights from the centre outwards; a single 1 is no blur. */
  readonly weights: Float64Array<ArrayBuffer>;
  readonly rounds: number;
  readonly zero: boolean;
  readonly connectivity: boolean;
  readonly smallest: number;
  readonly largest: number;
}

/** The plan for a picture of this size. */
export function planFor(width: number, height: number, parameters: SlicParameters): Plan {
  const grid = regularGrid(width, height, parameters.segments);
  const seeds = grid.columns * grid.rows;
  // The reach comes from the grid of as many points as there are seeds: a pixel off at times from the seeds' own stride.
  const windows = regularGrid(width, height, seeds);
  const stride = Math.max(grid.strideX, grid.strideY);
  const meanSize = (width * height) / seeds;
  return {
    width,
    height,
    grid,
    seeds,
    reachX: 2 * windows.strideX,
    reachY: 2 * windows.strideY,
    // The reference squares the stride in single precision, which shows above 4096.
    nearness: 1 / Math.fround(stride * stride),
    colourScale: 1 / parameters.compactness,
    weights: gaussian(parameters.sigma),
    rounds: parameters.iterations,
    zero: parameters.zero,
    connectivity: parameters.connectivity,
    smallest: Math.min(width * height + 1, Math.trunc(parameters.minSizeFactor * meanSize)),
    largest: Math.min(width * height, Math.max(1, Math.trunc(parameters.maxSizeFactor * meanSize))),
  };
}

/** One side of a normalised Gaussian, cut at four standard deviations. */
export function gaussian(sigma: number): Float64Array<ArrayBuffer> {
  if (sigma <= 1e-15) return new Float64Array([1]);
  const radius = Math.trunc(4 * sigma + 0.5);
  const weights = new Float64Array(radius + 1);
  for (let x = 0; x <= radius; x++) weights[x] = exp((-0.5 / (sigma * sigma)) * (x * x));
  let sum = weights[0]!;
  for (let x = 1; x <= radius; x++) sum += 2 * weights[x]!;
  return weights.map((weight) => weight / sum);
}

/** Where a blur that runs over an edge finds its pixel: mirrored, the edge pixel repeated (d c b a | a b c d | d c b a). */
export function mirror(position: number, side: number): number {
  const period = 2 * side;
  const inside = ((position % period) + period) % period;
  return inside < side ? inside : period - 1 - inside;
}

/** One picture being computed. `prepare` once, `round` until it says false or often enough, then the labels. */
export interface Slicer {
  /** Picture to blurred colours. */
  prepare(): void;
  /** Assigns all pixels and moves the seeds; false when no pixel changed its seed. */
  round(): boolean;
  /** The number of each pixel's seed. */
  seeds(): LabelImage;
  /** The labels of connected regions; the computation is over. */
  regions(): LabelImage;
}
