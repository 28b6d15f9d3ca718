import type { Raster } from "../types.ts";

/** How pixels are grouped into superpixels. The defaults are the archive's. */
export interface SlicOptions {
  /** About how many superpixels: the number of points of the starting grid. More than there are pixels means one per pixel. @default 1000 */
  readonly segments?: number;
  /** How much nearness counts beside colour: colours are divided by it. From 1e-6 to 1e6. @default 0.01 */
  readonly compactness?: number;
  /** Width (standard deviation, in pixels) of the blur before; 0 for none, at most 100. @default 2 */
  readonly sigma?: number;
  /** At most so many rounds of assigning pixels and moving seeds. @default 10 */
  readonly iterations?: number;
  /** SLIC-zero: each superpixel scales its colours by their own largest deviation. `false`: classic SLIC. @default true */
  readonly zero?: boolean;
  /** Make every superpixel one connected region, numbered from 0 in raster order. `false`: the labels are numbers of seeds. @default true */
  readonly connectivity?: boolean;
  /** Connected regions below this share of the mean size are merged into a neighbour. @default 0.5 */
  readonly minSizeFactor?: number;
  /** Connected regions are cut at this multiple of the mean size. @default 3 */
  readonly maxSizeFactor?: number;
}

/** What has been done, in steps: one to prepare, one per round, one to connect. */
export interface SlicProgress {
  readonly done: number;
  readonly total: number;
}

/** All options, filled in and checked. */
export type SlicParameters = Required<SlicOptions>;

/** The parameters that the archive used for all of its images. */
export const ARCHIVE_PARAMETERS: SlicParameters = /* @__PURE__ */ Object.freeze({
  segments: 1000,
  compactness: 0.01,
  sigma: 2,
  iterations: 10,
  zero: true,
  connectivity: true,
  minSizeFactor: 0.5,
  maxSizeFactor: 3,
});

/** The names of all options. */
export const SLIC_OPTIONS: readonly string[] = /* @__PURE__ */ Object.keys(ARCHIVE_PARAMETERS);

/** The options with the archive's values where none is given. Throws TypeError or RangeError. */
export function parameters(options: SlicOptions = {}): SlicParameters {
  const all = { ...ARCHIVE_PARAMETERS };
  return {
    segments: wholeNumber("segments", options.segments ?? all.segments),
    compactness: numberIn("compactness", options.compactness ?? all.compactness, 1e-6, 1e6),
    sigma: numberIn("sigma", options.sigma ?? all.sigma, 0, 100),
    iterations: wholeNumber("iterations", options.iterations ?? all.iterations),
    zero: flag("zero", options.zero ?? all.zero),
    connectivity: flag("connectivity", options.connectivity ?? all.connectivity),
    minSizeFactor: numberIn("minSizeFactor", options.minSizeFactor ?? all.minSizeFactor, 0, 1e9),
    maxSizeFactor: numberIn("maxSizeFactor", options.maxSizeFactor ?? all.maxSizeFactor, 0, 1e9),
  };
}

/** Throws unless the sizes are those of the data. */
export function checkRaster(raster: Raster): void {
  if (typeof raster !== "object" || raster === null)
    throw new TypeError(`raster: expected an object, got ${show(raster)}`);
  const { width, height, channels, data } = raster;
  wholeNumber("raster.width", width);
  wholeNumber("raster.height", height);
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new RangeError(`raster.channels: expected 1, 3 or 4, got ${show(channels)}`);
  }
  if (!ArrayBuffer.isView(data) || !/^Uint8(Clamped)?Array$/.test(data[Symbol.toStringTag])) {
    throw new TypeError(`raster.data: expected a Uint8Array, got ${show(data)}`);
  }
  const expected = width * height * channels;
  if (data.length !== expected) {
    throw new RangeError(
      `raster.data: expected ${expected} bytes for ${width} x ${height} pixels of ${channels} channels, got ${data.length}`,
    );
  }
}

function wholeNumber(name: string, value: unknown): number {
  numeric(name, value);
  if (!Number.isSafeInteger(value) || (value as number) < 1) {
    throw new RangeError(`${name}: expected a whole number from 1, got ${show(value)}`);
  }
  return value as number;
}

function numberIn(name: string, value: unknown, least: number, most: number): number {
  numeric(name, value);
  if (!((value as number) >= least && (value as number) <= most)) {
    throw new RangeError(`${name}: expected a number from ${least} to ${most}, got ${show(value)}`);
  }
  return value as number;
}

function numeric(name: string, value: unknown): void {
  if (typeof value !== "number") throw new TypeError(`${name}: expected a number, got ${show(value)}`);
}

function flag(name: string, value: unknown): boolean {
  if (typeof value !== "boolean") throw new TypeError(`${name}: expected true or false, got ${show(value)}`);
  return value;
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (typeof value === "number" || typeof value === "boolean" || value === null || value === undefined)
    return String(value);
  return Object.prototype.toString.call(value);
}
