import { describe, expect, it } from "vitest";
import { computeSuperpixels, computeSuperpixelsSync } from "../src/slic/index.ts";
import { goldenCases, goldenPicture, labelHash, sha256 } from "./slic-pictures.ts";

describe("superpixels equal scikit-image's on the synthetic pictures", async () => {
  for (const each of await goldenCases()) {
    it(each.image, async () => {
      const picture = await goldenPicture(each);
      expect(await sha256(picture.data)).toBe(each.rgb_sha256);
      const options = { segments: each.n_segments };
      const before = computeSuperpixelsSync(picture, { ...options, connectivity: false });
      expect(await labelHash(before)).toBe(each.before_connectivity_int32le_sha256);
      const labels = await computeSuperpixels(picture, options);
      expect(await labelHash(labels)).toBe(each.labels_int32le_sha256);
      expect(labels.count).toBe(each.labels);
    });
  }
});
