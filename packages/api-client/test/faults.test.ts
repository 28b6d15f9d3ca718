import { expect, test } from "vitest";
import { faultRun } from "./support/fault-run.ts";

test("with every tenth request spoiled, all data arrive complete, at the cost of the spoiled requests", async () => {
  const work = { images: 120, singles: 250 };
  const clean = await faultRun({ ...work, rate: 0 });
  const spoiled = await faultRun({ ...work, rate: 0.1 });
  expect(clean.faults).toBe(0);
  expect(spoiled.faults).toBeGreaterThan(15);
  expect(spoiled.data).toBe(clean.data);
  expect(spoiled.requests).toBeLessThanOrEqual(clean.requests * 1.3);
});
