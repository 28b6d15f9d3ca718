import { expect, test } from "vitest";
import { createSlicPool } from "../src/slic/pool/index.ts";
import { LabelHash, SEEDED, SEEDED_HASH, seeded } from "./kit/seeded.ts";

test.each([false, true])("2,000 pictures have the same labels in a pool of Web Workers (split: %s)", async (split) => {
  const pool = createSlicPool({ workers: 2 });
  const all = new LabelHash();
  for (let number = 0; number < SEEDED; number++) {
    const { picture, options } = seeded(number);
    all.add((await pool.compute(picture, { ...options, split })).data);
  }
  pool.close();
  expect(await all.hash()).toBe(SEEDED_HASH);
});
