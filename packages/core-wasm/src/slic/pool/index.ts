/**
 * Superpixels in Web Workers: many pictures side by side, or one large picture split over them. For Node:
 * `@isic/core-wasm/slic/pool/node`.
 *
 * @module
 */
import type { Answer } from "./messages.ts";
import { type SlicPool, type SlicPoolOptions, ThreadPool } from "./pool.ts";
import type { Thread } from "./thread.ts";

export { SlicMemoryError, SlicThreadError } from "../errors.ts";
export type { PoolRunOptions, SlicPool, SlicPoolOptions } from "./pool.ts";

/**
 * A pool of Web Workers. They start when they are first needed and stay until `close()`.
 *
 * @throws RangeError unless `threads` is a whole number from 1
 */
export function createSlicPool(options: SlicPoolOptions = {}): SlicPool {
  return new ThreadPool(spawn, options.threads ?? navigator.hardwareConcurrency);
}

function spawn(): Thread {
  // Bundlers look for exactly this expression.
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  return {
    send: (task) => worker.postMessage(task),
    listen(onAnswer, onDeath): void {
      worker.onmessage = (event: MessageEvent<Answer>) => onAnswer(event.data);
      worker.onmessageerror = onDeath;
      worker.onerror = (event) => onDeath(new Error(event.message || "The worker did not start."));
    },
    end: () => worker.terminate(),
  };
}
