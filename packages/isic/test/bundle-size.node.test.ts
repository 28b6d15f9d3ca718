// What a page has to load: bundled by Vite from the sources, minified, split, gzipped file by file.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { beforeAll, describe, expect, test } from "vitest";

type Bundle = readonly Rolldown.OutputChunk[];

async function bundle(page: string): Promise<Bundle> {
  const built = await build({
    configFile: false,
    logLevel: "error",
    resolve: { conditions: ["@isic/source", "module", "browser", "default"] },
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: fileURLToPath(new URL(`support/${page}`, import.meta.url)) },
    },
  });
  const { output } = built as Rolldown.RolldownOutput;
  return output.filter((file) => file.type === "chunk");
}

/** The bytes of the page's own file, of the modules that it loads later, and of what these need at once. */
function bytesOf(chunks: Bundle, later: readonly string[]): number {
  const files = new Set<Rolldown.OutputChunk>();
  const load = (chunk: Rolldown.OutputChunk | undefined): void => {
    if (chunk === undefined || files.has(chunk)) return;
    files.add(chunk);
    for (const name of chunk.imports) load(chunks.find(({ fileName }) => fileName === name));
  };
  load(chunks.find(({ isEntry }) => isEntry));
  for (const module of later) {
    const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.replaceAll("\\", "/").endsWith(`/${module}`));
    if (chunk === undefined) throw new Error(`No module ${module} is loaded later: does it still exist?`);
    load(chunk);
  }
  const bytes = [...files].reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  console.log(`${later.join(" + ") || "first load"}: ${bytes} bytes`);
  return bytes;
}

const V1 = "isic/src/connect-v1.ts";
const V2 = "isic/src/connect-v2.ts";
const ALIASES = "isic/src/aliases.ts";
const SEARCH = "isic/src/criteria-query.ts";
const V1_CALLS = "isic/src/archive/v1-calls.ts";
const V1_INDEX = "isic/src/image-index/v1.ts";
const V2_INDEX = "isic/src/image-index/v2.ts";
const SLIC = "core-wasm/src/slic/index.ts";

// Raise a number in the commit that costs it.
describe("gzipped bytes of the walk", () => {
  let walk: Bundle;
  beforeAll(async () => {
    walk = await bundle("walk-page.ts");
  });

  test.each([
    ["before anything is called", [], 31_200],
    ["on v1, with its image index", [V1, V1_CALLS, V1_INDEX], 64_500],
    ["on v2, with search", [V2, ALIASES, SEARCH], 64_500],
    ["on v2, with a kept image index", [V2, ALIASES, V2_INDEX], 68_000],
    ["on v2, with search, superpixels computed", [V2, ALIASES, SEARCH, SLIC], 76_500],
    ["on v2, with everything", [V2, ALIASES, SEARCH, SLIC, V2_INDEX], 82_000],
  ])("%s", (_what, later, most) => {
    expect(bytesOf(walk, later)).toBeLessThanOrEqual(most);
  });

  test("what is loaded later is not loaded at first", () => {
    expect(bytesOf(walk, [V2])).toBeGreaterThan(bytesOf(walk, []) + 10_000);
  });
});

test("the images of the v2 client alone", async () => {
  expect(bytesOf(await bundle("images-page.ts"), [])).toBeLessThanOrEqual(27_500);
});
