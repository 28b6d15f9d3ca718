import { golden } from "@isic/fixtures";
import { expect, test } from "vitest";
import type { ByteCache } from "../src/index.ts";

test("a Map of bytes is a cache", async () => {
  const cache: ByteCache = new Map<string, Uint8Array<ArrayBuffer>>();
  const bytes = await golden("v1-fixtures/grid64x48_superpixels.png");
  cache.set("a", bytes);
  expect(await cache.get("a")).toBe(bytes);
});
