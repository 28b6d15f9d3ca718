import { faultKinds } from "@isic/sample-archive";
import { serve } from "@isic/sample-archive/node";
import { expect, test } from "vitest";
import { IMAGES, spoiledArchive } from "./support/fault-run.ts";
import { thousandsOfRequests } from "./support/thousands.ts";

test("10 000 requests with 10 % faults of every kind: everything complete, at most 1.3 x the requests", async () => {
  const archive = spoiledArchive(IMAGES);
  const server = await serve(archive);
  try {
    await thousandsOfRequests(`Node ${process.version}`, server.url);
    for (const kind of faultKinds) expect(archive.counts.faults.get(kind) ?? 0).toBeGreaterThan(30);
  } finally {
    await server.close();
  }
});
