// What every map builder does around its kernel.
import { checkLength, labelTotal } from "./check.ts";
import { compactLabels } from "./compact.ts";
import { SparseLabelsError } from "./errors.ts";
import type { LabelImage, SuperpixelMap } from "./types.ts";

/** Fills the compressed rows of labels that all must lie below `count`; throws a RangeError otherwise. */
export type FillMap = (labels: Int32Array, count: number, offsets: Uint32Array, pixels: Uint32Array) => void;

export interface BuildMapOptions {
  /**
   * What to do when the largest label exceeds both 65 535 and the number of pixels, so that a row per label would cost
   * more memory than the image: throw a {@link SparseLabelsError} (the default), or give rows only to labels that occur,
   * with their numbers in `map.labels`.
   */
  readonly sparse?: "error" | "compact";
}

/** Reusable memory for {@link buildMapInto}. */
export interface MapBuffers {
  /** At least `labels.count + 1` elements. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** `width * height` elements. */
  readonly pixels: Uint32Array<ArrayBuffer>;
}

/** A row per label costs at most as much as the pixels themselves, or 256 kB. */
export function isSparse(count: number, pixels: number): boolean {
  return count > Math.max(65_536, pixels);
}

/** Memory for a result; what is in it does not matter, all of it will be overwritten. */
export type Allocate = (byteLength: number) => ArrayBuffer;

export const allocateZeros: Allocate = (length) => new ArrayBuffer(length);

export function buildMapWith(
  fill: FillMap,
  labels: LabelImage,
  options: BuildMapOptions,
  allocate: Allocate = allocateZeros,
): SuperpixelMap {
  const total = labelTotal(labels);
  if (isSparse(labels.count, total)) {
    if (options.sparse !== "compact") throw new SparseLabelsError(labels.count, total);
    const { image, originals } = compactLabels(labels);
    return { ...buildMapWith(fill, image, {}, allocate), labels: originals };
  }
  const buffers = { offsets: new Uint32Array(labels.count + 1), pixels: new Uint32Array(allocate(total * 4)) };
  return fillInto(fill, labels, buffers);
}

export function buildMapIntoWith(fill: FillMap, labels: LabelImage, buffers: MapBuffers): SuperpixelMap {
  const total = labelTotal(labels);
  if (isSparse(labels.count, total)) throw new SparseLabelsError(labels.count, total);
  checkLength("pixels", buffers.pixels.length, total);
  if (buffers.offsets.length <= labels.count) {
    throw new RangeError(`expected at least ${labels.count + 1} elements in offsets, got ${buffers.offsets.length}`);
  }
  return fillInto(fill, labels, { ...buffers, offsets: buffers.offsets.subarray(0, labels.count + 1) });
}

function fillInto(fill: FillMap, labels: LabelImage, { offsets, pixels }: MapBuffers): SuperpixelMap {
  const { width, height, count } = labels;
  fill(labels.data, count, offsets, pixels);
  return { width, height, count, offsets, pixels };
}
