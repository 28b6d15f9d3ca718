import { expect, test } from "vitest";
import { LabelHash, SEEDED, SEEDED_HASH, seeded } from "./kit/seeded.ts";
import { BUILDS, computeWith } from "./kit/slic.ts";

// The same constant for three builds, in Node and in Chromium; the pools have suites of their own.
test.each(BUILDS)("2,000 pictures have the same labels everywhere: %s", async (build) => {
  const all = new LabelHash();
  for (let number = 0; number < SEEDED; number++) {
    const { picture, options } = seeded(number);
    all.add(computeWith(build, picture, options).data);
  }
  expect(await all.hash()).toBe(SEEDED_HASH);
});
