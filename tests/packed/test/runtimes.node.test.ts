import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, test } from "vitest";

const run = promisify(execFile);
const consumer = inject("consumer");

// The walk in a few lines: the archive in a box, v1, an image by name, its superpixels, their map.
const SMOKE = `
import { buildMap, pixelCount } from "@isic/core-wasm";
import { createSampleArchive } from "@isic/sample-archive";
import { createV1Client } from "@isic/api-client/v1";
import { createPredicate } from "@isic/select";
import { readSuperpixelPng } from "@isic/core-wasm";

const archive = createSampleArchive();
const client = createV1Client({ baseUrl: archive.v1Url, fetch: archive.fetch });
const image = await client.images.byName("ISIC_0000000");
const matches = createPredicate(["name", "==", "ISIC_0000000"])(image);
const file = await client.images.superpixels(image._id);
const labels = await readSuperpixelPng(await file.bytes());
const map = buildMap(labels);
console.log(JSON.stringify({ name: image.name, matches, width: labels.width, rows: map.count > 900, some: pixelCount(map, 472) > 0 }));
`;

const expected = { name: "ISIC_0000000", matches: true, width: 1022, rows: true, some: true };

const RUNTIMES = [
  { runtime: "Node 22", package: "node@22", words: ["smoke.mjs"] },
  { runtime: "Node 24", package: "node@24", words: ["smoke.mjs"] },
  { runtime: "Node 26", package: "node@26", words: ["smoke.mjs"] },
  { runtime: "Deno", package: "deno@2.9.6", words: ["run", "--allow-all", "--no-lock", "smoke.mjs"] },
  { runtime: "Bun", package: "bun@1.4.5", words: ["smoke.mjs"] },
];

describe("the packed packages run under", () => {
  test("this Node", async () => {
    await writeFile(join(consumer, "smoke.mjs"), SMOKE);
    const { stdout } = await run(process.execPath, ["smoke.mjs"], { cwd: consumer });
    expect(JSON.parse(stdout)).toEqual(expected);
  });

  test.each(RUNTIMES)("$runtime", async ({ package: name, words }) => {
    await writeFile(join(consumer, "smoke.mjs"), SMOKE);
    const { stdout } = await run("npx", ["--yes", name, ...words], { cwd: consumer });
    const line = stdout.trim().split("\n").at(-1) ?? "";
    expect(JSON.parse(line)).toEqual(expected);
  });
});
