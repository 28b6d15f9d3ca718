// From a label per pixel to the pixels of each label.
import { checkLength, checkOptions, labelTotal } from "../check.ts";
import { SparseLabelsError } from "../errors.ts";
import { type FillMap, wasmFillMap } from "../kernels/map.ts";
import { coreKernels } from "../kernels/modules.ts";
import type { LabelImage, SuperpixelMap } from "../types.ts";

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

const kernel: FillMap = /* @__PURE__ */ wasmFillMap(coreKernels);

/**
 * The pixels of each superpixel. A label that no pixel has is an empty row.
 *
 * @throws SparseLabelsError when the largest label exceeds both 65 535 and the number of pixels (see the options)
 * @throws RangeError when a label is negative or not below `labels.count`
 * @example
 * ```ts
 * import { buildMap, decodeRgb, pixelsOf } from "@isic/core-wasm";
 *
 * const labels = decodeRgb(new Uint8Array([1, 0, 0, 0, 0, 0, 1, 0, 0]), 3, 1);
 * const map = buildMap(labels);
 * pixelsOf(map, 1); // Uint32Array [0, 2]
 * ```
 */
export function buildMap(labels: LabelImage, options: BuildMapOptions = {}): SuperpixelMap {
  checkOptions(options, ["sparse"]);
  return buildMapWith(kernel, labels, options);
}

/**
 * {@link buildMap} into memory of the caller, which the result refers to.
 *
 * @throws SparseLabelsError, RangeError as {@link buildMap} does
 */
export function buildMapInto(labels: LabelImage, buffers: MapBuffers): SuperpixelMap {
  return buildMapIntoWith(kernel, labels, buffers);
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

/** A row per label costs at most as much as the pixels themselves, or 256 kB. */
function isSparse(count: number, pixels: number): boolean {
  return count > Math.max(65_536, pixels);
}

function fillInto(fill: FillMap, labels: LabelImage, { offsets, pixels }: MapBuffers): SuperpixelMap {
  const { width, height, count } = labels;
  fill(labels.data, count, offsets, pixels);
  return { width, height, count, offsets, pixels };
}

/** The same image with labels numbered 0, 1, 2, ... in ascending order, and what each was before. */
function compactLabels(labels: LabelImage): { image: LabelImage; originals: Int32Array<ArrayBuffer> } {
  const originals = distinct(labels.data);
  const rank = new Map<number, number>();
  for (const [row, label] of originals.entries()) rank.set(label, row);
  const data = new Int32Array(labels.data.length);
  let label = -1;
  let row = -1;
  for (let i = 0; i < data.length; i++) {
    if (labels.data[i] !== label) {
      label = labels.data[i]!;
      row = rank.get(label)!;
    }
    data[i] = row;
  }
  return { image: { width: labels.width, height: labels.height, data, count: originals.length }, originals };
}

function distinct(labels: Int32Array): Int32Array<ArrayBuffer> {
  const sorted = labels.slice().sort();
  let kept = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[kept++] = sorted[i]!;
  return sorted.slice(0, kept);
}
