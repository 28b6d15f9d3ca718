import type { CallOptions } from "../contract/types.ts";

type Run<T> = (signal: AbortSignal) => Promise<T>;

const never = new AbortController().signal;

/** One at a time per key, first come first served, within this process or page. */
export function createMutex(): <T>(key: string, run: Run<T>, options?: CallOptions) => Promise<T> {
  const tails = new Map<string, Promise<void>>();
  return async (key, run, options) => {
    const before = tails.get(key);
    const { promise: done, resolve: release } = withResolvers();
    const tail = before === undefined ? done : before.then(() => done);
    tails.set(key, tail);
    try {
      if (before !== undefined) await orAborted(before, options?.signal);
      options?.signal?.throwIfAborted();
      return await run(options?.signal ?? never);
    } finally {
      release();
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}

/** The promise, or the signal's reason if that comes first. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
