import { notesOf } from "../contract/entries.ts";
import { CacheFullError } from "../contract/errors.ts";
import { checkKey } from "../contract/key.ts";
import { CALL_OPTIONS, checkOptions, SET_OPTIONS, STREAM_OPTIONS } from "../contract/options.ts";
import { assertSha256, sha256Hex } from "../contract/sha256.ts";
import { collect, toStream } from "../contract/streams.ts";
import type { Bytes, CallOptions, Entry, EntryInfo, RichCache, SetOptions, StreamOptions } from "../contract/types.ts";
import { createMutex } from "./mutex.ts";

export interface MemoryCacheOptions {
  /**
   * Most bytes to keep; the least recently used unpinned entries make room.
   * @default Infinity
   */
  readonly maxBytes?: number;
}

/** A cache in memory with everything the contract knows; see {@link createMemoryCache}. */
export interface MemoryCache extends Required<Omit<RichCache, "inspect">> {
  get(key: string, options?: CallOptions): Bytes | undefined;
  set(key: string, value: Bytes, options?: SetOptions): Promise<void>;
  delete(key: string): boolean;
  keys(prefix?: string): Iterable<string>;
  stat(key: string): EntryInfo | undefined;
  list(prefix?: string): Iterable<Entry>;
  getStream(key: string): ReadableStream<Bytes> | undefined;
  setStream(key: string, source: AsyncIterable<Uint8Array>, options?: StreamOptions): Promise<void>;
  lock<T>(key: string, run: (signal: AbortSignal) => Promise<T>, options?: CallOptions): Promise<T>;
  pin(key: string, pinned?: boolean): boolean;
  erase(prefix: string): void;
  close(): void;
}

interface Slot {
  readonly value: Bytes;
  info: EntryInfo;
}

/**
 * A cache in memory. Values are copied in and out, so nobody can change what is stored.
 *
 * @throws CacheFullError from `set` when pinned entries leave no room, or the value alone is larger than `maxBytes`.
 * @example
 * ```ts
 * import { cacheKey, createMemoryCache } from "@isic/cache";
 *
 * const cache = createMemoryCache({ maxBytes: 64e6 });
 * await cache.set(cacheKey(["example.org", "anonymous", "spimg", "5436e3ab"]), new Uint8Array([1, 2, 3]));
 * console.log([...cache.keys("example.org/")]); // ["example.org/anonymous/spimg/5436e3ab"]
 * ```
 */
export function createMemoryCache(options: MemoryCacheOptions = {}): MemoryCache {
  const { maxBytes = Number.POSITIVE_INFINITY } = checkOptions("createMemoryCache", options, ["maxBytes"]);
  if (!(maxBytes >= 0)) throw new RangeError(`expected maxBytes to be 0 or more, got ${maxBytes}`);
  // A Map keeps its order of insertion: the first slot is the least recently used one.
  const slots = new Map<string, Slot>();
  const mutex = createMutex();
  let total = 0;

  const remove = (key: string): boolean => {
    const slot = slots.get(key);
    if (slot === undefined) return false;
    total -= slot.value.byteLength;
    return slots.delete(key);
  };

  const makeRoom = (key: string, size: number): void => {
    const old = slots.get(key)?.value.byteLength ?? 0;
    let excess = total - old + size - maxBytes;
    if (excess <= 0) return;
    const victims: string[] = [];
    for (const [other, slot] of slots) {
      if (other === key || slot.info.pinned) continue;
      victims.push(other);
      excess -= slot.value.byteLength;
      if (excess <= 0) break;
    }
    if (excess > 0) throw new CacheFullError(key, size, `the limit is ${maxBytes} bytes, and the rest is pinned`);
    for (const victim of victims) remove(victim);
  };

  const touch = (key: string): Slot | undefined => {
    const slot = slots.get(key);
    if (slot === undefined) return undefined;
    slots.delete(key);
    slots.set(key, slot);
    slot.info = { ...slot.info, lastUsed: Date.now() };
    return slot;
  };

  const store = async (key: string, value: Bytes, call: SetOptions = {}): Promise<void> => {
    checkKey(key);
    call.signal?.throwIfAborted();
    const copy = value.slice();
    const sha256 = await sha256Hex(copy);
    assertSha256(key, sha256, call.sha256);
    call.signal?.throwIfAborted();
    makeRoom(key, copy.byteLength);
    const pinned = slots.get(key)?.info.pinned ?? false;
    const now = Date.now();
    remove(key);
    slots.set(key, {
      value: copy,
      info: {
        size: copy.byteLength,
        created: now,
        lastUsed: now,
        ...(sha256 === undefined ? {} : { sha256 }),
        pinned,
        ...notesOf(call),
      },
    });
    total += copy.byteLength;
  };

  return {
    get(key, call) {
      checkOptions("get", call, CALL_OPTIONS).signal?.throwIfAborted();
      return touch(checkKey(key))?.value.slice();
    },
    set: async (key, value, call) => store(key, value, checkOptions("set", call, SET_OPTIONS)),
    delete: (key) => remove(checkKey(key)),
    keys: (prefix = "") => [...slots.keys()].filter((key) => key.startsWith(prefix)),
    stat: (key) => slots.get(checkKey(key))?.info,
    list: (prefix = "") =>
      [...slots].filter(([key]) => key.startsWith(prefix)).map(([key, slot]) => ({ key, ...slot.info })),
    getStream(key) {
      const slot = touch(checkKey(key));
      return slot === undefined ? undefined : toStream(slot.value.slice());
    },
    async setStream(key, source, call) {
      const options = checkOptions("setStream", call, STREAM_OPTIONS);
      checkKey(key);
      await store(key, await collect(key, source, options), options);
    },
    lock: async (key, run, call) => mutex(checkKey(key), run, checkOptions("lock", call, CALL_OPTIONS)),
    pin(key, pinned = true) {
      const slot = slots.get(checkKey(key));
      if (slot === undefined) return false;
      slot.info = { ...slot.info, pinned };
      return true;
    },
    erase(prefix) {
      for (const key of [...slots.keys()]) if (key.startsWith(prefix)) remove(key);
    },
    close: () => {},
  };
}
