// What a page has to load: bundled from the sources, minified, split, gzipped file by file.
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";

const PACKAGES = fileURLToPath(new URL("../..", import.meta.url));

const WALK = `
  import { IsicApi } from "isic/browser";

  export async function walk(options) {
    const api = await IsicApi.connect(options);
    const image = await api.image("ISIC_0000000");
    await api.selectImages(["meta.clinical.sex", "==", "female"]);
    await image.loadImageData();
    await image.loadSuperpixels();
    image.mapSuperpixels();
    image.colorSuperpixels([472], { color: [255, 0, 0] });
  }
`;

const IMAGES = `
  import { createV2Api, imagesOf } from "@isic/api-client/v2";

  export const images = imagesOf(createV2Api({}));
`;

interface Bundle {
  readonly outputs: Metafile["outputs"];
  readonly gzipped: ReadonlyMap<string, number>;
}

async function bundle(contents: string): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    minify: true,
    splitting: true,
    platform: "browser",
    format: "esm",
    conditions: ["@isic/source"],
    absWorkingDir: PACKAGES,
    outdir: "out",
    metafile: true,
    write: false,
  });
  const sizeOf = (path: string) => {
    const file = outputFiles.find((each) => each.path.replaceAll("\\", "/").endsWith(`/${path}`));
    return gzipSync(file!.contents, { level: 9 }).length;
  };
  const gzipped = new Map(Object.keys(metafile.outputs).map((path) => [path, sizeOf(path)]));
  return { outputs: metafile.outputs, gzipped };
}

/** The bytes of the page's own file, of the modules that it loads later, and of what these need at once. */
function bytesOf({ outputs, gzipped }: Bundle, later: readonly string[]): number {
  const files = new Set<string>();
  const load = (path: string): void => {
    if (files.has(path)) return;
    files.add(path);
    for (const each of outputs[path]!.imports) if (each.kind === "import-statement") load(each.path);
  };
  for (const entry of ["<stdin>", ...later]) {
    const found = Object.keys(outputs).find((path) => outputs[path]!.entryPoint?.endsWith(entry));
    if (found === undefined) throw new Error(`No module ${entry} is loaded later: does it still exist?`);
    load(found);
  }
  const bytes = [...files].reduce((sum, path) => sum + gzipped.get(path)!, 0);
  console.log(`${later.join(" + ") || "first load"}: ${bytes} bytes`);
  return bytes;
}

const V1 = "api-client/src/v1/index.ts";
const V2 = "api-client/src/v2/index.ts";
const ALIASES = "isic/src/aliases.ts";
const SEARCH = "isic/src/criteria-query.ts";
const SLIC = "core-wasm/src/slic/index.ts";

// Raise a number in the commit that costs it.
describe("gzipped bytes of the walk", () => {
  let walk: Bundle;
  beforeAll(async () => {
    walk = await bundle(WALK);
  });

  test.each([
    ["before anything is called", [], 33_600],
    ["with the v1 client", [V1], 61_440],
    ["with the v2 client", [V2], 61_440],
    ["on v1, the image index too", [V1, "isic/src/image-index/v1.ts"], 63_100],
    ["on v2, search too", [V2, ALIASES, SEARCH], 63_000],
    ["on v2 with a kept image index", [V2, ALIASES, "isic/src/image-index/v2.ts"], 66_900],
    ["on v2 with search, superpixels computed", [V2, ALIASES, SEARCH, SLIC], 79_800],
  ])("%s", (_what, later, most) => {
    expect(bytesOf(walk, later)).toBeLessThanOrEqual(most);
  });

  test("what is loaded later is not loaded at first", () => {
    expect(bytesOf(walk, [V2])).toBeGreaterThan(bytesOf(walk, []) + 10_000);
  });
});

test("the images of the v2 client alone", async () => {
  expect(bytesOf(await bundle(IMAGES), [])).toBeLessThanOrEqual(25_600);
});
