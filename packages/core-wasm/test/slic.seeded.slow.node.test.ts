import { afterAll, beforeAll, expect, test } from "vitest";
import type { SlicPool, SlicPoolOptions } from "../src/slic/pool/node.ts";
import { type Compiled, compileSlic } from "./kit/compiled.ts";
import { LabelHash, SEEDED, SEEDED_HASH, seeded } from "./kit/seeded.ts";

let compiled: Compiled;
beforeAll(async () => {
  compiled = await compileSlic();
});
afterAll(() => compiled.remove());

test.each([false, true])("2,000 pictures have the same labels in a pool of threads (split: %s)", async (split) => {
  const { createSlicPool }: { createSlicPool(options: SlicPoolOptions): SlicPool } = await import(
    /* @vite-ignore */ compiled.url("slic/pool/node.js")
  );
  const pool = createSlicPool({ workers: 3 });
  const all = new LabelHash();
  for (let number = 0; number < SEEDED; number++) {
    const { picture, options } = seeded(number);
    all.add((await pool.compute(picture, { ...options, split })).data);
  }
  pool.close();
  expect(await all.hash()).toBe(SEEDED_HASH);
});
