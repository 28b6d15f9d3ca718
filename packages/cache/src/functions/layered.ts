import { keysOf } from "../contract/entries.ts";
import { collect, toStream } from "../contract/streams.ts";
import type {
  ByteCache,
  Bytes,
  CallOptions,
  InspectReport,
  RichCache,
  SetOptions,
  StreamOptions,
} from "../contract/types.ts";
import { repair, verify } from "./inspect.ts";

/**
 * Several caches as one, the fastest first (memory over files): a hit lower down is copied up; what is stored goes to
 * the bottom first, so that an upper layer never has what the bottom lacks. The bottom one is the truth: keys, metadata,
 * locks and pins are its.
 *
 * An upper layer does not see what other processes store under a key it already has.
 *
 * @example
 * ```ts
 * import { createMemoryCache, layered } from "@isic/cache";
 *
 * const files = createMemoryCache(); // createFileCache({ folder }), or createIdbCache({ name })
 * const cache = layered([createMemoryCache({ maxBytes: 64e6 }), files]);
 * await cache.set("a", new Uint8Array([1]));
 * console.log(files.get("a")); // Uint8Array [ 1 ]
 * ```
 */
export function layered(caches: readonly ByteCache[]): RichCache {
  const bottom = caches.at(-1) as RichCache | undefined;
  if (bottom === undefined) throw new TypeError("expected at least one cache to layer, got none");
  const uppers = caches.slice(0, -1);
  // Counts what was stored or deleted per key while somebody reads it: what he read must not be copied up then.
  const reading = new Map<string, { readers: number; changes: number }>();

  const changing = async (key: string, change: () => Promise<void>): Promise<void> => {
    const bump = (): void => {
      const state = reading.get(key);
      if (state !== undefined) state.changes++;
    };
    bump();
    try {
      await change();
    } finally {
      bump();
    }
  };

  const get = async (key: string, options?: CallOptions): Promise<Bytes | undefined> => {
    for (const [level, cache] of uppers.entries()) {
      const value = await cache.get(key, options);
      if (value === undefined) continue;
      await copyUp(uppers.slice(0, level), key, value);
      return value;
    }
    const state = reading.get(key) ?? { readers: 0, changes: 0 };
    reading.set(key, state);
    state.readers++;
    const before = state.changes;
    try {
      const value = await bottom.get(key, options);
      if (value !== undefined && state.changes === before) {
        await copyUp(uppers, key, value);
        // Changed while it was copied: the copy may be the old value.
        if (state.changes !== before) await forgetAbove(key);
      }
      return value;
    } finally {
      state.readers--;
      if (state.readers === 0) reading.delete(key);
    }
  };

  const forgetAbove = async (key: string): Promise<void> => {
    for (const cache of uppers) await cache.delete(key);
  };

  const cache: RichCache = {
    get,
    set: (key: string, value: Bytes, options?: SetOptions) =>
      changing(key, async () => {
        await bottom.set(key, value, options);
        await copyUp(uppers, key, value);
      }),
    delete: (key, options) =>
      changing(key, async () => {
        await bottom.delete(key, options);
        await forgetAbove(key);
      }),
    keys: (prefix) => keysOf(bottom, prefix),
    getStream: async (key, options) => {
      const value = await get(key, options);
      return value === undefined ? undefined : toStream(value);
    },
    setStream: (key: string, source: AsyncIterable<Uint8Array>, options?: StreamOptions) =>
      changing(key, async () => {
        if (bottom.setStream === undefined) await bottom.set(key, await collect(key, source, options), options);
        else await bottom.setStream(key, source, options);
        await forgetAbove(key);
      }),
    inspect: async ({ repair: mend, ...options }): Promise<InspectReport> => {
      const report = await (mend ? repair(bottom, options) : verify(bottom, options));
      for (const { key, repaired } of report.problems) if (repaired && key !== undefined) await forgetAbove(key);
      return report;
    },
    erase: async (prefix, options) => {
      if (bottom.erase !== undefined) await bottom.erase(prefix, options);
      else await deleteAll(bottom, prefix, options);
      for (const upper of uppers) await deleteAll(upper, prefix, options);
    },
    close: async () => {
      for (const each of caches) await (each as RichCache).close?.();
    },
  };
  if (bottom.stat !== undefined) cache.stat = (key, options) => bottom.stat!(key, options);
  if (bottom.list !== undefined) cache.list = (prefix, options) => bottom.list!(prefix, options);
  if (bottom.lock !== undefined) cache.lock = (key, run, options) => bottom.lock!(key, run, options);
  if (bottom.pin !== undefined) cache.pin = (key, pinned) => bottom.pin!(key, pinned);
  return cache;
}

async function deleteAll(cache: ByteCache, prefix: string, options: CallOptions | undefined): Promise<void> {
  const keys: string[] = [];
  for await (const key of keysOf(cache, prefix)) keys.push(key);
  for (const key of keys) await cache.delete(key, options);
}

/** A layer that is full is no failure, but it must not keep an older value. */
async function copyUp(caches: readonly ByteCache[], key: string, value: Bytes): Promise<void> {
  for (const cache of caches) {
    try {
      // Plain maps keep what they are given: they get a copy, since the value belongs to the caller.
      await cache.set(key, value.slice());
    } catch {
      await cache.delete(key);
    }
  }
}
