/**
 * Superpixels in Web Workers: many pictures side by side, or one large picture split over them. For Node:
 * `@isic/core-wasm/slic/pool/node`.
 *
 * @module
 */
import { checkOptions } from "../../check.ts";
import { SlicWorkerError } from "../errors.ts";
import type { Answer } from "./messages.ts";
import { type SlicPool, WorkerPool } from "./pool.ts";
import { PASS_WORKER, type WorkerHandle, workerEvents } from "./worker-handle.ts";

export { SlicMemoryError, SlicWorkerError, type SlicWorkerProblem } from "../errors.ts";
export type { PoolComputeOptions, SlicPool } from "./pool.ts";

/** Options of {@link createSlicPool}. */
export interface SlicPoolOptions {
  /** How many workers at most; each starts when it is first needed. @default the number of processors */
  readonly workers?: number;
  /**
   * Where the script of the workers lies (a module; `@isic/core-wasm/slic/pool/worker` bundled as an entry of its own), or
   * a function that starts one. Only for bundlers that do not see the script by themselves (esbuild, Rollup): Vite,
   * webpack and Parcel do, and without a bundler it lies beside this file.
   */
  readonly worker?: URL | string | (() => Worker);
}

/**
 * A pool of Web Workers. They start when they are first needed and stay until `close()`.
 *
 * @throws RangeError unless `workers` is a whole number from 1, TypeError for options that there are not
 * @example
 * ```ts no-run
 * import { createSlicPool } from "@isic/core-wasm/slic/pool";
 *
 * const pool = createSlicPool({ workers: 2 });
 * const labels = await pool.compute(raster); // the page goes on meanwhile
 * pool.close();
 * ```
 */
export function createSlicPool(options: SlicPoolOptions = {}): SlicPool {
  checkOptions(options, ["worker", "workers"]);
  const { worker, workers = navigator.hardwareConcurrency } = options;
  if (typeof worker === "function") return new WorkerPool(() => open(worker), workers);
  if (worker === undefined) return new WorkerPool(() => open(startOwn, ownScript()), workers);
  const url = new URL(worker, globalThis.document?.baseURI ?? globalThis.location?.href);
  return new WorkerPool(() => open(() => new Worker(url, { type: "module" }), url.href), workers);
}

/** Bundlers look for exactly this expression. */
function startOwn(): Worker {
  return new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
}

/** What that comes to where no bundler changed it: for messages. (Written like there, it would be taken for a file to copy.) */
function ownScript(): string {
  return String(import.meta.url).replace(/[^/]*$/, "worker.js");
}

function open(start: () => Worker, url?: string): WorkerHandle {
  const events = workerEvents();
  const { listen } = events;
  let worker: Worker;
  try {
    worker = start();
  } catch (cause) {
    events.ended(notStarted(url, String(cause), cause));
    return { listen, send: () => {}, end: () => {} };
  }
  worker.onmessage = (event: MessageEvent<Answer>) => events.answered(event.data);
  worker.onmessageerror = () =>
    events.ended(new SlicWorkerError("death", "A message of a worker of the pool could not be read."));
  worker.onerror = (event) => {
    event.preventDefault();
    const said = event.message || undefined;
    if (!events.isReady) events.ended(whyNotStarted(url, said));
    else
      events.ended(new SlicWorkerError("death", `A worker of the pool died: ${said ?? "the page was not told why"}.`));
  };
  return {
    listen,
    send: (task, transfer = []) => worker.postMessage(task, transfer),
    end: () => worker.terminate(),
  };
}

/** Events do not say why a worker did not start: looks what lies where its script should. */
async function whyNotStarted(url: string | undefined, said: string | undefined): Promise<SlicWorkerError> {
  if (url === undefined) return notStarted(url, said ?? "the page was not told why");
  try {
    const response = await fetch(url);
    const type = response.headers.get("content-type") ?? "";
    await response.body?.cancel();
    if (!response.ok) return notFound(url, `HTTP ${response.status}`);
    if (!/javascript|ecmascript/i.test(type))
      return notFound(url, `there is ${type || "something of no type"} instead`);
    return notStarted(url, said ?? "an error in it, or the page's content security policy (worker-src)");
  } catch (cause) {
    return notFound(url, String(cause), cause);
  }
}

function notFound(url: string, why: string, cause?: unknown): SlicWorkerError {
  return new SlicWorkerError("start", `Worker script not found at ${url} (${why}). ${PASS_WORKER}`, { url, cause });
}

function notStarted(url: string | undefined, why: string, cause?: unknown): SlicWorkerError {
  const which = url === undefined ? "The worker" : `The worker script ${url}`;
  return new SlicWorkerError("start", `${which} did not start: ${why}. ${PASS_WORKER}`, {
    cause,
    ...(url === undefined ? {} : { url }),
  });
}
