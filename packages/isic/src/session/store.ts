import {
  type Bytes,
  cacheKey,
  type EntryInfo,
  type EntryNotes,
  getOrCreate,
  type Loaded,
  type RichCache,
} from "@isic/cache";
import { isIsicError } from "../errors.ts";
import type { CallOptions, Origin } from "./calls.ts";
import { withoutUndefined } from "./options.ts";

/** Something that was survived: a broken entry that is fetched again, a value that could not be stored. */
export type OnProblem = (message: string) => void;

export interface LoadOptions<T> extends CallOptions {
  /** Fetches or computes the bytes; only called when the cache has none that can be read. */
  readonly load: (
    signal: AbortSignal,
  ) => Promise<Bytes | ({ readonly value: Bytes; readonly key?: string } & EntryNotes)>;
  /** Bytes to the thing itself. Throws for bytes that are not it: those never enter, and an entry of them is fetched again. */
  readonly read: (bytes: Bytes) => T | Promise<T>;
}

/** What `getOrLoad` found or fetched. */
export interface Stored<T> {
  readonly value: T;
  readonly bytes: Bytes;
  readonly origin: Origin;
}

/** Who waits for whom, where the cache itself knows no locks. */
const QUEUES = /* @__PURE__ */ new WeakMap<object, Map<string, Promise<unknown>>>();

/**
 * The one way between the cache and the rest of the facade: everything of one server and one account, below its own
 * prefix, so that what was fetched while logged in is out of reach of anybody else.
 */
export class Store {
  readonly cache: RichCache | undefined;
  readonly #prefix: readonly [server: string, account: string];
  readonly #onProblem: OnProblem;

  constructor(cache: RichCache | undefined, server: string, account: string, onProblem: OnProblem) {
    this.cache = cache;
    this.#prefix = [server, account];
    this.#onProblem = onProblem;
  }

  /** A key of this server and account; the parts may hold anything. */
  key(...parts: readonly string[]): string {
    return cacheKey([...this.#prefix, ...parts]);
  }

  /** The entry as bytes, or nothing. */
  async get(key: string, options: CallOptions = {}): Promise<Bytes | undefined> {
    return this.cache?.get(key, withoutUndefined({ signal: options.signal }));
  }

  /** Is there an entry, usable or not? */
  async has(key: string): Promise<boolean> {
    const found = this.cache?.stat === undefined ? this.get(key) : this.stat(key);
    return (await found) !== undefined;
  }

  /**
   * Stores what one can do without. Where that fails, it is said.
   *
   * @param what the thing, as the first words of a sentence
   * @returns whether it is stored
   */
  async trySet(key: string, value: Bytes, what: string): Promise<boolean> {
    try {
      await this.cache?.set(key, value);
      return true;
    } catch (error) {
      this.#onProblem(`${what} could not be stored (${(error as Error).message}); this session goes on without.`);
      return false;
    }
  }

  async delete(key: string): Promise<void> {
    await this.cache?.delete(key);
  }

  /** Removes everything of this server and account. */
  async erase(): Promise<void> {
    const prefix = `${cacheKey(this.#prefix)}/`;
    if (this.cache?.erase !== undefined) {
      await this.cache.erase(prefix);
      return;
    }
    const keys: string[] = [];
    for await (const key of this.cache?.keys() ?? []) if (key.startsWith(prefix)) keys.push(key);
    for (const key of keys) await this.delete(key);
  }

  /** Runs `run` while nobody else runs under the same key: in this process, and in others where the cache can lock. */
  async lock<T>(key: string, options: CallOptions, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { cache } = this;
    const own = options.signal ?? new AbortController().signal;
    if (cache === undefined) return run(own);
    if (cache.lock !== undefined) {
      let hasBegun = false;
      const locked = (lost: AbortSignal): Promise<T> => {
        hasBegun = true;
        return run(AbortSignal.any([own, lost]));
      };
      try {
        return await cache.lock(key, locked, { signal: own });
      } catch (error) {
        // A folder that can only be read serves what it has.
        if (hasBegun || own.aborted || isIsicError(error, "IdentityMismatchError")) throw error;
        this.#onProblem(`${key} could not be locked (${(error as Error).message}); this session goes on without.`);
        return run(own);
      }
    }
    const queues = QUEUES.get(cache) ?? new Map<string, Promise<unknown>>();
    QUEUES.set(cache, queues);
    const before = queues.get(key);
    const turn = (async () => {
      await before?.catch(() => undefined);
      own.throwIfAborted();
      return run(own);
    })();
    queues.set(key, turn);
    try {
      return await turn;
    } finally {
      if (queues.get(key) === turn) queues.delete(key);
    }
  }

  /** What the cache knows about an entry; nothing where it keeps no notes. */
  async stat(key: string): Promise<EntryInfo | undefined> {
    return this.cache?.stat?.(key);
  }

  /** The entry if it is there and can be read; a broken one is removed and said. */
  async find<T>(key: string, read: LoadOptions<T>["read"], options: CallOptions = {}): Promise<Stored<T> | undefined> {
    let bytes: Bytes | undefined;
    try {
      bytes = await this.get(key, options);
    } catch (error) {
      // Other errors (a locked database, a folder of somebody else) are not the entry's fault.
      if (!isIsicError(error, "CorruptEntryError")) throw error;
      await this.#forget(key, error);
      return undefined;
    }
    if (bytes === undefined) return undefined;
    try {
      return { value: await read(bytes), bytes, origin: "cache" };
    } catch (error) {
      options.signal?.throwIfAborted();
      await this.#forget(key, error as Error);
      return undefined;
    }
  }

  /**
   * The entry, or what `load` gives, which is stored once `read` has accepted it: one look into the cache, one reading
   * of the bytes.
   */
  async getOrLoad<T>(key: string, options: LoadOptions<T>): Promise<Stored<T>> {
    let seen: { readonly bytes: Bytes; readonly value: T; readonly origin: Origin } | undefined;
    const load = async ({ signal }: { readonly signal: AbortSignal }): Promise<Loaded> => {
      const loaded = await options.load(signal);
      const bytes = loaded instanceof Uint8Array ? loaded : loaded.value;
      seen = { bytes, value: await options.read(bytes), origin: "network" };
      return loaded;
    };
    const check = async (_: string, bytes: Bytes): Promise<string | undefined> => {
      try {
        seen = { bytes, value: await options.read(bytes), origin: "cache" };
        return undefined;
      } catch (error) {
        options.signal?.throwIfAborted();
        return (error as Error).message;
      }
    };
    const cache = this.cache ?? new Map<string, Bytes>();
    const onProblem = (problem: { readonly message: string }): void => this.#onProblem(problem.message);
    const bytes = await getOrCreate(cache, key, load, {
      ...withoutUndefined({ signal: options.signal }),
      check,
      onProblem,
    });
    // Another caller may have loaded it while we waited; what he got is not ours.
    if (seen === undefined) return { value: await options.read(bytes), bytes, origin: "cache" };
    return { value: seen.value, bytes, origin: seen.origin };
  }

  async #forget(key: string, error: Error): Promise<void> {
    this.#onProblem(`The cache entry ${key} is not usable (${error.message}); it is fetched again.`);
    await this.delete(key);
  }
}
