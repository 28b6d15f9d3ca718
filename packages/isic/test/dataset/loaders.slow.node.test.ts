import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, matchesGlob } from "node:path";
import { promisify } from "node:util";
import { DuckDBInstance } from "@duckdb/node-api";
import { readPngSync } from "@isic/core-wasm/node";
import { createSampleArchive } from "@isic/sample-archive";
import { parse as parseCsv } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { nodeCodecs } from "../../src/codecs/node.ts";
import { buildDataset } from "../../src/dataset/build/build.ts";
import { checkDataset } from "../../src/dataset/build/check.ts";
import { type DatasetLock, readLock } from "../../src/dataset/build/lock-file.ts";
import type { Recipe, RecipeLayout } from "../../src/dataset/recipe/recipe.ts";
import { openClient } from "../../src/node/open-client.ts";

// Debian has torchvision, pandas, bibtexparser, rdflib and jsonschema (python3-...). mlcroissant, pycocotools and webdataset
// are on PyPI alone: PYTHONPATH may point to where they are. ISIC_CFF_SCHEMA may point to schema.json of the Citation File
// Format. What is missing is skipped. Keras and `datasets` are opened by none: their rules are checked instead.

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
        const [w, h] = [picture.width, picture.height];
        expect([bbox, polygons, annotation.has_mask]).toEqual([[0, 0, w, h], [[0, 0, w, 0, w, h, 0, h]], false]);
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
      expect(polygons.reduce((sum, ring) => sum + ringArea(ring), 0)).toBe(on.length);
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

/** An image may have one class, both or the rest. */
const BOTH = { classes: { Female: 'sex = "female"', Old: "age_approx >= 50" }, multi: true, otherwise: "Rest" };

/** A ring of two holes with a speck in one of them, another place in each picture. */
async function ringMask(width: number, height: number, seed: number): Promise<Uint8Array> {
  const data = new Uint8Array(width * height);
  const [left, top] = [5 + (seed % 7), 3 + (seed % 5)];
  for (let y = top; y < height - 4; y++)
    for (let x = left; x < width - 6; x++) {
      const inHole = y > top + 3 && y < top + 20 && (Math.abs(x - left - 10) < 4 || Math.abs(x - left - 20) < 3);
      const isSpeck = y === top + 8 && x === left + 10;
      data[y * width + x] = !inHole || isSpeck ? 255 : 0;
    }
  return nodeCodecs.encodePng({ width, height, channels: 1, data });
}

test("pycocotools makes each mask again from its annotation, holes included", async ({ skip }) => {
  const program = await pythonWith("pycocotools.coco, PIL, numpy");
  if (program === undefined) skip("pycocotools is not installed");
  const masks = await mkdtemp(join(root, "truth-"));
  const sizes = await made("flat", { image: undefined, labels: undefined });
  const rows = parseCsv<Record<string, string>>(await sizes.text("images.csv"), { columns: true });
  for (const [i, { isic_id, width, height }] of rows.entries())
    if (i % 5 > 0)
      await writeFile(join(masks, `${isic_id}_segmentation.png`), await ringMask(Number(width), Number(height), i));
  const { path, lock } = await made("coco", { masks, image: undefined, labels: BOTH });
  const script = `
import json, os, sys
import numpy as np
from PIL import Image
from pycocotools.coco import COCO
root, out = sys.argv[1], {"annotations": 0, "masks": 0, "holes": 0, "wrong": []}
stdout, sys.stdout = sys.stdout, sys.stderr
for part in sys.argv[2:]:
    coco = COCO(os.path.join(root, "annotations", part + ".json"))
    for image in coco.loadImgs(coco.getImgIds()):
        stem = image["file_name"].rsplit(".", 1)[0]
        assert Image.open(os.path.join(root, "images", part, image["file_name"])).size == (image["width"], image["height"])
        for annotation in coco.loadAnns(coco.getAnnIds(imgIds=image["id"])):
            out["annotations"] += 1
            path = os.path.join(root, "masks", part, stem + "_segmentation.png")
            mask = np.array(Image.open(path)) > 127 if os.path.exists(path) else np.ones((image["height"], image["width"]), bool)
            out["masks"] += os.path.exists(path)
            ys, xs = np.where(mask)
            box = [int(xs.min()), int(ys.min()), int(xs.max() - xs.min() + 1), int(ys.max() - ys.min() + 1)]
            out["holes"] += int(mask.sum()) < box[2] * box[3]
            if (coco.annToMask(annotation).astype(bool) != mask).any() or annotation["area"] != mask.sum() or annotation["bbox"] != box:
                out["wrong"].append(stem)
print(json.dumps(out), file=stdout)`;
  const found = await runPython<{ annotations: number; masks: number; holes: number; wrong: string[] }>(
    program,
    script,
    path,
    ...PARTS,
  );
  expect(found.wrong).toEqual([]);
  expect(found.annotations).toBe(lock.images.reduce((sum, { labels }) => sum + labels.length, 0));
  expect([found.masks > 20, found.holes > 20]).toEqual([true, true]);
});

test("the library webdataset reads the shards: a sample for each image, its picture, class and facts", async ({
  skip,
}) => {
  const program = await pythonWith("webdataset, PIL");
  if (program === undefined) skip("webdataset is not installed");
  const { path, lock, text } = await made("webdataset", { shardSize: 7, superpixels: true });
  const script = `
import glob, json, os, sys
import webdataset
shards = sorted(glob.glob(os.path.join(sys.argv[1], "*.tar")))
samples = [{"key": s["__key__"], "keys": sorted(k for k in s if not k.startswith("__")), "label": s["cls"], "size": s["png"].size, "id": s["json"]["isic_id"], "shard": os.path.basename(s["__url__"])}
    for s in webdataset.WebDataset(shards, shardshuffle=False).decode("pil")]
print(json.dumps(samples))`;
  type Sample = { key: string; keys: string[]; label: number; size: number[]; id: string; shard: string };
  const samples = await runPython<Sample[]>(program, script, path);
  const rows = parseCsv<Record<string, string>>(await text("images.csv"), { columns: true });
  expect(samples.length).toBe(lock.images.length);
  for (const { key, keys, label, size, id, shard } of samples) {
    const row = rows.find(({ isic_id }) => isic_id === id)!;
    expect([`${key}.png`, shard, ["Malignant", "Other"][label]]).toEqual([row.file_name, row.shard, row.label]);
    expect([keys, size]).toEqual([
      ["cls", "json", "png", "superpixels.png"],
      [48, 48],
    ]);
  }
});

test("pandas guesses the same type for each column of metadata.csv in each part, as `datasets` demands", async ({
  skip,
}) => {
  const program = await pythonWith("pandas");
  if (program === undefined) skip("python3-pandas is not installed");
  // Parts so small that many columns are without a value in one of them.
  const { path, lock } = await made("hugging-face", {
    split: { shares: { train: 80, "test-a": 10, b: 10 }, folds: 3 },
  });
  const script = `
import json, os, sys
import pandas
from pandas.api.types import infer_dtype
# As pyarrow goes on from it: a column of objects has the type of those that are there.
kind = lambda column: infer_dtype(column, skipna=True).replace("boolean", "bool") if column.dtype == object else str(column.dtype)
tables = {part: pandas.read_csv(os.path.join(sys.argv[1], part, "metadata.csv")) for part in sys.argv[2:]}
print(json.dumps({part: {name: kind(table[name]) for name in table.columns} for part, table in tables.items()}))`;
  const parts = [...new Set(lock.images.map(({ split }) => split))];
  const kinds = await runPython<Record<string, Record<string, string>>>(program, script, path, ...parts);
  expect(parts.length).toBe(3);
  for (const part of parts) expect(kinds[part]).toEqual(kinds.train);
  expect(kinds.train).toMatchObject({ file_name: "string", label: "string", fold: "float64", width: "int64" });
});

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

/** Required of every `sc:Dataset` by Croissant 1.0. */
const REQUIRED = [
  "@context",
  "@type",
  "conformsTo",
  "description",
  "license",
  "name",
  "url",
  "creator",
  "datePublished",
];

test.each(LAYOUTS)(
  "Croissant metadata has what the vocabulary requires, and its file sets are the pictures: %s",
  async (layout) => {
    type Node = Record<string, unknown> & { readonly "@type": string; readonly "@id": string };
    const { path, lock, text } = await made(layout, {
      superpixels: true,
      published: "2024-05-01",
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

test.for(LAYOUTS)(
  "mlcroissant has nothing to say against croissant.json, and reads a record for each image: %s",
  async (layout, { skip }) => {
    const program = await pythonWith("mlcroissant");
    if (program === undefined) skip("mlcroissant is not installed");
    const labels = { classes: { Melanoma: 'diagnosis = "melanoma"' }, otherwise: "Other" };
    const { path, lock } = await made(layout, { published: "2024-05-01", release: "1.0.0", labels }, "v1");
    const script = `
import json, os, sys
import mlcroissant
dataset = mlcroissant.Dataset(jsonld=os.path.join(sys.argv[1], "croissant.json"))
issues = dataset.metadata.ctx.issues
print(json.dumps({"errors": list(issues.errors), "warnings": list(issues.warnings),
    "names": [record["images/isic_id"].decode() for record in dataset.records(record_set="images")]}))`;
    const found = await runPython<{ errors: string[]; warnings: string[]; names: string[] }>(program, script, path);
    expect([found.errors, found.warnings]).toEqual([[], []]);
    expect(found.names.sort()).toEqual(lock.images.map(({ name }) => name).sort());
  },
);

test("rdflib reads croissant.json as JSON-LD: each property is one of the vocabularies", async ({ skip }) => {
  const program = await pythonWith("rdflib");
  if (program === undefined) skip("python3-rdflib is not installed");
  const { path } = await made("flat", { published: "2024-05-01" });
  const script = `
import json, os, sys
from rdflib import Graph, Namespace, RDF
CR, SC = Namespace("http://mlcommons.org/croissant/"), Namespace("https://schema.org/")
graph = Graph().parse(os.path.join(sys.argv[1], "croissant.json"), format="json-ld")
(dataset,) = graph.subjects(RDF.type, SC.Dataset)
fields = list(graph.subjects(RDF.type, CR.Field))
print(json.dumps({"published": str(graph.value(dataset, SC.datePublished)), "fields": len(fields),
    "complete": all(graph.value(f, CR.source) and graph.value(f, CR.dataType) and graph.value(f, SC.name) for f in fields),
    "types": sorted({str(graph.value(f, CR.dataType)) for f in fields}), "properties": sorted({str(p) for p in graph.predicates()})}))`;
  const found = await runPython<Record<string, unknown> & { types: string[]; properties: string[] }>(
    program,
    script,
    path,
  );
  expect(found).toMatchObject({ published: "2024-05-01", complete: true });
  expect(found.fields).toBeGreaterThan(20);
  for (const type of found.types) expect(type).toMatch(/^https:\/\/schema\.org\/(Boolean|Float|Integer|Text)$/);
  for (const property of found.properties)
    expect(property).toMatch(
      /^(https:\/\/schema\.org\/|http:\/\/mlcommons\.org\/croissant\/|http:\/\/purl\.org\/dc\/terms\/|http:\/\/www\.w3\.org\/1999)/,
    );
});

const HOSTILE: Partial<Recipe> = {
  title: "No } more { \\ 100 % ~ <b>",
  description: "a: b\n# c\n- d",
  authors: ["M\u00fcller, J.", "A & B", "A & B"],
  published: "2024-05-01",
  release: "1.0.0",
};

test("bibtexparser reads citation.bib: an entry for the set and each source, their texts whole", async ({ skip }) => {
  const program = await pythonWith("bibtexparser");
  if (program === undefined) skip("python3-bibtexparser is not installed");
  const { path } = await made("flat", HOSTILE);
  const script = `
import json, os, sys
import bibtexparser
print(json.dumps(bibtexparser.load(open(os.path.join(sys.argv[1], "citation.bib"), encoding="utf-8")).entries))`;
  const entries = await runPython<Record<string, string>[]>(program, script, path);
  expect(entries.map(({ ENTRYTYPE }) => ENTRYTYPE)).toEqual(["misc", "misc"]);
  expect(entries[0]).toMatchObject({
    title:
      "{No \\textbraceright{} more \\textbraceleft{} \\textbackslash{} 100 \\% \\textasciitilde{} \\textless{}b\\textgreater{}}",
    author: "{M\u00fcller, J.} and {A \\& B} and {A \\& B}",
    year: "2024",
  });
  expect(entries[1]).toMatchObject({ title: "{ISIC Archive}", url: "https://www.isic-archive.com" });
});

test("CITATION.cff is as the format's own schema demands", async ({ skip }) => {
  const program = await pythonWith("jsonschema");
  const schema = process.env.ISIC_CFF_SCHEMA;
  if (program === undefined || schema === undefined) skip("python3-jsonschema or ISIC_CFF_SCHEMA is missing");
  const { text } = await made("flat", HOSTILE);
  const script = `
import json, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
print(json.dumps([error.message for error in jsonschema.Draft7Validator(schema).iter_errors(json.loads(sys.argv[2]))]))`;
  const cff = JSON.stringify(parseYaml(await text("CITATION.cff")));
  expect(await runPython(program, script, schema!, cff)).toEqual([]);
});
