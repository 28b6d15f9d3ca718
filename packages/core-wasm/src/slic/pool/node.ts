/**
 * Superpixels in worker threads of Node: many pictures side by side, or one large picture split over them.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Answer } from "./messages.ts";
import { type SlicPool, type SlicPoolOptions, ThreadPool } from "./pool.ts";
import type { Thread } from "./thread.ts";

export { SlicMemoryError, SlicThreadError } from "../errors.ts";
export type { PoolRunOptions, SlicPool, SlicPoolOptions } from "./pool.ts";

/**
 * A pool of worker threads. They start when they are first needed and stay until `close()`; idle ones do not keep the
 * process alive.
 *
 * @throws RangeError unless `threads` is a whole number from 1
 *
 * @example
 * ```ts
 * import { createSlicPool } from "@isic/core-wasm/slic/pool/node";
 *
 * const pool = createSlicPool({ threads: 2 });
 * const raster = { width: 64, height: 48, channels: 1 as const, data: new Uint8Array(64 * 48) };
 * const labels = await pool.computeSuperpixels(raster, { segments: 40 });
 * console.log(labels.count, "superpixels");
 * pool.close();
 * ```
 */
export function createSlicPool(options: SlicPoolOptions = {}): SlicPool {
  return new ThreadPool(spawn, options.threads ?? availableParallelism());
}

function spawn(): Thread {
  const worker = new Worker(new URL("./worker.node.js", import.meta.url), { execArgv: [] });
  worker.unref();
  let answered: (answer: Answer) => void = () => {};
  let died: (error: unknown) => void = () => {};
  let death: unknown;
  const die = (error: unknown): void => {
    death ??= error;
    died(error);
  };
  worker.on("message", (answer: Answer) => {
    if (answer.kind !== "progress") worker.unref();
    answered(answer);
  });
  worker.on("error", die);
  worker.on("messageerror", die);
  worker.on("exit", (code) => die(new Error(`The thread ended with code ${code}.`)));
  return {
    send(task): void {
      if (task.kind !== "abort") worker.ref();
      worker.postMessage(task);
    },
    listen(onAnswer, onDeath): void {
      answered = onAnswer;
      died = onDeath;
      if (death !== undefined) onDeath(death);
    },
    end: () => void worker.terminate(),
  };
}
