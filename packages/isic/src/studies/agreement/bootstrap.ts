/** Percentile bootstrap over images (Efron 1979): superpixels of one image are not independent, images are. */

/** From which to which value 95 % of the draws lie, and how many draws had a value at all. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly draws: number;
}

/**
 * How often each image is in each draw, image by image: as many images as there are, with replacement.
 *
 * @param seed the same seed gives the same draws, everywhere
 */
export function drawImages(images: number, draws: number, seed: number): Uint32Array<ArrayBuffer>[] {
  const random = mulberry32(seed);
  return Array.from({ length: draws }, () => {
    const times = new Uint32Array(images);
    for (let i = 0; i < images; i++) times[Math.floor(random() * images)]!++;
    return times;
  });
}

/**
 * The interval of a coefficient.
 *
 * @param tables for each image the same cells, which add up over images
 * @returns `null` for fewer than two images, or where no draw has a value
 */
export function interval(
  tables: readonly Float64Array[],
  draws: readonly Uint32Array[],
  coefficient: (cells: Float64Array) => number | null,
): Interval | null {
  if (tables.filter((cells) => cells.some((cell) => cell !== 0)).length < 2) return null;
  const values: number[] = [];
  for (const times of draws) {
    const value = coefficient(addUp(tables, times));
    if (value !== null) values.push(value);
  }
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  return { low: quantile(values, 0.025), high: quantile(values, 0.975), draws: values.length };
}

/** The cells of all images, each as often as it was drawn; once unless told. */
export function addUp(tables: readonly Float64Array[], times?: Uint32Array): Float64Array<ArrayBuffer> {
  const cells = new Float64Array(tables[0]?.length ?? 0);
  for (let image = 0; image < tables.length; image++) {
    const weight = times === undefined ? 1 : times[image]!;
    if (weight === 0) continue;
    const table = tables[image]!;
    for (let i = 0; i < cells.length; i++) cells[i]! += weight * table[i]!;
  }
  return cells;
}

/** Between the two nearest of sorted values, as numpy does. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const value = sorted[below]!;
  return value + (at - below) * ((sorted[below + 1] ?? value) - value);
}

/** A small random number generator with a seed (mulberry32, T. Ettinger 2017): from 0 to below 1. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
