/** Superpixels where they hold up nobody: in workers, which every platform starts in its own way. */
import type { LabelImage, Raster } from "@isic/core-wasm";
import type { SlicPool } from "@isic/core-wasm/slic/pool";
import { isIsicError } from "../errors.ts";
import type { ComputeSuperpixelsOptions } from "./types.ts";

/**
 * A function that computes superpixels in the workers of a pool, which is made when it is first called. Where no worker
 * starts (a bundler did not see its script, a policy forbids it), that is said once, and the calling thread does the work.
 */
export function inWorkers(
  createPool: () => Promise<SlicPool>,
): (raster: Raster, options?: ComputeSuperpixelsOptions) => Promise<LabelImage> {
  let pool: Promise<SlicPool> | undefined;
  let areMissing = false;
  return async (raster, { onWarning = console.warn, ...options } = {}) => {
    if (!areMissing) {
      pool ??= createPool();
      try {
        return await (await pool).compute(raster, options);
      } catch (error) {
        if (!isIsicError(error, "SlicWorkerError")) throw error;
        areMissing = true;
        onWarning(`${error.message} Until then superpixels are computed on the calling thread, which waits meanwhile.`);
      }
    }
    const { computeSuperpixels } = await import("@isic/core-wasm/slic");
    return computeSuperpixels(raster, options);
  };
}
