import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ByteCache, Bytes } from "../src/index.ts";
import { CacheFullError, createMemoryCache, layered, limit, repair, verify } from "../src/index.ts";

const bytes = (...values: number[]): Bytes => new Uint8Array(values);
const later = (ms = 2): Promise<void> => new Promise((done) => setTimeout(done, ms));

describe("layered caches", () => {
  test("a hit below is copied up, and a full layer above is no failure", async () => {
    const [top, middle, bottom] = [createMemoryCache({ maxBytes: 2 }), new Map<string, Bytes>(), createMemoryCache()];
    const cache = layered([top, middle, bottom]);
    await bottom.set("k", bytes(1, 2, 3));
    expect([...(await cache.get("k"))!]).toEqual([1, 2, 3]);
    expect(top.get("k")).toBe(undefined);
    expect([...middle.get("k")!]).toEqual([1, 2, 3]);
    await cache.set("k", bytes(9));
    expect([...top.get("k")!]).toEqual([9]);
    await cache.set("k", bytes(1, 2, 3));
    expect(top.get("k")).toBe(undefined);
    await cache.delete("k");
    expect([middle.has("k"), bottom.get("k")]).toEqual([false, undefined]);
  });

  test("what is read while it is replaced or deleted does not come back from above", async () => {
    const memory = createMemoryCache();
    let release = (): void => {};
    const slow: ByteCache = {
      ...memory,
      get: async (key) => {
        const value = memory.get(key);
        await new Promise<void>((done) => {
          release = done;
        });
        return value;
      },
    };
    const top = createMemoryCache();
    const cache = layered([top, slow]);
    for (const change of [() => cache.set("k", bytes(2)), () => cache.delete("k")]) {
      await memory.set("k", bytes(1));
      top.delete("k");
      const reading = cache.get("k");
      await later();
      await change();
      release();
      expect([...(await reading)!]).toEqual([1]);
      expect(top.get("k")).toEqual(memory.get("k"));
    }
  });

  test("no caches are no layers", () => {
    expect(() => layered([])).toThrow(new TypeError("expected at least one cache to layer, got none"));
  });
});

describe("a limit", () => {
  test("evicts what was not used for longest, never what is pinned or kept", async () => {
    const evicted: string[] = [];
    const memory = createMemoryCache();
    const cache = limit(memory, {
      maxBytes: 50,
      downTo: 1,
      keep: (key) => key === "kept",
      onEvict: ({ key }) => evicted.push(key),
    });
    for (const key of ["pinned", "kept", "a", "b", "c"]) {
      await cache.set(key, new Uint8Array(10));
      await later();
    }
    cache.pin("pinned");
    cache.get("a");
    await later();
    await cache.set("d", new Uint8Array(10));
    expect(evicted).toEqual(["b"]);
    await cache.set("e", new Uint8Array(30));
    expect(evicted).toEqual(["b", "c", "a", "d"]);
    expect([...cache.keys()].sort()).toEqual(["e", "kept", "pinned"]);
  });

  test("a value larger than the limit is refused, alone or as a stream, and nothing else is lost", async () => {
    const cache = limit(createMemoryCache(), { maxBytes: 10 });
    await cache.set("a", new Uint8Array(9));
    await expect(cache.set("b", new Uint8Array(11))).rejects.toThrow(CacheFullError);
    async function* chunks() {
      yield new Uint8Array(6);
      yield new Uint8Array(6);
    }
    await expect(cache.setStream("b", chunks())).rejects.toThrow("the limit is 10 bytes");
    expect([...cache.keys()]).toEqual(["a"]);
  });

  test("never holds more than its limit when nothing is pinned, in any order of calls", async () => {
    const step = fc.tuple(fc.constantFrom("a", "b", "c", "d", "e"), fc.integer({ min: 0, max: 40 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const memory = createMemoryCache();
        const cache = limit(memory, { maxBytes: 50 });
        for (const [key, size, together] of steps) {
          const set = cache.set(key, new Uint8Array(size));
          if (!together) await set;
          else await Promise.all([set, cache.set(`${key}2`, new Uint8Array(size))]);
          const total = [...memory.list()].reduce((sum, entry) => sum + entry.size, 0);
          expect(total).toBeLessThanOrEqual(50);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("its options are checked", () => {
    expect(() => limit(createMemoryCache(), { maxBytes: 0 })).toThrow(RangeError);
    expect(() => limit(createMemoryCache(), { maxBytes: 1, downTo: 2 })).toThrow(RangeError);
    expect(() => limit(new Map<string, Bytes>() as never, { maxBytes: 1 })).toThrow(TypeError);
    expect(() => createMemoryCache({ maxBytes: -1 })).toThrow(RangeError);
  });

  test("a memory cache has its own, which pins may use up", async () => {
    const cache = createMemoryCache({ maxBytes: 10 });
    await cache.set("a", new Uint8Array(6));
    cache.pin("a");
    await cache.set("b", new Uint8Array(4));
    await cache.set("c", new Uint8Array(4));
    expect([...cache.keys()]).toEqual(["a", "c"]);
    await expect(cache.set("d", new Uint8Array(5))).rejects.toThrow(CacheFullError);
    expect([...cache.keys()]).toEqual(["a", "c"]);
  });
});

describe("verify and repair of any cache", () => {
  test("report bad content and unreadable entries, and repair removes only the former", async () => {
    const map = new Map<string, Bytes>();
    map.set("h.org/anonymous/spimg/0a", new TextEncoder().encode('{"message":"no","type":"rest"}') as Bytes);
    map.set("h.org/anonymous/other/0b", bytes(1));
    const bad: ByteCache = {
      get: (key) => {
        if (key.endsWith("0c")) throw new Error("EIO");
        return map.get(key);
      },
      set: (key, value) => map.set(key, value),
      delete: (key) => map.delete(key),
      keys: () => [...map.keys(), "h.org/anonymous/image/0c"],
    };
    const check = (_: string, value: Bytes) => (value[0] === 123 ? "it is an error body" : undefined);
    const seen = await verify(bad, { check });
    expect(seen.entries).toBe(3);
    expect(seen.problems.map(({ kind, key, repaired }) => [kind, key?.slice(-2), repaired])).toEqual([
      ["content", "0a", false],
      ["unreadable", "0c", false],
    ]);
    const mended = await repair(bad, { check });
    expect(mended.problems.map(({ repaired }) => repaired)).toEqual([true, false]);
    expect([...map.keys()]).toEqual(["h.org/anonymous/other/0b"]);
  });
});
