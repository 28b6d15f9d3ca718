// In a page the test server unzips `.gz` on the way, so the files are looked at in Node only.

import type { Bytes } from "@isic/cache";
import { hasRealData, real, withoutRealData } from "@isic/fixtures";
import { expect, test } from "vitest";
import { checkContent, decodeGzipJson } from "../../src/index.ts";

const check = (type: string, value: Bytes): Promise<string | undefined> =>
  checkContent(`h.org/anonymous/${type}/0a/x`, value);

test.skipIf(!hasRealData)(`the Python client's own files are good ${hasRealData ? "" : withoutRealData}`, async () => {
  const images = await real("imcache_000000000000000000000000.json.gz");
  const segmentations = await real("sgcache_000000000000000000000000.json.gz");
  expect(await check("imcache", images)).toBe(undefined);
  expect(await check("sgcache", segmentations)).toBe(undefined);
  expect(Object.keys(await decodeGzipJson<object>(images))).toHaveLength(4010);
  expect(Object.keys(await decodeGzipJson<object>(segmentations))).toHaveLength(4697);
  expect(await check("image", await real("images/ISIC_0000000.jpg"))).toBe(undefined);
});
