/**
 * Superpixels in worker threads of Node: many pictures side by side, or one large picture split over them.
 *
 * @module
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { checkOptions } from "../../check.ts";
import { SlicWorkerError } from "../errors.ts";
import type { Answer } from "./messages.ts";
import { type SlicPool, WorkerPool } from "./pool.ts";
import { PASS_WORKER, type WorkerHandle, workerEvents } from "./worker-handle.ts";

export { SlicMemoryError, SlicWorkerError, type SlicWorkerProblem } from "../errors.ts";
export type { PoolComputeOptions, SlicPool } from "./pool.ts";

/** Options of {@link createSlicPool}. */
export interface SlicPoolOptions {
  /** How many worker threads at most; each starts when it is first needed. @default the number of processors */
  readonly workers?: number;
  /**
   * Where the script of the workers lies (`@isic/core-wasm/slic/pool/worker/node` bundled as an entry of its own), or a
   * function that starts one. Only for programs that are bundled: otherwise it lies beside this file.
   */
  readonly worker?: URL | string | (() => Worker);
}

/**
 * A pool of worker threads. They start when they are first needed and stay until `close()`; idle ones do not keep the
 * process alive.
 *
 * @throws RangeError unless `workers` is a whole number from 1, TypeError for options that there are not
 *
 * @example
 * ```ts
 * import { createSlicPool } from "@isic/core-wasm/slic/pool/node";
 *
 * const pool = createSlicPool({ workers: 2 });
 * const raster = { width: 64, height: 48, channels: 1 as const, data: new Uint8Array(64 * 48) };
 * const labels = await pool.compute(raster, { segments: 40 });
 * console.log(labels.count, "superpixels");
 * pool.close();
 * ```
 */
export function createSlicPool(options: SlicPoolOptions = {}): SlicPool {
  checkOptions(options, ["worker", "workers"]);
  const { worker, workers = availableParallelism() } = options;
  if (typeof worker === "function") return new WorkerPool(() => open(worker), workers);
  if (worker !== undefined)
    return new WorkerPool(() => open(() => new Worker(worker, NO_FLAGS), String(worker)), workers);
  return new WorkerPool(() => open(startOwn, ownScript()), workers);
}

/** Flags of this process (`--input-type`, say) may mean nothing to a thread. */
const NO_FLAGS = { execArgv: [] };

function startOwn(): Worker {
  // Run from its TypeScript sources (the tests of this repository), threads need the script that was built of them.
  if (import.meta.url.endsWith(".ts")) return new Worker(new URL(ownScript()), NO_FLAGS);
  // Bundlers look for exactly this expression.
  return new Worker(new URL("./worker.node.js", import.meta.url), { execArgv: [] });
}

function ownScript(): string {
  const path = import.meta.url.endsWith(".ts") ? "../../../dist/slic/pool/worker.node.js" : "worker.node.js";
  return new URL(path, import.meta.url).href;
}

function open(start: () => Worker, url?: string): WorkerHandle {
  const events = workerEvents();
  const { listen } = events;
  let worker: Worker;
  try {
    worker = start();
  } catch (cause) {
    events.ended(notStarted(url, cause));
    return { listen, send: () => {}, end: () => {} };
  }
  worker.unref();
  worker.on("message", (answer: Answer) => {
    if (answer.kind !== "progress" && answer.kind !== "ready") worker.unref();
    events.answered(answer);
  });
  const died = (cause: unknown): void => events.ended(events.isReady ? dead(cause) : notStarted(url, cause));
  worker.on("error", died);
  worker.on("messageerror", died);
  worker.on("exit", (code) => died(new Error(`The thread ended with code ${code}.`)));
  return {
    listen,
    send(task, transfer = []): void {
      if (task.kind !== "abort") worker.ref();
      worker.postMessage(task, transfer);
    },
    end: () => void worker.terminate(),
  };
}

function dead(cause: unknown): SlicWorkerError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new SlicWorkerError("death", `A worker of the pool died: ${said}`, { cause });
}

function notStarted(url: string | undefined, cause: unknown): SlicWorkerError {
  const { code, message } = cause as { code?: string; message?: string };
  const isMissing = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  const what = isMissing ? `Worker script not found at ${url}.` : `The worker ${url ?? ""} did not start: ${message}.`;
  return new SlicWorkerError("start", `${what} ${PASS_WORKER}`, { cause, ...(url === undefined ? {} : { url }) });
}
