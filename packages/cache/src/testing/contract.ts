import type { ByteCache, MaybePromise, RichCache } from "../contract/types.ts";
import { type Bench, bytes, type CacheContractOptions, failureOf, keysOf, pattern, same } from "./bench.ts";
import { hostileKeys } from "./hostile.ts";
import { richContract } from "./rich.ts";

/**
 * The contract test kit: everything an adapter of `ByteCache` must do, and what each richer method must do where
 * the adapter has it. Pass the functions of your test runner.
 *
 * @example
 * ```ts no-run
 * import { cacheContract } from "@isic/cache/testing";
 * import { describe, expect, test } from "vitest";
 *
 * cacheContract("my S3 cache", () => createS3Cache({ bucket: "test" }), { describe, test, expect });
 * ```
 */
export function cacheContract(
  name: string,
  createCache: () => MaybePromise<ByteCache>,
  options: CacheContractOptions,
): void {
  const withCache: Bench["withCache"] = (title, body) => {
    options.test(title, async () => {
      const cache = await createCache();
      try {
        await body(cache);
      } finally {
        await options.dispose?.(cache);
      }
    });
  };
  options.describe(`${name} keeps the cache contract`, () => {
    basics({ tools: options, withCache });
    if (!options.plain) {
      ownership({ tools: options, withCache });
      hostility({ tools: options, withCache });
      signals({ tools: options, withCache });
    }
    if (options.reopen !== undefined) persistence({ tools: options, withCache }, options.reopen);
    richContract({ tools: options, withCache });
  });
}

function basics({ tools: { expect }, withCache }: Bench): void {
  withCache("an absent key is undefined, and deleting it is no failure", async (cache) => {
    expect(await cache.get("absent")).toBe(undefined);
    await cache.delete("absent");
    expect(await keysOf(cache)).toEqual([]);
  });

  withCache("what is set is what is got, until it is set again or deleted", async (cache) => {
    await cache.set("h.org/anonymous/spimg/0a", bytes(1, 2, 3));
    expect([...(await cache.get("h.org/anonymous/spimg/0a"))!]).toEqual([1, 2, 3]);
    await cache.set("h.org/anonymous/spimg/0a", bytes(4));
    expect([...(await cache.get("h.org/anonymous/spimg/0a"))!]).toEqual([4]);
    await cache.delete("h.org/anonymous/spimg/0a");
    expect(await cache.get("h.org/anonymous/spimg/0a")).toBe(undefined);
  });

  withCache("empty values and a megabyte are values", async (cache) => {
    const big = pattern(1 << 20, 7);
    await cache.set("empty", bytes());
    await cache.set("big", big);
    expect((await cache.get("empty"))?.byteLength).toBe(0);
    expect(same(await cache.get("big"), big)).toBe(true);
  });

  withCache("a view into a larger buffer is stored as what it shows", async (cache) => {
    await cache.set("view", pattern(100, 0).subarray(10, 13));
    expect([...(await cache.get("view"))!]).toEqual([...pattern(100, 0).subarray(10, 13)]);
  });

  withCache("a and a/b, and keys that differ in one letter, are different entries", async (cache) => {
    const names = [
      "a",
      "a/b",
      "a/b/c",
      "a.b",
      "a_b",
      "a-b",
      "A",
      "a%2Fb",
      "%2E%2E",
      "ab",
      "h.org/anonymous/image/0a/x.jpg",
    ];
    for (const [i, key] of names.entries()) await cache.set(key, bytes(i));
    for (const [i, key] of names.entries()) expect([...(await cache.get(key))!]).toEqual([i]);
    expect(await keysOf(cache)).toEqual([...names].sort());
  });

  withCache("concurrent writers leave one of the values, whole", async (cache) => {
    const writes = Array.from({ length: 8 }, (_, i) => cache.set("contended", pattern(65_536, i)));
    await Promise.all(writes);
    const got = (await cache.get("contended"))!;
    expect(same(got, pattern(65_536, got[0]!))).toBe(true);
  });
}

function ownership({ tools: { expect }, withCache }: Bench): void {
  withCache("values belong to their callers: changing one changes nothing stored", async (cache) => {
    const mine = bytes(1, 2, 3);
    await cache.set("own", mine);
    mine[0] = 99;
    const got = (await cache.get("own"))!;
    expect([...got]).toEqual([1, 2, 3]);
    got[1] = 99;
    expect([...(await cache.get("own"))!]).toEqual([1, 2, 3]);
  });
}

function hostility({ tools: { expect }, withCache }: Bench): void {
  withCache("hostile keys are refused by name in every method, and nothing is stored", async (cache) => {
    for (const key of hostileKeys) {
      for (const attempt of [() => cache.get(key), () => cache.set(key, bytes(1)), () => cache.delete(key)]) {
        expect((await failureOf(attempt)).tag).toBe("InvalidKeyError");
      }
    }
    expect(await keysOf(cache)).toEqual([]);
  });
}

function signals({ tools: { expect }, withCache }: Bench): void {
  withCache("an aborted signal stops get and set with its reason, and the old value stays", async (cache) => {
    await cache.set("kept", bytes(1));
    const reason = new Error("enough");
    const signal = AbortSignal.abort(reason);
    expect(await failureOf(() => cache.get("kept", { signal }))).toBe(reason);
    expect(await failureOf(() => cache.set("kept", bytes(2), { signal }))).toBe(reason);
    expect([...(await cache.get("kept"))!]).toEqual([1]);
  });
}

function persistence(
  { tools: { expect }, withCache }: Bench,
  reopen: NonNullable<CacheContractOptions["reopen"]>,
): void {
  withCache(
    "another instance over the same storage sees the entries, and the first sees its changes",
    async (cache) => {
      await cache.set("h.org/anonymous/spimg/0a", bytes(1));
      await cache.set("h.org/anonymous/spimg/0b", bytes(2));
      const other: RichCache = await reopen(cache);
      try {
        expect([...(await other.get("h.org/anonymous/spimg/0a"))!]).toEqual([1]);
        await other.set("h.org/anonymous/spimg/0a", bytes(3));
        await other.delete("h.org/anonymous/spimg/0b");
        expect([...(await cache.get("h.org/anonymous/spimg/0a"))!]).toEqual([3]);
        expect(await keysOf(cache)).toEqual(["h.org/anonymous/spimg/0a"]);
      } finally {
        await other.close?.();
      }
    },
  );
}
