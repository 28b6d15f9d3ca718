import { describe, expect, it } from "vitest";
import type { SlicOptions } from "../src/slic/index.ts";
import cases from "./golden/slic_reference.json" with { type: "json" };
import { formulaPicture, type PictureKind } from "./kit/formula.ts";
import { BUILDS, computeWith, labelHash } from "./kit/slic.ts";

// The hashes are scikit-image's, see golden/slic_reference.py.
describe.each(BUILDS)("superpixels equal scikit-image's under many options: %s", (build) => {
  for (const { kind, width, height, options, sha256 } of cases) {
    it(`${kind} ${width} x ${height} ${JSON.stringify(options)}`, async () => {
      const picture = formulaPicture(kind as PictureKind, width, height);
      const labels = computeWith(build, picture, options as SlicOptions);
      expect(await labelHash(labels)).toBe(sha256);
      expect(labels.count).toBe(labels.data.reduce((most, label) => Math.max(most, label)) + 1);
    });
  }
});
