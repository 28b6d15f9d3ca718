import { describe, expect, test } from "vitest";
import type { Bytes } from "../src/index.ts";
import { createMemoryCache, layered, limit } from "../src/index.ts";
import { cacheContract, hostileKeys, type RichMethod } from "../src/testing/index.ts";

const tools = { describe, test, expect };
const all: RichMethod[] = ["stat", "list", "getStream", "setStream", "lock", "pin", "erase"];

cacheContract("a Map", () => new Map<string, Bytes>(), { ...tools, plain: true });
cacheContract("the memory cache", () => createMemoryCache(), { ...tools, has: all });
cacheContract("memory over memory", () => layered([createMemoryCache(), createMemoryCache()]), {
  ...tools,
  has: [...all.filter((method) => method !== "list"), "inspect"],
});
cacheContract("a Map over memory", () => layered([new Map<string, Bytes>(), createMemoryCache()]), {
  ...tools,
  plain: true,
  has: ["stat", "erase", "lock"],
});
cacheContract("a limited memory cache", () => limit(createMemoryCache(), { maxBytes: 1e9 }), { ...tools, has: all });

test("the list of hostile keys is long and has no doubles", () => {
  expect(hostileKeys.length).toBeGreaterThanOrEqual(100);
  expect(new Set(hostileKeys).size).toBe(hostileKeys.length);
});
