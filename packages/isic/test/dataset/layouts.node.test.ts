import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { readPngSync } from "@isic/core-wasm/node";
import { createSampleArchive } from "@isic/sample-archive";
import { parse as parseCsv } from "csv-parse/sync";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { nodeCodecs } from "../../src/codecs/node.ts";
import { buildDataset } from "../../src/dataset/build/build.ts";
import { checkDataset } from "../../src/dataset/build/check.ts";
import { type DatasetLock, readLock } from "../../src/dataset/build/lock-file.ts";
import type { BuildDatasetOptions } from "../../src/dataset/build/open-build.ts";
import type { Recipe } from "../../src/dataset/recipe/recipe.ts";
import { openClient } from "../../src/node/open-client.ts";

const box = createSampleArchive({ images: 60, smallPhotos: true });
let root: string;
let archive: BuildDatasetOptions["archive"];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isic-layouts-"));
  archive = (await openClient({ baseUrl: box.v2Url, fetch: box.fetch as typeof fetch })).archive;
});
afterAll(() => rm(root, { recursive: true, force: true }));

const RECIPE: Recipe = {
  version: 1,
  title: "Skin & <lesions>",
  authors: ["A. Müller"],
  selection: { search: "isic_id:*" },
  labels: { classes: { Malignant: 'diagnosis_1 = "Malignant"' }, otherwise: "Other" },
  split: { shares: { train: 60, test: 40 } },
  duplicates: { rule: "report" },
  image: { size: 48, fit: "pad", format: "png" },
};

async function made(
  name: string,
  over: Partial<Recipe>,
): Promise<{ path: string; lock: DatasetLock; text: (file: string) => Promise<string> }> {
  const path = join(root, name);
  await buildDataset({ ...RECIPE, ...over }, path, { archive, base: root });
  expect((await checkDataset(path)).problems).toEqual([]);
  return { path, lock: (await readLock(path)) as DatasetLock, text: (file) => readFile(join(path, file), "utf8") };
}

/** Masks of all images: a ring, whose hole is not of it, and a single pixel. */
async function writeMasks(
  lock: DatasetLock,
  sizes: ReadonlyMap<string, { width: number; height: number }>,
): Promise<void> {
  await mkdir(join(root, "truth"), { recursive: true });
  for (const { name } of lock.images) {
    const { width, height } = sizes.get(name)!;
    const data = new Uint8Array(width * height);
    for (let y = 10; y < 30; y++)
      for (let x = 20; x < 50; x++) if (!(y >= 15 && y < 20 && x >= 25 && x < 30)) data[y * width + x] = 255;
    await writeFile(
      join(root, "truth", `${name}_segmentation.png`),
      await nodeCodecs.encodePng({ width, height, channels: 1, data }),
    );
  }
}

describe("image-folder", () => {
  test("has a folder for each part and class, squares of one size, tables in CSV and Parquet", async () => {
    const { path, lock, text } = await made("folders", {});
    const rows = parseCsv<Record<string, string>>(await text("images.csv"), { columns: true });
    expect(rows.length).toBe(lock.images.length);
    for (const { file_name = "", split, label, width, height } of rows) {
      expect(file_name).toMatch(/^(train|test)\/(Malignant|Other)\/ISIC_\d{7}\.png$/);
      expect(file_name.startsWith(`${split}/${label}/`)).toBe(true);
      expect([width, height]).toEqual(["48", "48"]);
    }
    const picture = readPngSync(new Uint8Array(await readFile(join(path, rows[0]!.file_name!))), { channels: 3 });
    expect([picture.width, picture.height]).toEqual([48, 48]);
    const table = await parquetReadObjects({ file: await asyncBufferFromFile(join(path, "images.parquet")) });
    expect(table.length).toBe(rows.length);
    expect(table[0]).toMatchObject({ file_name: rows[0]!.file_name, isic_id: rows[0]!.isic_id, width: 48 });
  });

  test("has whom to name, the licences, citations that parse, and sheets whose texts are text", async () => {
    const { lock, text } = await made("papers", {});
    const licences = new Set(lock.images.map(({ licence }) => licence));
    for (const licence of licences) expect((await text(`licenses/${licence}.txt`)).length).toBeGreaterThan(50);
    expect(parseYaml(await text("CITATION.cff"))).toMatchObject({
      "cff-version": "1.2.0",
      title: "Skin & <lesions>",
      authors: [{ name: "A. Müller" }],
      references: [{ title: "ISIC Archive" }],
    });
    expect(await text("citation.bib")).toContain("title = {{Skin \\& \\textless{}lesions\\textgreater{}}}");
    for (const { attribution } of lock.images) expect(await text("attribution.txt")).toContain(attribution);
    const html = await text("datasheet.html");
    expect(html).toContain("<h1>Skin &amp; &lt;lesions&gt;</h1>");
    expect(html).toContain("<svg");
    expect(html).not.toMatch(/<script|NaN|undefined/);
    const sheet = await text("DATASHEET.md");
    expect(sheet).toMatch(/\| Malignant \| \d+ \| \d+ \|/);
    expect(sheet).toMatch(/### Sex/);
    expect(sheet).not.toMatch(/NaN|undefined/);
  });

  test("has Croissant metadata whose fields are the table's columns, and whose hash is its file's", async () => {
    const { lock, text } = await made("croissant", {});
    const croissant = JSON.parse(await text("croissant.json")) as {
      conformsTo: string;
      distribution: { "@id": string; sha256?: string }[];
      recordSet: { field: { source: { extract: { column: string } } }[] }[];
    };
    expect(croissant.conformsTo).toBe("http://mlcommons.org/croissant/1.0");
    const [header = ""] = (await text("images.csv")).split("\n");
    expect(croissant.recordSet[0]!.field.map(({ source }) => source.extract.column)).toEqual(header.split(","));
    expect(croissant.distribution[0]!.sha256).toBe(lock.files.find(({ path }) => path === "images.csv")!.sha256);
  });
});

test("hugging-face: metadata.csv beside the pictures of each part, and a card with settings", async () => {
  const { text, lock } = await made("hub", { layout: "hugging-face" });
  const [header = ""] = (await text("train/metadata.csv")).split("\n");
  const [all = ""] = (await text("images.csv")).split("\n");
  const left = all.split(",").filter((name) => !header.split(",").includes(name));
  const card = await text("README.md");
  for (const name of left) expect(card).toContain(`\`${name}\``);
  for (const part of ["train", "test"]) {
    // `datasets` refuses parts whose columns differ.
    expect((await text(`${part}/metadata.csv`)).split("\n")[0]).toBe(header);
    const rows = parseCsv<Record<string, string>>(await text(`${part}/metadata.csv`), { columns: true });
    expect(rows.map(({ file_name }) => `${part}/${file_name}`).sort()).toEqual(
      lock.images
        .filter(({ split }) => split === part)
        .map(({ files }) => files.image!.path)
        .sort(),
    );
  }
  const front = parseYaml(card.split("---\n")[1]!) as { configs: { data_files: unknown }[]; license: unknown };
  expect(front.configs[0]!.data_files).toEqual([
    { split: "train", path: "train/**" },
    { split: "test", path: "test/**" },
  ]);
  expect([front.license].flat()).toContain("cc-by-4.0");
  expect(card).toContain("```bibtex");
});

test("coco: boxes, areas and polygons are those of the masks, also where they are resized", async () => {
  const first = await made("sizes", { image: undefined, layout: "flat", labels: undefined });
  const rows = parseCsv<Record<string, string>>(await first.text("images.csv"), { columns: true });
  const sizes = new Map(
    rows.map(({ isic_id, width, height }) => [isic_id!, { width: Number(width), height: Number(height) }]),
  );
  await writeMasks(first.lock, sizes);
  const { text, path } = await made("coco", { image: undefined, layout: "coco", masks: "truth" });
  const coco = JSON.parse(await text("annotations/train.json")) as {
    images: { id: number; file_name: string; width: number }[];
    annotations: { image_id: number; bbox: number[]; area: number; segmentation: number[][]; category_id: number }[];
    categories: { id: number; name: string }[];
  };
  expect(coco.categories.map(({ name }) => name)).toEqual(["Malignant", "Other"]);
  expect(coco.annotations.length).toBe(coco.images.length);
  for (const { bbox, area, segmentation } of coco.annotations) {
    expect(bbox).toEqual([20, 10, 30, 20]);
    expect(area).toBe(30 * 20 - 25);
    expect(segmentation).toHaveLength(1);
    // Around the mask, and into its hole and back.
    expect(new Set(segmentation[0]!.filter((_, i) => i % 2 === 0))).toEqual(new Set([20, 50, 25, 30]));
  }
  await readFile(join(path, "images/train", coco.images[0]!.file_name));
  const small = await made("coco-small", { image: { size: 32, fit: "crop" }, layout: "coco", masks: "truth" });
  const masks = small.lock.images.map(({ files }) => files.mask!.path);
  const mask = readPngSync(new Uint8Array(await readFile(join(small.path, masks[0]!))));
  expect([mask.width, mask.height]).toEqual([32, 32]);
  expect([...new Set(mask.data)].sort()).toEqual([0, 255]);
  await writeFile(
    join(root, "truth", `${first.lock.images[0]!.name}_segmentation.png`),
    await nodeCodecs.encodePng({ width: 3, height: 3, channels: 1, data: new Uint8Array(9) }),
  );
  await expect(made("coco-wrong", { layout: "coco", masks: "truth" })).rejects.toThrow("it belongs to another picture");
});

test("webdataset: shards that tar reads, the files of an image side by side, and the same bytes each time", async () => {
  const { path, lock } = await made("shards", {
    layout: "webdataset",
    shardSize: 10,
    superpixels: true,
    selection: { search: "isic_id:*", limit: 30 },
  });
  const shards = lock.files.filter(({ path: file }) => file.endsWith(".tar"));
  expect(shards.length).toBeGreaterThan(2);
  const names: string[] = [];
  for (const { path: shard } of shards) {
    const { stdout } = await promisify(execFile)("tar", ["-tvf", join(path, shard)]);
    const lines = stdout.trim().split("\n");
    expect(lines.every((line) => line.includes("1970-01-01"))).toBe(true);
    names.push(...lines.map((line) => line.split(" ").at(-1)!));
  }
  const keys = names.map((name) => name.slice(0, name.indexOf(".")));
  expect(keys.filter((key, i) => key !== keys[i - 1]).length).toBe(lock.images.length);
  expect(names.slice(0, 4).map((name) => name.slice(name.indexOf(".")))).toEqual([
    ".png",
    ".cls",
    ".superpixels.png",
    ".json",
  ]);
  const again = await made("shards-2", {
    layout: "webdataset",
    shardSize: 10,
    superpixels: true,
    selection: { search: "isic_id:*", limit: 30 },
  });
  expect(again.lock.files).toEqual(lock.files);
});

test("several classes of one image are in one column, and in one of their own each", async () => {
  const { text } = await made("multi", {
    layout: "flat",
    labels: { classes: { Female: 'sex = "female"', Old: "age_approx >= 50" }, multi: true, otherwise: "Neither" },
  });
  const rows = parseCsv<Record<string, string>>(await text("images.csv"), { columns: true });
  expect(rows.some(({ label }) => label === "Female|Old")).toBe(true);
  for (const { label = "", is_Female, is_Old, sex } of rows) {
    expect(is_Female).toBe(sex === "female" ? "1" : "0");
    expect(label.split("|").includes("Old")).toBe(is_Old === "1");
  }
});
