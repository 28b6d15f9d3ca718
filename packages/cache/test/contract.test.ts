import { describe, expect, test } from "vitest";
import type { Bytes } from "../src/index.ts";
import { createMemoryCache } from "../src/index.ts";
import { cacheContract, hostileKeys } from "../src/testing/index.ts";

cacheContract("a Map", () => new Map<string, Bytes>(), { describe, test, expect, plain: true });
cacheContract("the memory cache", () => createMemoryCache(), { describe, test, expect });

test("the list of hostile keys is long and has no doubles", () => {
  expect(hostileKeys.length).toBeGreaterThanOrEqual(100);
  expect(new Set(hostileKeys).size).toBe(hostileKeys.length);
});
