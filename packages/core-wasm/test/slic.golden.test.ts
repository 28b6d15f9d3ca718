import { describe, expect, it } from "vitest";
import { computeSuperpixels } from "../src/slic/index.ts";
import { sha256 } from "./kit/sha256.ts";
import { BUILDS, computeBoth, goldenCases, goldenPicture, labelHash } from "./kit/slic.ts";

describe("superpixels equal scikit-image's on the synthetic pictures", async () => {
  for (const each of await goldenCases()) {
    const segments = each.n_segments;

    it(`${each.image}: as anyone calls it`, async () => {
      const picture = await goldenPicture(each);
      expect(await sha256(picture.data)).toBe(each.rgb_sha256);
      const labels = await computeSuperpixels(picture, { segments });
      expect(await labelHash(labels)).toBe(each.labels_int32le_sha256);
      expect(labels.count).toBe(each.labels);
    });

    for (const build of BUILDS) {
      it(`${each.image}: ${build}, before and after connecting`, async () => {
        const picture = await goldenPicture(each);
        const { before, after } = computeBoth(build, picture, { segments });
        expect(await labelHash(before())).toBe(each.before_connectivity_int32le_sha256);
        expect(await labelHash(after())).toBe(each.labels_int32le_sha256);
      });
    }
  }
});
