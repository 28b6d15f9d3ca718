import { checkOptions } from "../../check.ts";
import type { LabelImage, Raster } from "../../types.ts";
import { SlicWorkerError } from "../errors.ts";
import type { ComputeSuperpixelsOptions } from "../index.ts";
import { checkRaster, parameters, SLIC_OPTIONS } from "../options.ts";
import { onAbort } from "./on-abort.ts";
import { computeInOne, computeSplit, type Order } from "./run.ts";
import { canShare } from "./shared.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** Options of {@link SlicPool.compute}. */
export interface PoolComputeOptions extends ComputeSuperpixelsOptions {
  /**
   * Split this picture over all workers that are idle? By default from half a megapixel on, when no other picture waits.
   * It never is where workers cannot share memory (a page that is not cross-origin isolated). The labels are the same.
   */
  readonly split?: boolean;
}

/** Workers that compute superpixels. */
export interface SlicPool {
  /** How many workers at most. */
  readonly workers: number;
  /**
   * As `computeSuperpixels`, but in workers: the calling thread only copies the picture in and the labels out. Call it for
   * many pictures at once: those that find no worker wait. The raster is copied and stays the caller's.
   *
   * @throws SlicWorkerError when a worker does not start or dies, SlicMemoryError for a picture that takes more memory than
   * there is, and what `computeSuperpixels` throws
   */
  compute(raster: Raster, options?: PoolComputeOptions): Promise<LabelImage>;
  /** Ends the workers; what is unfinished is rejected with a SlicWorkerError. */
  close(): void;
}

interface Job {
  readonly order: Order;
  readonly split: boolean | undefined;
  reject(reason: unknown): void;
  settle(result: Promise<LabelImage>): void;
}

const SPLIT_FROM = 500_000;

/** A pool over workers that `spawn` starts when they are first needed. */
export class WorkerPool implements SlicPool {
  readonly workers: number;
  readonly #spawn: () => WorkerHandle;
  readonly #all = new Set<WorkerHandle>();
  readonly #idle: WorkerHandle[] = [];
  readonly #waiting: Job[] = [];
  readonly #unfinished = new Set<Job>();
  #closed: SlicWorkerError | undefined;

  constructor(spawn: () => WorkerHandle, workers: number) {
    if (!Number.isSafeInteger(workers) || workers < 1) {
      throw new RangeError(`workers: expected a whole number from 1, got ${workers}`);
    }
    this.#spawn = spawn;
    this.workers = workers;
  }

  async compute(raster: Raster, options: PoolComputeOptions = {}): Promise<LabelImage> {
    checkOptions(options, [...SLIC_OPTIONS, "onProgress", "signal", "split"]);
    const checked = parameters(options);
    checkRaster(raster);
    options.signal?.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
    const onProgress = options.onProgress ?? (() => {});
    const order = { raster, parameters: checked, signal: options.signal, onProgress };
    return await new Promise((resolve, reject) => {
      let stopListening = (): void => {};
      const job: Job = {
        order,
        split: options.split,
        reject,
        settle: (result) => {
          result.then(resolve, reject).finally(() => {
            stopListening();
            this.#unfinished.delete(job);
          });
        },
      };
      stopListening = onAbort(options.signal, (reason) => {
        const place = this.#waiting.indexOf(job);
        if (place >= 0) this.#waiting.splice(place, 1);
        this.#unfinished.delete(job);
        stopListening();
        reject(reason);
      });
      this.#unfinished.add(job);
      this.#waiting.push(job);
      this.#next();
    });
  }

  close(): void {
    this.#closed ??= new SlicWorkerError("closed", "This pool of workers is closed: make a new one.");
    for (const job of this.#unfinished) job.reject(this.#closed);
    this.#unfinished.clear();
    this.#waiting.length = 0;
    for (const worker of this.#all) worker.end();
    this.#all.clear();
  }

  #next(): void {
    for (;;) {
      const free = this.workers - this.#all.size + this.#idle.length;
      if (free === 0 || this.#closed !== undefined) return;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      job.settle(this.#run(job, free > 1 && this.#maySplit(job) ? free : 1));
    }
  }

  /** Should the picture go to all free workers at once? */
  #maySplit({ order, split }: Job): boolean {
    const large = order.raster.width * order.raster.height >= SPLIT_FROM && this.#waiting.length === 0;
    return (split ?? large) && canShare();
  }

  #take(count: number): WorkerHandle[] {
    while (this.#idle.length < count) {
      const worker = this.#spawn();
      this.#all.add(worker);
      this.#idle.push(worker);
    }
    return this.#idle.splice(0, count);
  }

  async #run({ order }: Job, count: number): Promise<LabelImage> {
    const workers = this.#take(count);
    let isLost = false;
    try {
      return await (count === 1 ? computeInOne(workers[0]!, order) : computeSplit(workers, order));
    } catch (error) {
      isLost = error instanceof SlicWorkerError; // it, and those that wait for it, are of no more use
      throw error;
    } finally {
      for (const worker of workers) {
        if (isLost) this.#drop(worker);
        else this.#idle.push(worker);
      }
      this.#next();
    }
  }

  #drop(worker: WorkerHandle): void {
    worker.end();
    this.#all.delete(worker);
  }
}
