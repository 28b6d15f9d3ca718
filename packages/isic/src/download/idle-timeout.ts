import { StalledError } from "../errors.ts";
import type { Attempt } from "./retry.ts";

interface Watched {
  readonly controller: AbortController;
  heard: number;
  url: string;
}

/**
 * Ends what has brought nothing for too long, and everything when the caller's signal fires. One timer and one listener for
 * all that is under way: with thousands of small files, one of each per file would be felt.
 */
export class IdleTimeout {
  readonly signal: AbortSignal;
  readonly #seconds: number;
  readonly #watched = new Set<Watched>();
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal, seconds: number) {
    this.signal = signal;
    this.#seconds = seconds;
    signal.addEventListener("abort", this.#stopAll);
  }

  /** Runs `work` until it ends by itself, brings nothing for too long, or is stopped. */
  async over<T>(work: (attempt: Attempt) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const watched: Watched = { controller, heard: performance.now(), url: "the server" };
    this.#watched.add(watched);
    this.#timer ??= setTimeout(this.#look, this.#seconds * 1000);
    try {
      return await work({
        signal: controller.signal,
        alive: (url) => {
          watched.url = url;
          watched.heard = performance.now();
        },
      });
    } catch (error) {
      // An abort surfaces as whatever the platform makes of it; the reason is what happened.
      if (controller.signal.aborted) throw controller.signal.reason;
      throw error;
    } finally {
      this.#watched.delete(watched);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.signal.removeEventListener("abort", this.#stopAll);
  }

  readonly #stopAll = (): void => {
    for (const { controller } of this.#watched) controller.abort(this.signal.reason);
  };

  readonly #look = (): void => {
    const limit = this.#seconds * 1000;
    let next = limit;
    for (const { controller, heard, url } of this.#watched) {
      const left = heard + limit - performance.now();
      if (left <= 0) controller.abort(new StalledError(url, this.#seconds));
      else next = Math.min(next, left);
    }
    this.#timer = this.#watched.size === 0 ? undefined : setTimeout(this.#look, next);
  };
}
