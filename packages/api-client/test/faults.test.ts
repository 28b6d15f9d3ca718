import { createSampleArchive } from "@isic/sample-archive";
import { expect, test } from "vitest";
import { faultRun, spoiledArchive } from "./support/fault-run.ts";

test("with every tenth request spoiled, all data arrive complete, at the cost of the spoiled requests", async () => {
  const whole = createSampleArchive({ images: 120, smallPhotos: true });
  const spoiled = spoiledArchive(120);
  const clean = await faultRun({ baseUrl: whole.v2Url, fetch: whole.fetch, singles: 150 });
  const hard = await faultRun({ baseUrl: spoiled.v2Url, fetch: spoiled.fetch, singles: 150 });
  expect(whole.counts.faults.size).toBe(0);
  expect([...spoiled.counts.faults.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(30);
  expect(hard.data === clean.data).toBe(true);
  expect(hard.requests).toBeLessThanOrEqual(clean.requests * 1.3);
});
