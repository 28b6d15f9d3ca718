import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { hasRealData, real, realJson, withoutRealData } from "@isic/fixtures";
import decode, { init } from "@jsquash/jpeg/decode.js";
import { beforeAll, describe, expect, it } from "vitest";
import { computeSuperpixelsSync, type Raster } from "../src/slic/index.ts";
import { labelHash, type PhotoCase, sha256, withoutAlpha } from "./kit/slic.ts";

async function photo(name: string): Promise<Raster> {
  const { width, height, data } = await decode((await real(`images/${name}.jpg`)).buffer);
  return withoutAlpha(width, height, data);
}

describe.skipIf(!hasRealData)("superpixels of real photos equal scikit-image's", async () => {
  const photos = hasRealData ? await realJson<PhotoCase[]>("manifest.json") : [];

  beforeAll(async () => {
    const codec = createRequire(import.meta.url).resolve("@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm");
    await init(await WebAssembly.compile(readFileSync(codec)));
  });

  for (const each of photos) {
    it(`${each.name}, ${each.width} x ${each.height}`, async () => {
      const picture = await photo(each.name);
      expect(await sha256(picture.data)).toBe(each.rgb_sha256);
      const before = computeSuperpixelsSync(picture, { connectivity: false });
      expect(await labelHash(before)).toBe(each.before_connectivity_int32le_sha256);
      const labels = computeSuperpixelsSync(picture);
      expect(await labelHash(labels)).toBe(each.labels_int32le_sha256);
      expect(labels.count).toBe(each.labels);
    });
  }
});

if (!hasRealData) console.log(`superpixels of real photos: ${withoutRealData}`);
