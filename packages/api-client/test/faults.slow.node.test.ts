import { faultKinds } from "@isic/sample-archive";
import { serve } from "@isic/sample-archive/node";
import { expect, test } from "vitest";
import { httpFetch } from "../src/node/index.ts";
import type { Fetch } from "../src/transport/options.ts";
import { IMAGES, spoiledArchive } from "./support/fault-run.ts";
import { thousandsOfRequests } from "./support/thousands.ts";

const FETCHES: readonly [string, Fetch?][] = [["fetch"], ["httpFetch", httpFetch]];

test.each(FETCHES)(
  "10 000 requests over %s, every tenth answer spoiled: all complete, at most 1.3 x as many",
  async (name, fetch) => {
    const archive = spoiledArchive(IMAGES);
    const server = await serve(archive);
    try {
      await thousandsOfRequests(`Node ${process.version}, ${name}`, server.url, fetch);
      for (const kind of faultKinds) expect(archive.counts.faults.get(kind) ?? 0).toBeGreaterThan(30);
    } finally {
      await server.close();
    }
  },
);
