import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createSampleArchive } from "@isic/sample-archive";
import { afterAll, beforeAll, expect } from "vitest";
import { buildDataset } from "../../src/dataset/build/build.ts";
import { checkDataset } from "../../src/dataset/build/check.ts";
import { type DatasetLock, readLock } from "../../src/dataset/build/lock-file.ts";
import type { Recipe, RecipeLayout } from "../../src/dataset/recipe/recipe.ts";
import { openClient } from "../../src/node/open-client.ts";

// Sets of the box for the suites in which other programs open them.
//
// Debian has torchvision, pandas, bibtexparser, rdflib and jsonschema (python3-...). mlcroissant, pycocotools and webdataset
// are on PyPI alone: PYTHONPATH may point to where they are. ISIC_CFF_SCHEMA may point to schema.json of the Citation File
// Format. What is missing is skipped. Keras and `datasets` are opened by none: their rules are checked instead.

export const run = promisify(execFile);
export const PARTS = ["train", "test"];
export const LAYOUTS: readonly RecipeLayout[] = ["image-folder", "hugging-face", "coco", "webdataset", "flat"];
const box = createSampleArchive({ images: 60, smallPhotos: true });
export let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isic-loaders-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** The first Python with a module: the one on the path, or Debian's own. */
export async function pythonWith(module: string): Promise<string | undefined> {
  for (const name of ["python3", "/usr/bin/python3"]) {
    const found = await run(name, ["-c", `import ${module}`]).catch(() => undefined);
    if (found !== undefined) return name;
  }
  return undefined;
}
export const RECIPE: Recipe = {
  version: 1,
  title: "A set for loaders",
  selection: { limit: 40 },
  labels: { classes: { Malignant: 'diagnosis_1 = "Malignant"' }, otherwise: "Other" },
  split: { shares: { train: 60, test: 40 } },
  // The box repeats its few small photos.
  duplicates: { rule: "report" },
  image: { size: 48, fit: "pad", format: "png" },
};

export interface Made {
  readonly path: string;
  readonly lock: DatasetLock;
  text(file: string): Promise<string>;
}

export async function made(
  layout: RecipeLayout,
  over: Partial<Recipe> = {},
  family: "v1" | "v2" = "v2",
): Promise<Made> {
  const path = await mkdtemp(join(root, `${layout}-`));
  const baseUrl = family === "v1" ? box.v1Url : box.v2Url;
  const { archive } = await openClient({ family, baseUrl, fetch: box.fetch as typeof fetch });
  await buildDataset({ ...RECIPE, ...over, layout }, path, { archive });
  expect((await checkDataset(path)).problems).toEqual([]);
  const lock = (await readLock(path)) as DatasetLock;
  expect(lock.images.length).toBeGreaterThan(30);
  return { path, lock, text: (file) => readFile(join(path, file), "utf8") };
}

export async function runPython<T>(program: string | undefined, script: string, ...words: string[]): Promise<T> {
  const { stdout } = await run(program as string, ["-c", script, ...words], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as T;
}
