/** Entries in an open database: bytes in one object store, what is known about them in another, both in one transaction. */
import {
  assertSha256,
  type Bytes,
  type CallOptions,
  CorruptEntryError,
  type Entry,
  type EntryInfo,
  type MaybePromise,
  notesOf,
  type SetOptions,
  sha256Hex,
} from "@isic/cache";
import type { Database, StoredInfo } from "./open-database.ts";
import { BLOB_BYTES, createQuota } from "./quota.ts";
import { createWrite } from "./writes.ts";

/** What the cache needs of a place to store; a memory cache is one too. */
export interface IdbStore {
  get(key: string, options?: CallOptions): MaybePromise<Bytes | undefined>;
  set(key: string, value: Bytes, options?: SetOptions): Promise<void>;
  delete(key: string, options?: CallOptions): MaybePromise<unknown>;
  stat(key: string, options?: CallOptions): MaybePromise<EntryInfo | undefined>;
  getStream(key: string, options?: CallOptions): MaybePromise<ReadableStream<Bytes> | undefined>;
  pin(key: string, pinned: boolean): MaybePromise<boolean>;
  keys(prefix: string): Iterable<string> | AsyncIterable<string>;
  list(prefix: string, options?: CallOptions): Iterable<Entry> | AsyncIterable<Entry>;
  erase(prefix: string, options?: CallOptions): MaybePromise<unknown>;
  close(): MaybePromise<unknown>;
}

/** What browsers say of a Blob that they do not store. */
const REFUSALS: ReadonlySet<string> = new Set(["DataCloneError", "UnknownError", "NotSupportedError", "SecurityError"]);
/** What writing down a pin takes at most. */
const PIN_BYTES = 4_096;
const USES_MS = 2_000;
/** Entries asked for at a time. */
const BATCH = 1_000;
/** The same for keys alone, which are short. */
const KEY_BATCH = 4_000;

export function createIdbStore(database: Database, verifyReads: boolean): IdbStore {
  const write = createWrite();
  /** When entries were used, not yet written down. */
  const used = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const use = (key: string): void => {
    used.set(key, Date.now());
    timer ??= setTimeout(() => void writeUses().catch(() => {}), USES_MS);
  };

  const writeUses = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const uses = [...used];
    used.clear();
    if (uses.length === 0) return;
    await write(async () => {
      const transaction = database.transaction("infos", "readwrite");
      for (const [key, lastUsed] of uses) {
        const info = await transaction.store.get(key);
        if (info !== undefined && info.lastUsed < lastUsed) await transaction.store.put({ ...info, lastUsed });
      }
      await transaction.done;
    });
  };

  const current = (info: StoredInfo): StoredInfo => ({
    ...info,
    lastUsed: Math.max(info.lastUsed, used.get(info.key) ?? 0),
  });

  const find = async (key: string) => {
    const transaction = database.transaction(["values", "infos"]);
    const [value, info] = await Promise.all([
      transaction.objectStore("values").get(key),
      transaction.objectStore("infos").get(key),
    ]);
    if (value !== undefined) use(key);
    return { value, info };
  };

  const putAs = (value: Blob | Bytes, info: Omit<StoredInfo, "pinned">): Promise<void> =>
    write(() => putOnce(value, info));

  const putOnce = async (value: Blob | Bytes, info: Omit<StoredInfo, "pinned">): Promise<void> => {
    const transaction = database.transaction(["values", "infos"], "readwrite");
    const infos = transaction.objectStore("infos");
    const stored = (async () => {
      const pinned = (await infos.get(info.key))?.pinned ?? false;
      await Promise.all([transaction.objectStore("values").put(value, info.key), infos.put({ ...info, pinned })]);
    })();
    try {
      await Promise.all([stored, transaction.done]);
    } catch (error) {
      await Promise.allSettled([stored, transaction.done]);
      // A request of an aborted transaction only tells that it was aborted.
      throw transaction.error ?? error;
    }
  };

  /** WebKit's private windows store no Blobs. That is found out once. */
  let takesBlobs = true;

  const put = async (value: Bytes, info: Omit<StoredInfo, "pinned">): Promise<void> => {
    if (!takesBlobs || value.byteLength < BLOB_BYTES) return await putAs(value, info);
    try {
      return await putAs(new Blob([value]), info);
    } catch (error) {
      if (!REFUSALS.has((error as Error).name)) throw error;
      // If bytes are refused too, it was not the Blob.
      await putAs(value, info).catch(() => {
        throw error;
      });
      takesBlobs = false;
    }
  };

  const remove = (which: string | IDBKeyRange): Promise<unknown> =>
    write(() => {
      const transaction = database.transaction(["values", "infos"], "readwrite");
      const stores = [transaction.objectStore("values"), transaction.objectStore("infos")];
      return Promise.all([...stores.map((store) => store.delete(which)), transaction.done]);
    });

  const quota = createQuota(database, write, () => writeUses().catch(() => {}));

  return {
    async get(key, call) {
      const { value, info } = await find(key);
      if (value === undefined) return undefined;
      const bytes = await bytesOf(key, value);
      call?.signal?.throwIfAborted();
      if (verifyReads && info?.sha256 !== undefined) assertSha256(key, await sha256Hex(bytes), info.sha256);
      return bytes;
    },

    async set(key, value, call = {}) {
      const { signal } = call;
      const sha256 = await sha256Hex(value);
      assertSha256(key, sha256, call.sha256);
      signal?.throwIfAborted();
      const now = Date.now();
      const info = {
        key,
        size: value.byteLength,
        created: now,
        lastUsed: now,
        ...(sha256 === undefined ? {} : { sha256 }),
        ...notesOf(call),
      };
      const copy = value.slice();
      await quota.store(key, copy.byteLength, () => put(copy, info));
    },

    async delete(key) {
      used.delete(key);
      await remove(key);
    },

    async stat(key) {
      const info = await database.get("infos", key);
      if (info === undefined) return undefined;
      const { key: _, ...rest } = current(info);
      return rest;
    },

    async getStream(key) {
      const { value } = await find(key);
      if (value === undefined) return undefined;
      return (value instanceof Blob ? value : new Blob([value])).stream();
    },

    async pin(key, pinned) {
      const info = await database.get("infos", key);
      if (info === undefined) return false;
      const { size } = info;
      const put = async (): Promise<void> => {
        const transaction = database.transaction("infos", "readwrite");
        const now = await transaction.store.get(key);
        if (now !== undefined) await transaction.store.put({ ...now, pinned });
        await transaction.done;
      };
      await quota.store(key, Math.min(size, PIN_BYTES), () => write(put));
      return true;
    },

    async *keys(prefix) {
      for (let after = ""; ; ) {
        const batch = await database.getAllKeys("infos", range(prefix, after), KEY_BATCH);
        yield* batch;
        if (batch.length < KEY_BATCH) return;
        after = batch.at(-1)!;
      }
    },

    async *list(prefix, call) {
      for (let after = ""; ; ) {
        call?.signal?.throwIfAborted();
        const batch = await database.getAll("infos", range(prefix, after), BATCH);
        yield* batch.map(current);
        if (batch.length < BATCH) return;
        after = batch.at(-1)!.key;
      }
    },

    async erase(prefix) {
      await remove(range(prefix, ""));
    },

    async close() {
      await writeUses().catch(() => {});
      database.close();
    },
  };
}

/** Keys are ASCII, so nothing that starts with the prefix lies behind this end. */
function range(prefix: string, after: string): IDBKeyRange {
  const end = `${prefix}\uffff`;
  return after === "" ? IDBKeyRange.bound(prefix, end) : IDBKeyRange.bound(after, end, true);
}

async function bytesOf(key: string, value: Blob | Bytes): Promise<Bytes> {
  if (!(value instanceof Blob)) return value;
  try {
    return new Uint8Array(await value.arrayBuffer());
  } catch (error) {
    throw new CorruptEntryError(key, "the browser has lost its bytes", { cause: error });
  }
}
