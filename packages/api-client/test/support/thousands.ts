import { createSampleArchive } from "@isic/sample-archive";
import { expect } from "vitest";
import type { Fetch } from "../../src/transport/options.ts";
import { faultRun, IMAGES } from "./fault-run.ts";

const SINGLES = 6_600;

/**
 * The long fault run: the same 9 908 requests to a whole archive, beside us, and to a spoiled one (a `spoiledArchive`
 * of as many images), over real connections.
 */
export async function thousandsOfRequests(runtime: string, spoiled: string, fetch?: Fetch): Promise<void> {
  const whole = createSampleArchive({ images: IMAGES, smallPhotos: true });
  const clean = await faultRun({ singles: SINGLES, baseUrl: whole.v2Url, fetch: whole.fetch });
  const started = performance.now();
  const hard = await faultRun({ singles: SINGLES, baseUrl: spoiled, stallMs: 800, ...(fetch && { fetch }) });
  const took = ((performance.now() - started) / 1000).toFixed(0);
  const factor = (hard.requests / clean.requests).toFixed(2);
  console.log(
    `fault run, ${runtime}: ${clean.requests} requests, ${hard.requests} when spoiled (${factor} x, ${took} s)`,
  );
  expect(clean.requests).toBeGreaterThanOrEqual(9_900);
  expect(hard.data === clean.data).toBe(true);
  expect(hard.requests).toBeGreaterThan(clean.requests * 1.08);
  expect(hard.requests).toBeLessThanOrEqual(clean.requests * 1.3);
}
