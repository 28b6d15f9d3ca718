// What Node comes to with the same packages: the page must come to the same bytes.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import type { Visit, Visits } from "./visit.ts";

const run = promisify(execFile);

export type Expected = Pick<Visit, "size" | "pixels" | "count" | "labels">;

const SCRIPT = `
import { createHash } from "node:crypto";
import { createSampleArchive } from "@isic/sample-archive";
import { IsicApi } from "isic/node";

const sha256 = (data) => createHash("sha256").update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest("hex");
const archive = createSampleArchive({ images: 12 });
const api = await IsicApi.connect({ baseUrl: archive.v2Url, fetch: archive.fetch, cache: false });
const image = await api.image("ISIC_0000000");
const raster = await image.loadImageData();
const superpixels = await image.loadSuperpixels();
console.log(JSON.stringify({
  size: [raster.width, raster.height],
  pixels: sha256(raster.data),
  count: superpixels.max + 1,
  labels: sha256(superpixels.idx.data),
}));
`;

export async function inNode(consumer: string): Promise<Expected> {
  await writeFile(join(consumer, "expected.mjs"), SCRIPT);
  const { stdout } = await run(process.execPath, ["expected.mjs"], { cwd: consumer });
  return JSON.parse(stdout) as Expected;
}

/** A page that works: Node's bytes, no complaint, a timer that went on, and nothing loaded twice. */
export function expectWalk(name: string, { first, again }: Visits, expected: Expected): void {
  console.log(
    `${name}: ${first.count} superpixels in ${Math.round(first.took)} ms, ${first.ticks} ticks (longest wait ` +
      `${Math.round(first.longest)} ms); ${first.requests} requests, then ${again.requests}`,
  );
  for (const each of [first, again]) {
    expect(each).toMatchObject({ ...expected, warnings: [] });
  }
  expect(first.origins).toEqual({ record: "network", data: "network", superpixels: "computed" });
  expect(again.origins).toEqual({ record: "network", data: "cache", superpixels: "cache" });
  // A record is asked for anew, since it may have changed; photos and superpixels are not.
  expect([first.requests, again.requests]).toEqual([2, 1]);
  // Computing on the page's own thread would be one long wait.
  expect(first.ticks).toBeGreaterThan(5);
  expect(first.longest).toBeLessThan(first.took / 2);
}
