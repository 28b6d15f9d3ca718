import { rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import {
  type Bytes,
  type CallOptions,
  checkKey,
  type Entry,
  type EntryInfo,
  type InspectOptions,
  type InspectReport,
  type RichCache,
  type SetOptions,
  type StreamOptions,
} from "@isic/cache";
import { type Inspection, inspectShelf } from "./inspect.ts";
import { entriesOfShelf, flat, keysOfShelf } from "./list.ts";
import type { Layout } from "./names.ts";
import type { Shelf } from "./shelf.ts";
import { type Identity, Shelves } from "./shelves.ts";
import { isAbsent } from "./whole-file.ts";

export interface FileCacheOptions {
  /** The cache's folder; made when missing. It may be a folder of the Python client. */
  readonly folder: string;
  /**
   * How deep files lie below the folder of a server and account. A folder keeps the layout it was begun with.
   * @default "auto"
   */
  readonly layout?: Layout;
  /**
   * Whose files these are. Needed once for a folder of the Python client, which does not say it itself; the answer is
   * recorded in a marker. In folders of our own every identity has a folder of its own.
   */
  readonly identity?: Identity;
  /**
   * Ask the disk to keep each entry before `set` resolves, so that it survives a power cut and not only a crash.
   * @default false
   */
  readonly durable?: boolean;
  /**
   * Compare what is read with the SHA-256 of what was stored.
   * @default true
   */
  readonly verifyReads?: boolean;
}

/** A cache over a directory; see {@link createFileCache}. */
export interface FileCache extends Required<RichCache> {
  readonly folder: string;
  /** Opens the folder now rather than with the first call, so that a folder of somebody else is refused early. */
  open(): Promise<void>;
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
  inspect(options: InspectOptions & { readonly repair: boolean }): Promise<InspectReport>;
  erase(prefix: string, options?: CallOptions): Promise<void>;
  close(): Promise<void>;
}

/**
 * A cache over a directory: whole files or none, shared by any number of processes.
 *
 * @throws (from `open` and every other call) IdentityMismatchError for a folder of somebody else; UnsafeFolderError for a
 * symbolic link; InvalidKeyError for a key that is not one; CorruptEntryError from `get` for bytes that have changed on
 * disk; CacheFullError from `set` for a full disk, the old entry still in place.
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { cacheKey } from "@isic/cache";
 * import { createFileCache } from "@isic/cache-fs";
 *
 * const cache = createFileCache({ folder: await mkdtemp(join(tmpdir(), "isic-")) });
 * const key = cacheKey(["api.isic-archive.com", "anonymous", "image", "ISIC_0000042", "ISIC_0000042.jpg"]);
 * await cache.set(key, new Uint8Array([0xff, 0xd8]), { validator: '"abc"' });
 * console.log((await cache.stat(key))?.size, await cache.get("absent")); // 2 undefined
 * await cache.close();
 * ```
 */
export function createFileCache(options: FileCacheOptions): FileCache {
  const { layout = "auto", durable = false, verifyReads = true, identity } = options;
  const folder = resolve(options.folder);
  let opening: Promise<Shelves> | undefined;

  const shelves = (): Promise<Shelves> => {
    if (opening === undefined) {
      opening = Shelves.open({ folder, layout, identity, durable, verifyReads });
      opening.catch(() => {
        opening = undefined;
      });
    }
    return opening;
  };

  const shelfOf = async (key: string, call: CallOptions | undefined): Promise<Shelf> => {
    checkKey(key);
    call?.signal?.throwIfAborted();
    return await (await shelves()).of(key);
  };

  return {
    folder,
    open: async () => void (await shelves()),
    get: async (key, call) => (await shelfOf(key, call)).read(key),
    set: async (key, value, call = {}) => (await shelfOf(key, call)).write(key, value, call),
    delete: async (key, call) => (await shelfOf(key, call)).delete(key),
    stat: async (key, call) => (await shelfOf(key, call)).stat(key),
    getStream: async (key, call) => (await shelfOf(key, call)).readStream(key),
    setStream: async (key, source, call = {}) => (await shelfOf(key, call)).writeStream(key, source, call),
    lock: async (key, run, call) => (await shelfOf(key, call)).lock(key, run, call?.signal),
    pin: async (key, pinned = true) => (await shelfOf(key, undefined)).pin(key, pinned),

    keys(prefix = "") {
      async function* lists() {
        for await (const { shelf } of (await shelves()).withPrefix(prefix)) yield* keysOfShelf(shelf, prefix);
      }
      return flat(lists());
    },

    async *list(prefix = "", call) {
      for await (const { shelf } of (await shelves()).withPrefix(prefix)) {
        yield* entriesOfShelf(shelf, prefix, call?.signal);
      }
    },

    async inspect(inspect) {
      const inspection: Inspection = { entries: 0, bytes: 0, problems: [] };
      for await (const { shelf } of (await shelves()).withPrefix(inspect.prefix ?? "")) {
        await inspectShelf(shelf, inspect, inspection);
      }
      return inspection;
    },

    async erase(prefix, call) {
      const all = await shelves();
      for await (const found of all.withPrefix(prefix)) {
        call?.signal?.throwIfAborted();
        const whole = found.prefix !== "" && found.prefix.startsWith(prefix) && all.owner === undefined;
        if (whole) await eraseFolder(all, found.shelf, found.prefix);
        else
          for await (const key of flat(keysOfShelf(found.shelf, prefix, call?.signal))) await found.shelf.delete(key);
      }
    },

    async close() {
      const all = await opening?.catch(() => undefined);
      opening = undefined;
      for (const shelf of all?.opened ?? []) await (await shelf).journals.flush();
    },
  };
}

/** The folder leaves its place at once, and then the disk. */
async function eraseFolder(shelves: Shelves, shelf: Shelf, prefix: string): Promise<void> {
  shelves.forget(prefix);
  const erased = join(shelves.root, `.erased-${shelves.temporaryName()}`);
  try {
    await rename(shelf.root, erased);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  await rm(erased, { recursive: true, force: true });
}
