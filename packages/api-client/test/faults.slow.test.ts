import { expect, test } from "vitest";
import { faultRun } from "./support/fault-run.ts";

test("10 000 requests with 10 % faults of every kind: everything complete, at most 1.3 x the requests", async () => {
  const work = { images: 400, singles: 6_600 };
  const clean = await faultRun({ ...work, rate: 0 });
  const spoiled = await faultRun({ ...work, rate: 0.1 });
  console.log(
    `fault run: ${clean.requests} requests without faults, ${spoiled.requests} with ${spoiled.faults} faults`,
  );
  expect(clean.requests).toBeGreaterThanOrEqual(9_900);
  expect(spoiled.data === clean.data).toBe(true);
  expect(spoiled.requests).toBeLessThanOrEqual(clean.requests * 1.3);
});
