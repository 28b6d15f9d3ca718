import { CacheFullError, CorruptEntryError } from "@isic/cache";
import { deleteDB, openDB } from "idb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { openDatabase } from "../src/database/open-database.ts";
import { CacheUnavailableError, createIdbCache, type IdbCache } from "../src/index.ts";
import { installIndexedDb } from "./indexed-db.ts";

await installIndexedDb();

const KEY = "h.org/anonymous/spimg/0a";
const bytes = (...values: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(values);
const later = (ms = 3): Promise<void> => new Promise((done) => setTimeout(done, ms));
const opened: IdbCache[] = [];
let serial = 0;

/** Capability "Blobs in IndexedDB": WebKit's private windows have it not, and bytes are stored there. */
async function storesBlobs(): Promise<boolean> {
  const name = `blobs-${Math.random()}`;
  const database = await openDB(name, 1, { upgrade: (opened) => void opened.createObjectStore("values") });
  const isStored = await database.put("values", new Blob(["a"]), "a").then(
    () => true,
    () => false,
  );
  database.close();
  await deleteDB(name);
  return isStored;
}

function newCache(options: Partial<Parameters<typeof createIdbCache>[0]> = {}): IdbCache {
  const cache = createIdbCache({ name: `idb-${serial++}-${Math.random()}`, ...options });
  opened.push(cache);
  return cache;
}

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const cache of opened.splice(0)) {
    await cache.close();
    await deleteDB(cache.name);
  }
});

/** A browser that grants so many bytes of values. */
function grant(limit: number): void {
  const sizes = new Map<string, number>();
  const put = IDBObjectStore.prototype.put;
  const remove = IDBObjectStore.prototype.delete;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, value: unknown, key) {
    if (this.name === "values") {
      const size = value instanceof Blob ? value.size : (value as Uint8Array).byteLength;
      const total = [...sizes].reduce((sum, [name, each]) => sum + (name === key ? 0 : each), size);
      if (total > limit) throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
      sizes.set(String(key), size);
    }
    return put.call(this, value, key);
  });
  vi.spyOn(IDBObjectStore.prototype, "delete").mockImplementation(function (this: IDBObjectStore, key) {
    if (this.name === "values") sizes.delete(String(key));
    return remove.call(this, key);
  });
}

describe("the quota", () => {
  test("makes room by evicting what was not used for longest, not what is pinned", async () => {
    const cache = newCache();
    grant(4 * 2 ** 20);
    for (const id of ["a", "b", "c", "d"]) {
      await cache.set(`${KEY}${id}`, new Uint8Array(2 ** 20));
      await later();
    }
    await cache.pin(`${KEY}a`);
    await cache.get(`${KEY}b`);
    await later();
    await cache.set(`${KEY}e`, new Uint8Array(2 ** 20));
    const keys: string[] = [];
    for await (const key of cache.keys()) keys.push(key.slice(-1));
    expect(keys).toEqual(["a", "b", "d", "e"]);
  });

  test("that nothing can satisfy is a clear error, and the old entry is intact", async () => {
    const cache = newCache();
    grant(2 ** 20);
    await cache.set(KEY, bytes(1, 2, 3), { validator: "v1" });
    await cache.set(`${KEY}b`, bytes(4));
    await cache.pin(`${KEY}b`);
    const error = await cache.set(KEY, new Uint8Array(2 ** 21)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(CacheFullError);
    expect((error as Error).message).toContain("the browser grants no more");
    expect((error as { cause: Error }).cause.name).toBe("QuotaExceededError");
    expect([...(await cache.get(KEY))!]).toEqual([1, 2, 3]);
    expect((await cache.stat(KEY))?.validator).toBe("v1");
    expect([...(await cache.get(`${KEY}b`))!]).toEqual([4]);
  });
});

describe("what other browsers do", () => {
  test("no Blobs are stored, as in WebKit's private windows: bytes are, and Blobs are tried once", async () => {
    const cache = newCache();
    const put = IDBObjectStore.prototype.put;
    let refused = 0;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, value: unknown, key) {
      if (value instanceof Blob) {
        refused++;
        throw new DOMException("Error preparing Blob/File data to be stored in object store", "DataCloneError");
      }
      return put.call(this, value, key);
    });
    for (const id of ["a", "b", "c"]) {
      await cache.set(`${KEY}${id}`, new Uint8Array(100_000).fill(7));
      expect((await cache.get(`${KEY}${id}`))?.every((byte) => byte === 7)).toBe(true);
    }
    expect(refused).toBe(1);
  });

  test("a full quota is an InvalidStateError, as in Firefox, which is one elsewhere too", async () => {
    const cache = newCache();
    await cache.set(`${KEY}a`, new Uint8Array(10_000));
    const put = IDBObjectStore.prototype.put;
    let refuse = 4;
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, value: unknown, key) {
      if (this.name === "values" && refuse-- > 0) throw new DOMException("A mutation operation", "InvalidStateError");
      return put.call(this, value, key);
    });
    const usage = { quota: 1_000_000, usage: 999_000 };
    vi.stubGlobal("navigator", { storage: { estimate: async () => usage } });
    await cache.set(`${KEY}b`, new Uint8Array(10_000));
    expect([await cache.stat(`${KEY}a`), (await cache.stat(`${KEY}b`))?.size]).toEqual([undefined, 10_000]);
    usage.usage = 10;
    refuse = 4;
    await expect(cache.set(`${KEY}c`, new Uint8Array(10))).rejects.toMatchObject({ name: "InvalidStateError" });
  });

  test("a full quota loses the connection, and gives back the journal, as in Firefox: nothing is evicted", async () => {
    const cache = newCache();
    await cache.set(`${KEY}a`, new Uint8Array(10_000));
    const { put } = IDBObjectStore.prototype;
    const failures = ["QuotaExceededError", "InvalidStateError", "", "QuotaExceededError", "InvalidStateError"];
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, value: unknown, key) {
      const failure = this.name === "values" ? failures.shift() : undefined;
      if (failure) throw new DOMException("The current transaction exceeded its quota limitations.", failure);
      return put.call(this, value, key);
    });
    for (const id of ["b", "c"]) await cache.set(`${KEY}${id}`, new Uint8Array(10_000));
    expect(failures).toEqual([]);
    for (const id of ["a", "b", "c"]) expect((await cache.stat(`${KEY}${id}`))?.size).toBe(10_000);
  });

  test("a quota that is told is believed: what is larger is refused at once", async () => {
    const cache = newCache();
    await cache.set(`${KEY}a`, new Uint8Array(10_000));
    grant(20_000);
    vi.stubGlobal("navigator", { storage: { estimate: async () => ({ quota: 20_000, usage: 10_000 }) } });
    await expect(cache.set(`${KEY}b`, new Uint8Array(20_001))).rejects.toBeInstanceOf(CacheFullError);
    expect((await cache.stat(`${KEY}a`))?.size).toBe(10_000);
  });

  test("nobody is made to wait for an answer about persistence", async () => {
    vi.useFakeTimers();
    try {
      for (const storage of [
        { persist: () => new Promise(() => {}) },
        { persist: () => Promise.reject(new TypeError("not allowed")) },
        {},
        undefined,
      ]) {
        vi.stubGlobal("navigator", { storage });
        const answer = createIdbCache({ name: "persist" }).persist();
        await vi.advanceTimersByTimeAsync(10_000);
        expect(await answer).toBe(false);
      }
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("a use that cannot be written down costs nothing", async () => {
    const cache = newCache();
    await cache.set(KEY, bytes(1));
    await cache.get(KEY);
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("The quota has been exceeded.", "QuotaExceededError");
    });
    await cache.close();
    vi.restoreAllMocks();
    expect([...(await cache.get(KEY))!]).toEqual([1]);
  });
});

test("options that nobody reads are errors which name the right one", async () => {
  const wrong = (options: object): never => options as never;
  expect(() => createIdbCache(wrong({ name: "x", verifyRead: true }))).toThrow("did you mean verifyReads?");
  expect(() => createIdbCache(wrong({}))).toThrow(TypeError);
  const cache = newCache();
  await expect(cache.set(KEY, bytes(1), wrong({ orign: "x" }))).rejects.toThrow("did you mean origin?");
});

describe("a browser that stores nothing", () => {
  test("has a cache in memory, and says so once", async () => {
    for (const broken of [
      undefined,
      {
        open: () => {
          throw new DOMException("no", "SecurityError");
        },
      },
    ]) {
      vi.stubGlobal("indexedDB", broken);
      const onWarning = vi.fn();
      const cache = createIdbCache({ name: "private", onWarning });
      await cache.set(KEY, bytes(1));
      expect([...(await cache.get(KEY))!]).toEqual([1]);
      expect(onWarning).toHaveBeenCalledTimes(1);
      expect(onWarning.mock.calls[0]![0].message).toContain(
        'The cache "private" is kept in memory, and lost with the page',
      );
      expect(await cache.persist()).toBe(false);
      await cache.close();
      vi.unstubAllGlobals();
    }
  });
});

describe("versions and other tabs", () => {
  test("a tab that does not let go of an older version is an error in time, and no longer one after it closed", async () => {
    const name = `blocked-${Math.random()}`;
    const stubborn = await openDB(name, 1, { upgrade: (database) => void database.createObjectStore("old") });
    const open = () => openDatabase({ name, version: 2, blockedMs: 30, onClosed: () => {} });
    await expect(open()).rejects.toMatchObject({ tag: "CacheUnavailableError", temporary: true });
    stubborn.close();
    await later(20);
    (await open()).close();
    await deleteDB(name);
  });

  test("a newer version in another tab gets way; afterwards this one asks for a reload", async () => {
    const cache = newCache();
    await cache.set(KEY, bytes(1));
    const newer = await openDB(cache.name, 7);
    expect(newer.version).toBe(7);
    expect(await newer.get("values", KEY)).toEqual(bytes(1));
    const error = await cache.get(KEY).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(CacheUnavailableError);
    expect((error as Error).message).toContain("load the page again");
    newer.close();
  });

  test("a closed cache opens again with the next call", async () => {
    const cache = newCache();
    await cache.set(KEY, bytes(1));
    await cache.close();
    expect([...(await cache.get(KEY))!]).toEqual([1]);
  });
});

describe("what is stored", () => {
  test("is verified when read, and may be taken unverified", async () => {
    const cache = newCache();
    await cache.set(KEY, bytes(1, 2, 3));
    const database = await openDB(cache.name);
    await database.put("values", bytes(1, 9, 3), KEY);
    database.close();
    await expect(cache.get(KEY)).rejects.toBeInstanceOf(CorruptEntryError);
    const trusting = createIdbCache({ name: cache.name, verifyReads: false });
    expect([...(await trusting.get(KEY))!]).toEqual([1, 9, 3]);
    await trusting.close();
  });

  test("is a Blob when it is large, and remembers when it was used", async () => {
    const cache = newCache();
    await cache.set(KEY, new Uint8Array(100_000));
    const stored = (await cache.stat(KEY))!;
    await later(5);
    await cache.get(KEY);
    await cache.close();
    const database = await openDB(cache.name);
    expect(await database.get("values", KEY)).toBeInstanceOf((await storesBlobs()) ? Blob : Uint8Array);
    expect((await database.get("infos", KEY)).lastUsed).toBeGreaterThan(stored.lastUsed);
    database.close();
  });

  test("is listed in batches without loss", async () => {
    const cache = newCache();
    const database = await openDatabase({ name: cache.name, blockedMs: 1, onClosed: () => {} });
    const transaction = database.transaction("infos", "readwrite");
    const info = { size: 1, created: 1, lastUsed: 1, pinned: false };
    for (let i = 0; i < 4_321; i++) void transaction.store.put({ key: `k${i}`, ...info });
    await transaction.done;
    database.close();
    const keys = new Set<string>();
    for await (const key of cache.keys("k")) keys.add(key);
    const listed = new Set<string>();
    for await (const entry of cache.list("k1")) listed.add(entry.key);
    expect([keys.size, listed.size]).toEqual([4_321, 1111]);
  });
});
