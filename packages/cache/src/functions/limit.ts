import { CacheFullError } from "../contract/errors.ts";
import { checkOptions } from "../contract/options.ts";
import type { Bytes, Entry, RichCache, SetOptions, StreamOptions } from "../contract/types.ts";

export interface LimitOptions {
  /** Most bytes to keep. */
  readonly maxBytes: number;
  /**
   * Once over the limit, evict down to this share of it, so that not every `set` has to look for a victim.
   * @default 0.9
   */
  readonly downTo?: number;
  /** Entries that are never evicted, besides those that are pinned. */
  readonly keep?: (key: string) => boolean;
  /** Hears what was evicted. */
  readonly onEvict?: (entry: Entry) => void;
}

/** What others may have stored is counted again after so long. */
const RECOUNT_MS = 60_000;

/**
 * The cache with a limit: when it is over `maxBytes`, the least recently used entries that are not pinned are deleted.
 * The cache must have `list` (memory, files and IndexedDB have); several processes may each put a limit on one folder.
 *
 * @throws CacheFullError from `set` for a value that is larger than the whole limit; nothing is stored or evicted then.
 * @example
 * ```ts
 * import { createMemoryCache, limit } from "@isic/cache";
 *
 * const cache = limit(createMemoryCache(), { maxBytes: 10, downTo: 1 });
 * for (const key of ["a", "b", "c"]) await cache.set(key, new Uint8Array(4));
 * console.log(await cache.get("a")); // undefined
 * ```
 */
export function limit<C extends RichCache>(cache: C, options: LimitOptions): C {
  const {
    maxBytes,
    downTo = 0.9,
    keep,
    onEvict,
  } = checkOptions("limit", options, ["maxBytes", "downTo", "keep", "onEvict"]);
  if (!(maxBytes > 0)) throw new RangeError(`expected maxBytes to be more than 0, got ${maxBytes}`);
  if (!(downTo > 0 && downTo <= 1)) throw new RangeError(`expected downTo to be in (0, 1], got ${downTo}`);
  if (cache.list === undefined) throw new TypeError("expected a cache with list() to limit, got one without");
  const list = cache.list.bind(cache);
  /** Never less than what is stored by this process; unknown before the first count. */
  let total: number | undefined;
  let counted = 0;
  let evicting: Promise<void> | undefined;

  const evict = async (): Promise<void> => {
    const candidates: Entry[] = [];
    let size = 0;
    for await (const entry of list()) {
      size += entry.size;
      if (!entry.pinned && !keep?.(entry.key)) candidates.push(entry);
    }
    counted = Date.now();
    if (size > maxBytes) {
      candidates.sort((a, b) => a.lastUsed - b.lastUsed);
      for (const entry of candidates) {
        if (size <= maxBytes * downTo) break;
        await cache.delete(entry.key);
        size -= entry.size;
        onEvict?.(entry);
      }
    }
    total = size;
  };

  const makeRoom = async (added: number): Promise<void> => {
    // What is stored while others are evicted may have been missed by their count.
    await evicting;
    if (total !== undefined) total += added;
    if (total !== undefined && total <= maxBytes && Date.now() - counted < RECOUNT_MS) return;
    evicting ??= evict().finally(() => {
      evicting = undefined;
    });
    await evicting;
  };

  const fits = (key: string, size: number): void => {
    if (size > maxBytes) throw new CacheFullError(key, size, `the limit is ${maxBytes} bytes`);
  };

  const limited: Partial<RichCache> = {
    set: async (key: string, value: Bytes, call?: SetOptions) => {
      fits(key, value.byteLength);
      await cache.set(key, value, call);
      await makeRoom(value.byteLength);
    },
  };
  if (cache.setStream !== undefined) {
    limited.setStream = async (key: string, source: AsyncIterable<Uint8Array>, call?: StreamOptions) => {
      let size = 0;
      const counting = count(source, (bytes) => {
        size += bytes;
        fits(key, size);
      });
      await cache.setStream!(key, counting, call);
      await makeRoom(size);
    };
  }
  return replaced(cache, limited);
}

async function* count(source: AsyncIterable<Uint8Array>, add: (bytes: number) => void): AsyncIterable<Uint8Array> {
  for await (const chunk of source) {
    add(chunk.byteLength);
    yield chunk;
  }
}

/** The cache with some methods replaced; the others run on the cache itself. */
function replaced<C extends RichCache>(cache: C, methods: Partial<RichCache>): C {
  const known = new Map<PropertyKey, unknown>(Object.entries(methods));
  return new Proxy(cache, {
    get(target, name) {
      if (known.has(name)) return known.get(name);
      const value: unknown = Reflect.get(target, name, target);
      const bound: unknown = typeof value === "function" ? value.bind(target) : value;
      if (typeof value === "function") known.set(name, bound);
      return bound;
    },
  });
}
