import { type Bytes, CorruptEntryError, createMemoryCache } from "@isic/cache";
import { describe, expect, test } from "vitest";
import { Store } from "../src/session/store.ts";

const bytes = (text: string): Bytes => new Uint8Array(new TextEncoder().encode(text));
const text = (value: Bytes): string => new TextDecoder().decode(value);

function storeOver(cache: Map<string, Bytes> | ReturnType<typeof createMemoryCache> | undefined) {
  const problems: string[] = [];
  return { store: new Store(cache, "host:8080", "anonymous", (problem) => problems.push(problem)), problems };
}

describe("the store", () => {
  test("puts everything below server and account, whatever the parts hold", () => {
    const { store } = storeOver(new Map());
    expect(store.key("image", "id", "../a/b.jpg")).toBe("host%3A8080/anonymous/image/id/..%2Fa%2Fb.jpg");
  });

  test("loads once for all who ask at the same time", async () => {
    const { store } = storeOver(createMemoryCache());
    let loads = 0;
    const ask = () =>
      store.getOrLoad("host/anonymous/image/a", { read: text, load: async () => bytes(`load ${++loads}`) });
    const all = await Promise.all([ask(), ask(), ask()]);
    expect(all.map(({ value }) => value)).toEqual(["load 1", "load 1", "load 1"]);
    expect(all.map(({ origin }) => origin).sort()).toEqual(["cache", "cache", "network"]);
    expect((await ask()).origin).toBe("cache");
  });

  test("says what cannot be stored, and goes on", async () => {
    const full = new Map<string, Bytes>();
    full.set = () => {
      throw new Error("the quota is exceeded");
    };
    const { store, problems } = storeOver(full);
    expect(await store.trySet("host/anonymous/imcache/0", bytes("x"), "The list")).toBe(false);
    expect(problems).toEqual(["The list could not be stored (the quota is exceeded); this session goes on without."]);
    expect(await storeOver(new Map()).store.trySet("host/anonymous/imcache/0", bytes("x"), "The list")).toBe(true);
  });

  test("goes on where nothing can be locked, but for what is somebody else's", async () => {
    const cache = createMemoryCache();
    const readOnly = (error: Error) => ({
      ...cache,
      get: cache.get.bind(cache),
      lock: async () => Promise.reject(error),
    });
    const { store, problems } = storeOver(readOnly(new Error("EACCES: permission denied")) as never);
    const key = "host/anonymous/sgcache/0";
    expect(await store.lock(key, {}, async () => "done")).toBe("done");
    expect(problems).toEqual([`${key} could not be locked (EACCES: permission denied); this session goes on without.`]);
    const { signal } = new AbortController();
    const failing = store.lock(key, { signal }, async () => Promise.reject(new Error("the work itself")));
    await expect(failing).rejects.toThrow("the work itself");
    await expect(store.lock(key, { signal: AbortSignal.abort() }, async () => "done")).rejects.toThrow();
    const others = Object.assign(new Error("belongs to jane"), {
      tag: "IdentityMismatchError",
      [Symbol.for("isic.error")]: true,
    });
    await expect(storeOver(readOnly(others) as never).store.lock(key, {}, async () => "done")).rejects.toBe(others);
  });

  test("what cannot be read never enters", async () => {
    const cache = new Map<string, Bytes>();
    const { store } = storeOver(cache);
    const read = () => {
      throw new RangeError("not it");
    };
    const asked = store.getOrLoad("host/anonymous/image/a", { read, load: async () => bytes("x") });
    await expect(asked).rejects.toThrow("not it");
    expect(cache.size).toBe(0);
  });

  test("an entry that cannot be read, or has changed on disk, is said and loaded again", async () => {
    const cache = new Map([["host/anonymous/image/a", bytes("bad")]]);
    const { store, problems } = storeOver(cache);
    const read = (value: Bytes): string => {
      if (text(value) === "bad") throw new RangeError("it is bad");
      return text(value);
    };
    const kept = await store.getOrLoad("host/anonymous/image/a", { read, load: async () => bytes("good") });
    expect([kept.value, kept.origin]).toEqual(["good", "network"]);
    expect(problems).toEqual([
      "The cache entry host/anonymous/image/a is not usable (it is bad); it is fetched again.",
    ]);

    const flipped = Object.assign(new Map<string, Bytes>(), {
      get: (key: string): never => {
        throw new CorruptEntryError(key, "two digests");
      },
    });
    const second = storeOver(flipped as Map<string, Bytes>);
    expect(await second.store.find("host/anonymous/image/a", text)).toBeUndefined();
    expect(second.problems[0]).toContain("two digests");
  });

  test("an error of the cache itself is an error", async () => {
    const locked = Object.assign(new Map<string, Bytes>(), {
      get: (): never => {
        throw new Error("the database is locked");
      },
    });
    const { store } = storeOver(locked as Map<string, Bytes>);
    await expect(store.find("host/anonymous/image/a", text)).rejects.toThrow("locked");
  });

  test("works without a cache", async () => {
    const { store } = storeOver(undefined);
    expect((await store.getOrLoad("host/anonymous/image/a", { read: text, load: async () => bytes("x") })).value).toBe(
      "x",
    );
    expect(await store.get("host/anonymous/image/a")).toBeUndefined();
  });

  test("erases its own account only", async () => {
    const cache = new Map([
      ["host%3A8080/anonymous/image/a", bytes("x")],
      ["host%3A8080/somebody/image/a", bytes("y")],
    ]);
    await storeOver(cache).store.erase();
    expect([...cache.keys()]).toEqual(["host%3A8080/somebody/image/a"]);
  });
});
