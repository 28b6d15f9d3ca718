import { type ByteCache, type Bytes, type CallOptions, checkKey } from "@isic/cache";
import { type DBSchema, type IDBPDatabase, openDB } from "idb";

interface Schema extends DBSchema {
  /** The bytes, one record each. */
  values: { key: string; value: Blob | Bytes };
}

export interface IdbCacheOptions {
  /** The database's name: one per application. */
  readonly name: string;
}

/** A cache over IndexedDB; see {@link createIdbCache}. */
export interface IdbCache extends ByteCache {
  readonly name: string;
  get(key: string, options?: CallOptions): Promise<Bytes | undefined>;
  set(key: string, value: Bytes, options?: CallOptions): Promise<void>;
  delete(key: string): Promise<void>;
  keys(prefix?: string): AsyncIterable<string>;
  close(): Promise<void>;
}

/** A cache over IndexedDB; the database is opened by the first call. */
export function createIdbCache(options: IdbCacheOptions): IdbCache {
  const { name } = options;
  let opened: Promise<IDBPDatabase<Schema>> | undefined;
  const database = (): Promise<IDBPDatabase<Schema>> => {
    opened ??= openDB<Schema>(name, 1, {
      upgrade: (db) => {
        db.createObjectStore("values");
      },
    });
    return opened;
  };
  return {
    name,
    async get(key, call) {
      checkKey(key);
      call?.signal?.throwIfAborted();
      const stored = await (await database()).get("values", key);
      return stored instanceof Blob ? new Uint8Array(await stored.arrayBuffer()) : stored;
    },
    async set(key, value, call) {
      checkKey(key);
      call?.signal?.throwIfAborted();
      await (await database()).put("values", value.slice(), key);
    },
    async delete(key) {
      checkKey(key);
      await (await database()).delete("values", key);
    },
    async *keys(prefix = "") {
      const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
      for (const key of await (await database()).getAllKeys("values", range)) yield key;
    },
    async close() {
      (await opened)?.close();
      opened = undefined;
    },
  };
}
