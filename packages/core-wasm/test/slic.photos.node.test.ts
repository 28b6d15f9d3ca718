import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { hasRealData, real, realJson, withoutRealData } from "@isic/fixtures";
import decode, { init } from "@jsquash/jpeg/decode.js";
import { beforeAll, describe, expect, it } from "vitest";
import { computeSuperpixels, type Raster } from "../src/slic/index.ts";
import { expectPhoto, labelHash, type PhotoCase, withoutAlpha } from "./kit/slic.ts";

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
      await expectPhoto(await photo(each.name), each);
    });
  }

  it("as anyone calls it", async () => {
    const [smallest] = photos.toSorted((one, other) => one.width * one.height - other.width * other.height);
    const labels = await computeSuperpixels(await photo(smallest!.name));
    expect(await labelHash(labels)).toBe(smallest!.labels_int32le_sha256);
  });
});

if (!hasRealData) console.log(`superpixels of real photos: ${withoutRealData}`);
