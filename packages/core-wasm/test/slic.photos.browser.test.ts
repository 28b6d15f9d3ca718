import { hasRealData, real, realJson, withoutRealData } from "@isic/fixtures";
import { describe, expect, it } from "vitest";
import { computeSuperpixelsSync, type Raster } from "../src/slic/index.ts";
import { labelHash, type PhotoCase, sha256, withoutAlpha } from "./kit/slic.ts";

/** Through a canvas that neither turns nor recolours. */
async function photo(name: string): Promise<Raster> {
  const bitmap = await createImageBitmap(new Blob([await real(`images/${name}.jpg`)]), {
    imageOrientation: "none",
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  return withoutAlpha(width, height, context.getImageData(0, 0, width, height).data);
}

describe.skipIf(!hasRealData)("superpixels of real photos equal scikit-image's, in a page", async () => {
  const photos = hasRealData ? await realJson<PhotoCase[]>("manifest.json") : [];

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
