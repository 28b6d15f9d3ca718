import { describe, expect, test, vi } from "vitest";
import type { ByteCache, Bytes, LoadContext, RichCache } from "../src/index.ts";
import { CorruptEntryError, createMemoryCache, getOrCreate } from "../src/index.ts";

const bytes = (...values: number[]): Bytes => new Uint8Array(values);
const later = (ms = 5): Promise<void> => new Promise((done) => setTimeout(done, ms));

describe("getOrCreate", () => {
  test("loads once for many callers, in a Map as in a richer cache, and each owns his bytes", async () => {
    for (const cache of [new Map<string, Bytes>(), createMemoryCache()] satisfies ByteCache[]) {
      const load = vi.fn(async () => {
        await later();
        return bytes(1, 2);
      });
      const all = await Promise.all(Array.from({ length: 20 }, () => getOrCreate(cache, "k", load)));
      expect(load).toHaveBeenCalledTimes(1);
      all[0]![0] = 99;
      expect([...all[1]!]).toEqual([1, 2]);
      expect([...(await getOrCreate(cache, "k", load))]).toEqual(cache instanceof Map ? [99, 2] : [1, 2]);
      expect(load).toHaveBeenCalledTimes(1);
    }
  });

  test("a failed load is everyone's failure, stores nothing, and is tried again", async () => {
    const cache = createMemoryCache();
    const reason = new Error("offline");
    const results = await Promise.allSettled([1, 2].map(() => getOrCreate(cache, "k", () => Promise.reject(reason))));
    expect(results.map((result) => result.status === "rejected" && result.reason)).toEqual([reason, reason]);
    expect([...cache.keys()]).toEqual([]);
    expect([...(await getOrCreate(cache, "k", async () => bytes(1)))]).toEqual([1]);
  });

  test("one caller may give up; the load goes on for the others and is aborted with the last one", async () => {
    const cache = createMemoryCache();
    let context: LoadContext | undefined;
    const load = (given: LoadContext): Promise<Bytes> => {
      context = given;
      return new Promise((resolve, reject) => {
        given.signal.addEventListener("abort", () => reject(given.signal.reason));
        setTimeout(() => resolve(bytes(7)), 30);
      });
    };
    const first = new AbortController();
    const abandoned = getOrCreate(cache, "k", load, { signal: first.signal });
    const patient = getOrCreate(cache, "k", load);
    await later();
    first.abort(new Error("enough"));
    await expect(abandoned).rejects.toThrow("enough");
    expect([...(await patient)]).toEqual([7]);

    const last = new AbortController();
    const alone = getOrCreate(cache, "other", load, { signal: last.signal });
    await later();
    last.abort(new Error("enough"));
    await expect(alone).rejects.toThrow("enough");
    expect(context?.signal.aborted).toBe(true);
    await later(40);
    expect(cache.get("other")).toBe(undefined);
  });

  test("stale entries are offered for a conditional request; an unchanged one is fresh again with its notes", async () => {
    const cache = createMemoryCache();
    await cache.set("k", bytes(1), { validator: '"v1"' });
    const created = cache.stat("k")!.created;
    await later();
    const load = vi.fn(async ({ stale }: LoadContext) => {
      expect(stale?.info?.validator).toBe('"v1"');
      expect([...stale!.value]).toEqual([1]);
      return "unchanged" as const;
    });
    const isFresh = (info: { created: number } | undefined): boolean => info!.created > created;
    expect([...(await getOrCreate(cache, "k", load, { isFresh }))]).toEqual([1]);
    expect(cache.stat("k")?.validator).toBe('"v1"');
    await getOrCreate(cache, "k", load, { isFresh });
    expect(load).toHaveBeenCalledTimes(1);
    await expect(getOrCreate(cache, "absent", async () => "unchanged")).rejects.toThrow(TypeError);
  });

  test("broken and poisoned entries are reported, loaded again and replaced", async () => {
    const memory = createMemoryCache();
    await memory.set("k", bytes(0));
    let broken = true;
    const cache: RichCache = {
      ...memory,
      get: (key) => {
        if (broken) throw new CorruptEntryError(key, "a bit fell over");
        return memory.get(key);
      },
      set: async (key, value) => {
        broken = false;
        await memory.set(key, value);
      },
    };
    const problems: string[] = [];
    const onProblem = ({ message }: { message: string }): void => void problems.push(message);
    expect([...(await getOrCreate(cache, "k", async () => bytes(1), { onProblem }))]).toEqual([1]);
    expect(problems[0]).toContain("a bit fell over");

    const check = (_key: string, value: Bytes): string | undefined =>
      value[0] === 1 ? "it is an error body" : undefined;
    expect([...(await getOrCreate(cache, "k", async () => bytes(2), { check, onProblem }))]).toEqual([2]);
    expect(problems[1]).toBe("The cache entry k is not usable (it is an error body); it is fetched again.");
    expect([...memory.get("k")!]).toEqual([2]);
  });

  test("other failures of reading are failures", async () => {
    const cache: ByteCache = { ...createMemoryCache(), get: () => Promise.reject(new Error("EIO")) };
    await expect(getOrCreate(cache, "k", async () => bytes(1))).rejects.toThrow("EIO");
  });

  test("a value that cannot be stored is given all the same to those who listen, and else is a failure", async () => {
    const cache = createMemoryCache({ maxBytes: 1 });
    await expect(getOrCreate(cache, "k", async () => bytes(1, 2))).rejects.toThrow("There is no room");
    const onProblem = vi.fn();
    expect([...(await getOrCreate(cache, "k", async () => bytes(1, 2), { onProblem }))]).toEqual([1, 2]);
    expect(onProblem).toHaveBeenCalledTimes(1);
  });
});
