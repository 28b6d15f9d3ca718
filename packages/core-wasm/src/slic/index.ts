/**
 * Superpixels from pixels: the archive's own SLIC, label for label.
 *
 * @module
 */
import type { LabelImage, Raster } from "../types.ts";
import { start } from "./computation.ts";
import type { SlicOptions, SlicProgress } from "./options.ts";

export type { Bytes, LabelImage, Raster } from "../types.ts";
export { SlicMemoryError } from "./errors.ts";
export { ARCHIVE_PARAMETERS, type SlicOptions, type SlicParameters, type SlicProgress } from "./options.ts";

/** Options of {@link computeSuperpixelsSync}. */
export interface ComputeSuperpixelsSyncOptions extends SlicOptions {
  /** Called after each step; `done` jumps to `total` when the seeds come to rest early. */
  readonly onProgress?: (progress: SlicProgress) => void;
}

/** Options of {@link computeSuperpixels}. */
export interface ComputeSuperpixelsOptions extends ComputeSuperpixelsSyncOptions {
  /** Stops between two steps; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * The superpixels of a picture as the archive's server computed them (scikit-image's SLIC-zero), pausing between the
 * rounds. Grey counts as RGB with equal channels, alpha is ignored. A round of a large picture takes long: a page that must
 * stay alive calls this in a worker (`@isic/core-wasm/slic/pool`).
 *
 * @returns a new label image of the picture's size
 * @throws TypeError or RangeError for a raster whose sizes do not fit its data and for options out of their range,
 * {@link SlicMemoryError} when there is not enough memory
 *
 * @example
 * ```ts
 * import { computeSuperpixels } from "@isic/core-wasm/slic";
 *
 * const raster = { width: 64, height: 48, channels: 3 as const, data: new Uint8Array(64 * 48 * 3) };
 * const labels = await computeSuperpixels(raster, { segments: 40 });
 * console.log(labels.count, "superpixels");
 * ```
 */
export async function computeSuperpixels(raster: Raster, options: ComputeSuperpixelsOptions = {}): Promise<LabelImage> {
  const computation = start(raster, options);
  options.signal?.throwIfAborted();
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
    options.onProgress?.(step.value);
    if (step.value.done < step.value.total) {
      await nextTask();
      options.signal?.throwIfAborted();
    }
  }
}

/**
 * {@link computeSuperpixels} in one go: for workers and scripts.
 *
 * @throws TypeError or RangeError for a raster whose sizes do not fit its data and for options out of their range
 */
export function computeSuperpixelsSync(raster: Raster, options: ComputeSuperpixelsSyncOptions = {}): LabelImage {
  const computation = start(raster, options);
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
    options.onProgress?.(step.value);
  }
}

/** Waits for the next task: events, timers and aborts get their turn. (A timer would wait four milliseconds each in a page.) */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
