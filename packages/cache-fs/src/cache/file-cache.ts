import { resolve } from "node:path";
import {
  type Bytes,
  CALL_OPTIONS,
  type CallOptions,
  checkKey,
  checkOptions,
  type Entry,
  type EntryInfo,
  type InspectOptions,
  type InspectReport,
  type RichCache,
  SET_OPTIONS,
  type SetOptions,
  STREAM_OPTIONS,
  type StreamOptions,
} from "@isic/cache";
import type { Identity } from "../naming/identity.ts";
import type { Layout } from "../naming/names.ts";
import type { AccountFolder } from "./account-folder.ts";
import { AccountFolders, type FoundFolder } from "./account-folders.ts";
import { eraseFolder, removeErased } from "./erased.ts";
import { type Inspection, inspectFolder, inspectRoot } from "./inspect.ts";
import { entriesIn, flat, keysIn } from "./list.ts";

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
  const { layout = "auto", durable = false, verifyReads = true, identity, folder: path } = checked(options);
  const folder = resolve(path);
  let opening: Promise<AccountFolders> | undefined;

  const accounts = (): Promise<AccountFolders> => {
    if (opening === undefined) {
      opening = AccountFolders.open({ folder, layout, identity, durable, verifyReads });
      opening.catch(() => {
        opening = undefined;
      });
    }
    return opening;
  };

  const accountOf = async (
    method: string,
    key: string,
    call?: CallOptions,
    known: readonly string[] = CALL_OPTIONS,
  ): Promise<AccountFolder> => {
    checkKey(key);
    checkOptions(method, call, known).signal?.throwIfAborted();
    return await (await accounts()).of(key);
  };

  return {
    folder,
    open: async () => void (await accounts()),
    get: async (key, call) => (await accountOf("get", key, call)).read(key),
    set: async (key, value, call = {}) => (await accountOf("set", key, call, SET_OPTIONS)).write(key, value, call),
    delete: async (key, call) => (await accountOf("delete", key, call)).delete(key),
    stat: async (key, call) => (await accountOf("stat", key, call)).stat(key),
    getStream: async (key, call) => (await accountOf("getStream", key, call)).readStream(key),
    setStream: async (key, source, call = {}) =>
      (await accountOf("setStream", key, call, STREAM_OPTIONS)).writeStream(key, source, call),
    lock: async (key, run, call) => (await accountOf("lock", key, call)).lock(key, run, call?.signal),
    pin: async (key, pinned = true) => (await accountOf("pin", key)).pin(key, pinned),

    keys(prefix = "") {
      async function* lists() {
        for await (const account of (await accounts()).usable(prefix)) yield* keysIn(account, prefix);
      }
      return flat(lists());
    },

    async *list(prefix = "", call) {
      for await (const account of (await accounts()).usable(prefix)) {
        yield* entriesIn(account, prefix, call?.signal);
      }
    },

    async inspect(inspect) {
      const inspection: Inspection = { entries: 0, bytes: 0, problems: [] };
      const all = await accounts();
      await inspectRoot(all, inspect, inspection);
      for await (const found of all.withPrefix(inspect.prefix ?? "")) await inspectFolder(found, inspect, inspection);
      return inspection;
    },

    async erase(prefix, call) {
      const all = await accounts();
      for await (const found of all.withPrefix(prefix)) {
        call?.signal?.throwIfAborted();
        const whole = found.prefix !== "" && found.prefix.startsWith(prefix) && all.owner === undefined;
        if (whole) await eraseAccount(all, found);
        else await eraseKeys(await found.open(), prefix, call?.signal);
      }
      await removeErased(all.root);
    },

    async close() {
      const all = await opening?.catch(() => undefined);
      opening = undefined;
      for (const account of all?.opened ?? []) await (await account).journals.flush();
    },
  };
}

const LAYOUTS: readonly unknown[] = ["auto", "one-level", "two-level"] satisfies Layout[];
const OPTIONS = ["folder", "layout", "identity", "durable", "verifyReads"];

function checked(options: FileCacheOptions): FileCacheOptions {
  const { folder, layout = "auto", identity } = checkOptions("createFileCache", options, OPTIONS);
  if (typeof folder !== "string" || folder === "") {
    throw new TypeError(`expected the cache's folder as a path, got ${JSON.stringify(folder)}`);
  }
  if (!LAYOUTS.includes(layout)) {
    throw new TypeError(`expected the layout to be one of ${LAYOUTS.join(", ")}, got ${JSON.stringify(layout)}`);
  }
  if (identity === undefined) return options;
  const known = ["server", "account", "formerNames", "logins"];
  const { server, account, formerNames = [], logins = [] } = checkOptions("identity", identity, known);
  for (const part of [server, account]) {
    if (typeof part !== "string" || part === "") {
      throw new TypeError(`expected an identity as { server, account }, two texts, got ${JSON.stringify(identity)}`);
    }
  }
  for (const names of [formerNames, logins]) {
    if (!Array.isArray(names) || names.some((name) => typeof name !== "string" || name === "")) {
      throw new TypeError(`expected \`formerNames\` and \`logins\` as lists of names, got ${JSON.stringify(names)}`);
    }
  }
  return options;
}

async function eraseAccount(accounts: AccountFolders, { root, prefix }: FoundFolder): Promise<void> {
  await accounts.forget(prefix);
  await eraseFolder(accounts.root, root);
}

/** Entry by entry, where others lie in the same folder; what the journals still tell of them goes too. */
async function eraseKeys(account: AccountFolder, prefix: string, signal: AbortSignal | undefined): Promise<void> {
  for await (const keys of keysIn(account, prefix, signal)) for (const key of keys) await account.delete(key);
  await account.forgetErased();
}
