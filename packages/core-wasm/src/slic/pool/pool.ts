import type { LabelImage, Raster } from "../../types.ts";
import { SlicThreadError } from "../errors.ts";
import type { ComputeSuperpixelsOptions } from "../index.ts";
import { checkRaster, parameters } from "../options.ts";
import { canShare } from "./shared.ts";
import { computeAlone, computeTogether, type Order } from "./team.ts";
import type { Thread } from "./thread.ts";

/** Options of `createSlicPool`. */
export interface SlicPoolOptions {
  /** How many threads at most; each starts when it is first needed. @default the number of processors */
  readonly threads?: number;
}

/** Options of {@link SlicPool.computeSuperpixels}. */
export interface PoolRunOptions extends ComputeSuperpixelsOptions {
  /**
   * Split this picture over all threads that are idle? By default from half a megapixel on, when no other picture waits.
   * It never is where threads cannot share memory (a page that is not cross-origin isolated). The labels are the same.
   */
  readonly split?: boolean;
}

/** Threads that compute superpixels. */
export interface SlicPool {
  /** How many threads at most. */
  readonly threads: number;
  /**
   * As `computeSuperpixels`, but in other threads. Call it for many pictures at once: those that find no thread wait.
   * Rejects with {@link SlicThreadError} when a thread dies.
   */
  computeSuperpixels(raster: Raster, options?: PoolRunOptions): Promise<LabelImage>;
  /** Ends the threads; what is unfinished is rejected. */
  close(): void;
}

interface Job {
  readonly order: Order;
  readonly split: boolean | undefined;
  settle(result: Promise<LabelImage>): void;
}

const SPLIT_FROM = 500_000;

/** A pool over threads that `spawn` starts. */
export class ThreadPool implements SlicPool {
  readonly threads: number;
  readonly #spawn: () => Thread;
  readonly #all = new Set<Thread>();
  readonly #idle: Thread[] = [];
  readonly #waiting: Job[] = [];
  readonly #closing = new AbortController();

  constructor(spawn: () => Thread, threads: number) {
    if (!Number.isSafeInteger(threads) || threads < 1) {
      throw new RangeError(`threads: expected a whole number from 1, got ${threads}`);
    }
    this.#spawn = spawn;
    this.threads = threads;
  }

  async computeSuperpixels(raster: Raster, options: PoolRunOptions = {}): Promise<LabelImage> {
    const checked = parameters(options);
    checkRaster(raster);
    options.signal?.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    const onProgress = options.onProgress ?? (() => {});
    const order = { raster, parameters: checked, signal: options.signal, onProgress };
    return await new Promise((resolve, reject) => {
      const leave = (): void => {
        const place = this.#waiting.indexOf(job);
        if (place >= 0) this.#waiting.splice(place, 1);
        reject(options.signal?.reason);
      };
      const closed = (): void => reject(this.#closing.signal.reason);
      const job: Job = {
        order,
        split: options.split,
        settle: (result) => {
          result.then(resolve, reject).finally(() => {
            options.signal?.removeEventListener("abort", leave);
            this.#closing.signal.removeEventListener("abort", closed);
          });
        },
      };
      options.signal?.addEventListener("abort", leave);
      this.#closing.signal.addEventListener("abort", closed);
      this.#waiting.push(job);
      this.#next();
    });
  }

  close(): void {
    this.#closing.abort(new Error("This pool of threads is closed: make a new one."));
    this.#waiting.length = 0;
    for (const thread of this.#all) thread.end();
    this.#all.clear();
  }

  #next(): void {
    for (;;) {
      const free = this.threads - this.#all.size + this.#idle.length;
      if (free === 0 || this.#closing.signal.aborted) return;
      const job = this.#waiting.shift();
      if (job === undefined) return;
      const team = this.#take(this.#mayGo(job) ? free : 1);
      job.settle(this.#run(job, team));
    }
  }

  /** Should the picture go to all free threads at once? */
  #mayGo({ order, split }: Job): boolean {
    const large = order.raster.width * order.raster.height >= SPLIT_FROM && this.#waiting.length === 0;
    return (split ?? large) && canShare();
  }

  #take(count: number): Thread[] {
    while (this.#idle.length < count) {
      const thread = this.#spawn();
      this.#all.add(thread);
      this.#idle.push(thread);
    }
    return this.#idle.splice(0, count);
  }

  async #run({ order }: Job, team: readonly Thread[]): Promise<LabelImage> {
    let lost = false;
    try {
      const alone = team.length === 1;
      return await (alone ? computeAlone(team[0]!, order) : computeTogether(team, order));
    } catch (error) {
      lost = error instanceof SlicThreadError; // it, and those that wait for it, are of no more use
      throw error;
    } finally {
      for (const thread of team) {
        if (lost) this.#drop(thread);
        else this.#idle.push(thread);
      }
      this.#next();
    }
  }

  #drop(thread: Thread): void {
    thread.end();
    this.#all.delete(thread);
  }
}
