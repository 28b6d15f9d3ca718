import {
  type Bytes,
  CALL_OPTIONS,
  type CallOptions,
  checkKey,
  checkOptions,
  collect,
  createMemoryCache,
  type Entry,
  type EntryInfo,
  type RichCache,
  SET_OPTIONS,
  type SetOptions,
  STREAM_OPTIONS,
  type StreamOptions,
} from "@isic/cache";
import { createIdbStore, type IdbStore } from "./database/entries.ts";
import { type Database, openDatabase } from "./database/open-database.ts";
import { CacheUnavailableError } from "./errors.ts";
import { createLock } from "./lock.ts";

export interface IdbCacheOptions {
  /** The database's name: one per application. */
  readonly name: string;
  /**
   * Compare what is read with the SHA-256 of what was stored.
   * @default true
   */
  readonly verifyReads?: boolean;
  /**
   * How long to wait for other tabs that hold an older version of the database, in milliseconds.
   * @default 5000
   */
  readonly blockedMs?: number;
  /** Hears that the browser has no IndexedDB (private windows): entries are then kept in memory, and lost with the page. */
  readonly onWarning?: (warning: { readonly message: string; readonly cause?: unknown }) => void;
}

const OPTIONS = ["name", "verifyReads", "blockedMs", "onWarning"];

/** A cache over IndexedDB; see {@link createIdbCache}. */
export interface IdbCache extends Required<Omit<RichCache, "inspect">> {
  readonly name: string;
  get(key: string, options?: CallOptions): Promise<Bytes | undefined>;
  set(key: string, value: Bytes, options?: SetOptions): Promise<void>;
  delete(key: string, options?: CallOptions): Promise<void>;
  keys(prefix?: string): AsyncIterable<string>;
  stat(key: string, options?: CallOptions): Promise<EntryInfo | undefined>;
  list(prefix?: string, options?: CallOptions): AsyncIterable<Entry>;
  getStream(key: string, options?: CallOptions): Promise<ReadableStream<Bytes> | undefined>;
  setStream(key: string, source: AsyncIterable<Uint8Array>, options?: StreamOptions): Promise<void>;
  lock<T>(key: string, run: (signal: AbortSignal) => Promise<T>, options?: CallOptions): Promise<T>;
  pin(key: string, pinned?: boolean): Promise<boolean>;
  erase(prefix: string, options?: CallOptions): Promise<void>;
  /**
   * Asks the browser not to throw the origin's data away when space is short; `false` when it will not promise, or its user
   * has not answered within 5 seconds.
   */
  persist(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * A cache over IndexedDB; the database is opened by the first call. Large values are kept as Blobs. When the browser's
 * quota is reached, the least recently used entries that are not pinned make room.
 *
 * @throws (from every call) InvalidKeyError for a key that is not one; CacheUnavailableError when another tab holds an
 * older version of the database and does not let go; CorruptEntryError from `get`; CacheFullError from `set` when
 * evicting was not enough, the old entry still in place.
 * @example
 * ```ts no-run
 * import { createIdbCache } from "@isic/cache-idb";
 *
 * const cache = createIdbCache({ name: "isic", onWarning: ({ message }) => console.warn(message) });
 * await cache.set("api.isic-archive.com/anonymous/spimg/5436e3ab", new Uint8Array([1, 2, 3]));
 * if (!(await cache.persist())) console.log("the browser may throw it away when space is short");
 * ```
 */
export function createIdbCache(options: IdbCacheOptions): IdbCache {
  const { name, verifyReads = true, blockedMs = 5000, onWarning } = checkOptions("createIdbCache", options, OPTIONS);
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`expected the name of a database, got ${JSON.stringify(name)}`);
  }
  const lock = createLock(name);
  let opening: Promise<IdbStore> | undefined;

  const forget = (): void => {
    opening = undefined;
  };

  const open = async (): Promise<IdbStore> => {
    if (globalThis.indexedDB === undefined) return inMemory("this browser has no IndexedDB");
    let database: Database;
    try {
      database = await openDatabase({ name, blockedMs, onClosed: forget });
    } catch (error) {
      if (error instanceof CacheUnavailableError && error.temporary) throw error;
      return inMemory("this browser lets nothing be stored (a private window?)", error);
    }
    return createIdbStore(database, verifyReads);
  };

  const inMemory = (why: string, cause?: unknown): IdbStore => {
    const message = `The cache ${JSON.stringify(name)} is kept in memory, and lost with the page: ${why}.`;
    onWarning?.(cause === undefined ? { message } : { message, cause });
    return createMemoryCache();
  };

  const store = (): Promise<IdbStore> => {
    if (opening === undefined) {
      const mine = open();
      opening = mine;
      mine.catch(() => {
        if (opening === mine) opening = undefined;
      });
    }
    return opening;
  };

  const ready = async (
    method: string,
    key: string,
    call?: CallOptions,
    known: readonly string[] = CALL_OPTIONS,
  ): Promise<IdbStore> => {
    checkKey(key);
    checkOptions(method, call, known).signal?.throwIfAborted();
    return await store();
  };

  return {
    name,
    lock: async (key, run, call) => lock(checkKey(key), run, checkOptions("lock", call, CALL_OPTIONS)),
    get: async (key, call) => (await ready("get", key, call)).get(key, call),
    set: async (key, value, call) => (await ready("set", key, call, SET_OPTIONS)).set(key, value, call),
    delete: async (key, call) => void (await (await ready("delete", key, call)).delete(key, call)),
    stat: async (key, call) => (await ready("stat", key, call)).stat(key, call),
    getStream: async (key, call) => (await ready("getStream", key, call)).getStream(key, call),
    setStream: async (key, source, call = {}) => {
      const opened = await ready("setStream", key, call, STREAM_OPTIONS);
      const { size: _, ...options } = call;
      await opened.set(key, await collect(key, source, call), options);
    },
    pin: async (key, pinned = true) => (await ready("pin", key)).pin(key, pinned),
    async *keys(prefix = "") {
      yield* (await store()).keys(prefix);
    },
    async *list(prefix = "", call) {
      yield* (await store()).list(prefix, call);
    },
    erase: async (prefix, call) => void (await (await store()).erase(prefix, call)),
    persist,
    async close() {
      const opened = await opening?.catch(() => undefined);
      opening = undefined;
      await opened?.close();
    },
  };
}

/** A browser that asks its user may wait for an answer that never comes. */
const PERSIST_MS = 5_000;

async function persist(): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PERSIST_MS);
  });
  try {
    return await Promise.race([globalThis.navigator?.storage?.persist?.() ?? false, late]);
  } catch {
    // Pages that may not store anything, such as sandboxed ones, may not ask either.
    return false;
  } finally {
    clearTimeout(timer);
  }
}
