/** One at a time: between tabs by Web Locks, within this cache where there are none (plain HTTP, Node 20). */
import { type CallOptions, createMemoryCache } from "@isic/cache";

export type Lock = <T>(key: string, run: (signal: AbortSignal) => Promise<T>, options?: CallOptions) => Promise<T>;

export function createLock(database: string): Lock {
  const locks = globalThis.navigator?.locks;
  if (locks === undefined) return createMemoryCache().lock;
  return async <T>(key: string, run: (signal: AbortSignal) => Promise<T>, options?: CallOptions): Promise<T> => {
    const signal = options?.signal ?? new AbortController().signal;
    signal.throwIfAborted();
    // The result is carried out by hand: the types of `request` unwrap promises in their own way.
    let result: { value: T } | undefined;
    await locks.request(`isic-cache:${database}:${key}`, { signal }, async () => {
      result = { value: await run(signal) };
    });
    return result!.value;
  };
}
