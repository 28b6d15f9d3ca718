import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, matchesGlob } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { readPngSync } from "@isic/core-wasm/node";
import { createSampleArchive } from "@isic/sample-archive";
import { parse as parseCsv } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildDataset } from "../../src/dataset/build/build.ts";
import { checkDataset } from "../../src/dataset/build/check.ts";
import { type DatasetLock, readLock } from "../../src/dataset/build/lock-file.ts";
import type { Recipe, RecipeLayout } from "../../src/dataset/recipe/recipe.ts";
import { openClient } from "../../src/node/open-client.ts";

// Neither in Debian nor in npm, so not opened by them: Keras, datasets, webdataset, pycocotools, mlcroissant.

const run = promisify(execFile);
const PARTS = ["train", "test"];
const LAYOUTS: readonly RecipeLayout[] = ["image-folder", "hugging-face", "coco", "webdataset", "flat"];
const box = createSampleArchive({ images: 60, smallPhotos: true });
let root: string;
let python: string | undefined;
let torch: string | undefined;

/** The first Python with a module: the one on the path, or Debian's own. */
async function pythonWith(module: string): Promise<string | undefined> {
  for (const name of ["python3", "/usr/bin/python3"]) {
    const found = await run(name, ["-c", `import ${module}`]).catch(() => undefined);
    if (found !== undefined) return name;
  }
  return undefined;
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isic-loaders-"));
  python = await pythonWith("csv");
  torch = await pythonWith("torchvision");
});
afterAll(() => rm(root, { recursive: true, force: true }));

const RECIPE: Recipe = {
  version: 1,
  title: "A set for loaders",
  selection: { limit: 40 },
  labels: { classes: { Malignant: 'diagnosis_1 = "Malignant"' }, otherwise: "Other" },
  split: { shares: { train: 60, test: 40 } },
  // The box repeats its few small photos.
  duplicates: { rule: "report" },
  image: { size: 48, fit: "pad", format: "png" },
};

interface Made {
  readonly path: string;
  readonly lock: DatasetLock;
  text(file: string): Promise<string>;
}

async function made(layout: RecipeLayout, over: Partial<Recipe> = {}, family: "v1" | "v2" = "v2"): Promise<Made> {
  const path = await mkdtemp(join(root, `${layout}-`));
  const baseUrl = family === "v1" ? box.v1Url : box.v2Url;
  const { archive } = await openClient({ family, baseUrl, fetch: box.fetch as typeof fetch });
  await buildDataset({ ...RECIPE, ...over, layout }, path, { archive });
  expect((await checkDataset(path)).problems).toEqual([]);
  const lock = (await readLock(path)) as DatasetLock;
  expect(lock.images.length).toBeGreaterThan(30);
  return { path, lock, text: (file) => readFile(join(path, file), "utf8") };
}

async function runPython<T>(program: string | undefined, script: string, ...words: string[]): Promise<T> {
  const { stdout } = await run(program as string, ["-c", script, ...words], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as T;
}

const byFile = (a: { readonly file: string }, b: { readonly file: string }): number => (a.file < b.file ? -1 : 1);

test("torchvision's ImageFolder finds the classes and every picture of a part", async ({ skip }) => {
  if (torch === undefined) skip("python3-torchvision is not installed");
  const { path, lock } = await made("image-folder");
  const script = `
import json, os, sys
from torchvision.datasets import ImageFolder
root, found = sys.argv[1], {}
for part in sys.argv[2:]:
    data = ImageFolder(os.path.join(root, part))
    found[part] = {"classes": data.classes, "samples": [
        {"file": os.path.relpath(data.samples[i][0], root), "label": data.classes[target], "size": picture.size, "mode": picture.mode}
        for i, (picture, target) in enumerate(data)]}
print(json.dumps(found))`;
  const found = await runPython<Record<string, { classes: string[]; samples: { file: string }[] }>>(
    torch,
    script,
    path,
    ...PARTS,
  );
  for (const part of PARTS) {
    expect(found[part]?.classes).toEqual(["Malignant", "Other"]);
    const expected = lock.images
      .filter(({ split }) => split === part)
      .map(({ files, labels: [label] }) => ({ file: files.image!.path, label, size: [48, 48], mode: "RGB" }));
    expect(found[part]?.samples.sort(byFile)).toEqual(expected.sort(byFile));
  }
});

test("DuckDB reads the Parquet table: the cells of the CSV table, numbers as numbers", async () => {
  const { path, lock, text } = await made("flat");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> =>
      (await connection.runAndReadAll(sql, { file: join(path, "images.parquet") })).getRowObjectsJS();
    const table = await rowsOf("SELECT * FROM read_parquet($file)");
    const cells = parseCsv<Record<string, string>>(await text("images.csv"), { columns: true });
    // The CSV table writes truth values as pandas does.
    const asText = (value: unknown): string =>
      value === null ? "" : typeof value === "boolean" ? (value ? "True" : "False") : String(value);
    expect(
      table.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asText(value)]))),
    ).toEqual(cells);
    const types = new Map(
      (await rowsOf("DESCRIBE SELECT * FROM read_parquet($file)")).map((row) => [row.column_name, row.column_type]),
    );
    expect([types.get("file_name"), types.get("width"), types.get("age_approx")]).toEqual([
      "VARCHAR",
      "INTEGER",
      "INTEGER",
    ]);
    expect(types.get("melanocytic")).toBe("BOOLEAN");
    const counts = await rowsOf(
      "SELECT split, label, count(*)::INTEGER AS n FROM read_parquet($file) GROUP BY ALL ORDER BY ALL",
    );
    for (const { split, label, n } of counts)
      expect(n).toBe(lock.images.filter((image) => image.split === split && image.labels[0] === label).length);
    expect(counts.length).toBe(4);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});

test("tar and Python's tarfile read the shards, the files of one image next to each other", async ({ skip }) => {
  const folders = await made("image-folder");
  const { path, lock } = await made("webdataset", { shardSize: 10 });
  const shards = lock.files.map(({ path: file }) => file).filter((file) => file.endsWith(".tar"));
  for (const part of PARTS) {
    const count = lock.images.filter(({ split }) => split === part).length;
    // As `train-{000000..000002}.tar` names them.
    const names = Array.from({ length: Math.ceil(count / 10) }, (_, i) => `${part}-${String(i).padStart(6, "0")}.tar`);
    expect(shards.filter((file) => file.startsWith(part)).sort()).toEqual(names);
  }
  const classes = ["Malignant", "Other"];
  const keys: string[] = [];
  for (const shard of shards) {
    const out = join(root, "extracted", shard);
    await mkdir(out, { recursive: true });
    await run("tar", ["-xf", join(path, shard), "-C", out]);
    const files = await readdir(out);
    for (const key of new Set(files.map((file) => file.slice(0, file.indexOf("."))))) {
      keys.push(key);
      expect(files.filter((file) => file.startsWith(`${key}.`)).sort()).toEqual(
        [".cls", ".json", ".png"].map((ending) => key + ending),
      );
      const facts = JSON.parse(await readFile(join(out, `${key}.json`), "utf8")) as { isic_id: string; split: string };
      const image = folders.lock.images.find(({ name }) => name === facts.isic_id)!;
      expect([facts.split, shard.startsWith(facts.split)]).toEqual([image.split, true]);
      expect(classes[Number(await readFile(join(out, `${key}.cls`), "utf8"))]).toBe(image.labels[0]);
      const picture = await readFile(join(out, `${key}.png`));
      expect(picture.equals(await readFile(join(folders.path, image.files.image!.path)))).toBe(true);
    }
  }
  expect(keys.length).toBe(lock.images.length);
  expect(new Set(keys).size).toBe(keys.length);
  if (python === undefined) skip("there is no Python");
  // As a stream, which cannot go back: an image is all that comes until the next name.
  const script = `
import itertools, json, sys, tarfile
print(json.dumps([key for shard in sys.argv[1:]
    for key, _ in itertools.groupby(tarfile.open(shard, "r|"), lambda member: member.name.split(".")[0])]))`;
  const streamed = await runPython<string[]>(python, script, ...shards.map((shard) => join(path, shard)));
  expect(streamed.sort()).toEqual(keys.sort());
});

test("COCO files have the published structure, and say of each mask what is in it", async () => {
  const { path, lock, text } = await made("coco", { masks: "archive", labels: { challenge: "isic2016" } }, "v1");
  let masks = 0;
  for (const part of PARTS) {
    const coco = JSON.parse(await text(`annotations/${part}.json`)) as Record<
      "images" | "annotations" | "categories" | "licenses",
      readonly Record<string, unknown>[]
    >;
    for (const list of [coco.images, coco.annotations, coco.categories, coco.licenses]) {
      expect(list.every(({ id }) => Number.isInteger(id))).toBe(true);
      expect(new Set(list.map(({ id }) => id)).size).toBe(list.length);
    }
    const mine = lock.images.filter(({ split }) => split === part);
    expect(coco.images.map(({ isic_id }) => isic_id).sort()).toEqual(mine.map(({ name }) => name).sort());
    for (const { file_name, width, height, license } of coco.images) {
      const picture = readPngSync(await readFile(join(path, "images", part, file_name as string)), { channels: 3 });
      expect([width, height]).toEqual([picture.width, picture.height]);
      expect(coco.licenses.some(({ id }) => id === license)).toBe(true);
    }
    for (const annotation of coco.annotations) {
      const { image_id, category_id, iscrowd, area, bbox } = annotation;
      const picture = coco.images.find(({ id }) => id === image_id)!;
      const image = mine.find(({ name }) => name === picture.isic_id)!;
      expect(coco.categories.find(({ id }) => id === category_id)?.name).toBe(image.labels[0]);
      expect(iscrowd).toBe(0);
      const polygons = annotation.segmentation as number[][];
      if (image.files.mask === undefined) {
        expect([bbox, polygons]).toEqual([[0, 0, picture.width, picture.height], []]);
        continue;
      }
      masks++;
      const mask = readPngSync(await readFile(join(path, image.files.mask.path)), { channels: 1 });
      const on = [...mask.data.keys()].filter((at) => mask.data[at]! > 127);
      const extent = (of: (at: number) => number): [number, number] => {
        const least = Math.min(...on.map(of));
        return [least, Math.max(...on.map(of)) + 1 - least];
      };
      const [[x, w], [y, h]] = [extent((at) => at % mask.width), extent((at) => Math.floor(at / mask.width))];
      expect([area, bbox]).toEqual([on.length, [x, y, w, h]]);
      expect(polygons.length).toBeGreaterThan(0);
      for (const ring of polygons) expect([ring.length % 2, ring.length >= 6]).toEqual([0, true]);
      // Holes are filled: polygons cover the mask or more, and every pixel of it.
      expect(polygons.reduce((sum, ring) => sum + ringArea(ring), 0)).toBeGreaterThanOrEqual(on.length);
      for (const at of on) {
        const [px, py] = [(at % mask.width) + 0.5, Math.floor(at / mask.width) + 0.5];
        if (!polygons.some((ring) => isInside(ring, px, py)))
          expect.fail(`${image.name}: ${px}, ${py} is in no polygon`);
      }
    }
  }
  expect(masks).toBeGreaterThan(5);
});

const cornersOf = (ring: readonly number[]): [number, number][] =>
  Array.from({ length: ring.length / 2 }, (_, i) => [ring[2 * i]!, ring[2 * i + 1]!]);

function ringArea(ring: readonly number[]): number {
  const corners = cornersOf(ring);
  const twice = corners.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = corners[(i + 1) % corners.length]!;
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice) / 2;
}

function isInside(ring: readonly number[], x: number, y: number): boolean {
  const corners = cornersOf(ring);
  const crossings = corners.filter(([ax, ay], i) => {
    const [bx, by] = corners[(i + 1) % corners.length]!;
    return ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax;
  });
  return crossings.length % 2 === 1;
}

test("Python's csv reads metadata.csv: a row for each picture beside it, the same columns in all parts", async ({
  skip,
}) => {
  if (python === undefined) skip("there is no Python");
  const { path, lock } = await made("hugging-face");
  const script = `
import csv, json, os, sys
found = {}
for part in sys.argv[2:]:
    with open(os.path.join(sys.argv[1], part, "metadata.csv"), newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file, strict=True)
        found[part] = {"rows": list(reader), "columns": reader.fieldnames}
print(json.dumps(found))`;
  type Part = { readonly rows: Record<string, string>[]; readonly columns: string[] };
  const found = await runPython<Record<string, Part>>(python, script, path, ...PARTS);
  for (const part of PARTS) {
    const { rows, columns } = found[part] as Part;
    expect(columns[0]).toBe("file_name");
    expect(columns).toEqual(found.train?.columns);
    expect(rows.map(({ file_name }) => file_name).sort()).toEqual(
      (await readdir(join(path, part))).filter((file) => file !== "metadata.csv").sort(),
    );
    for (const row of rows) {
      // Neither a cell too many nor one too few, which Python files under no name.
      expect(Object.keys(row)).toEqual(columns);
      const image = lock.images.find(({ name }) => name === row.isic_id)!;
      expect([row.label, image.split, `${part}/${row.file_name}`]).toEqual([
        image.labels[0],
        part,
        image.files.image!.path,
      ]);
    }
  }
});

/** Required of every `sc:Dataset` by Croissant 1.0, but `datePublished`: the archive dates no image, the recipe no set. */
const REQUIRED = ["@context", "@type", "conformsTo", "description", "license", "name", "url", "creator"];

test.each(LAYOUTS)(
  "Croissant metadata has what the vocabulary requires, and its file sets are the pictures: %s",
  async (layout) => {
    type Node = Record<string, unknown> & { readonly "@type": string; readonly "@id": string };
    const { path, lock, text } = await made(layout, {
      superpixels: true,
      image: layout === "flat" ? undefined : RECIPE.image,
    });
    const dataset = JSON.parse(await text("croissant.json")) as Node & { distribution: Node[]; recordSet: Node[] };
    for (const name of REQUIRED) expect(dataset[name], name).toBeTruthy();
    const context = dataset["@context"] as unknown as Record<string, unknown>;
    const full = (name: string): string => name.replace(/^(\w+):/, (_, prefix) => String(context[prefix]));
    expect(full(dataset["@type"])).toBe("https://schema.org/Dataset");
    expect([context.conformsTo, dataset.conformsTo]).toEqual(["dct:conformsTo", "http://mlcommons.org/croissant/1.0"]);
    for (const address of [dataset.url, dataset.license].flat()) expect(URL.canParse(address as string)).toBe(true);
    for (const maker of dataset.creator as Node[])
      expect(full(maker["@type"])).toMatch(/schema.org\/(Person|Organization)$/);

    const objects = dataset.distribution.filter(
      (node) => full(node["@type"]) === "http://mlcommons.org/croissant/FileObject",
    );
    const sets = dataset.distribution.filter(
      (node) => full(node["@type"]) === "http://mlcommons.org/croissant/FileSet",
    );
    expect(objects.length + sets.length).toBe(dataset.distribution.length);
    for (const { contentUrl, sha256, contentSize, encodingFormat } of objects) {
      expect(encodingFormat).toMatch(/^\w+\/[\w.-]+$/);
      const file = lock.files.find((each) => each.path === contentUrl);
      expect([sha256, contentSize]).toEqual([file?.sha256, `${file?.bytes} B`]);
    }
    const all = (await readdir(path, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1))
      .filter((file) => !file.startsWith(".isic"));
    const formats: Record<string, string> = {
      "application/x-tar": ".tar",
      "image/jpeg": ".jpg",
      "image/png": ".png",
    };
    const matched = sets.flatMap(({ includes, encodingFormat }) => {
      const files = all.filter((file) => [includes].flat().some((glob) => matchesGlob(file, glob as string)));
      expect(files.every((file) => file.endsWith(formats[encodingFormat as string] as string))).toBe(true);
      return files;
    });
    expect(matched.sort()).toEqual(
      layout === "webdataset"
        ? all.filter((file) => file.endsWith(".tar")).sort()
        : lock.images.map(({ files }) => files.image!.path).sort(),
    );

    const ids = new Set(dataset.distribution.map((node) => node["@id"]));
    const [header = ""] = (await text("images.csv")).split("\n");
    for (const record of dataset.recordSet) {
      expect(full(record["@type"])).toBe("http://mlcommons.org/croissant/RecordSet");
      const fields = record.field as (Node & { source: { fileObject: Node; extract: { column: string } } })[];
      expect(fields.map(({ source }) => source.extract.column)).toEqual(header.split(","));
      for (const field of fields) {
        expect(full(field["@type"])).toBe("http://mlcommons.org/croissant/Field");
        expect(full(field.dataType as string)).toMatch(/^https:\/\/schema\.org\/(Text|Integer|Float|Boolean)$/);
        expect(ids.has(field.source.fileObject["@id"])).toBe(true);
      }
      expect(fields.map((field) => field["@id"])).toContain((record.key as Node)["@id"]);
    }
  },
);
