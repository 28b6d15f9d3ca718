import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { parse as parseCsv } from "csv-parse/sync";
import { expect, test } from "vitest";
import { made, PARTS, pythonWith, root, run, runPython } from "./made-set.ts";

const byFile = (a: { readonly file: string }, b: { readonly file: string }): number => (a.file < b.file ? -1 : 1);

test("torchvision's ImageFolder finds the classes and every picture of a part", async ({ skip }) => {
  const torch = await pythonWith("torchvision");
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
  const python = await pythonWith("csv");
  if (python === undefined) skip("there is no Python");
  // As a stream, which cannot go back: an image is all that comes until the next name.
  const script = `
import itertools, json, sys, tarfile
print(json.dumps([key for shard in sys.argv[1:]
    for key, _ in itertools.groupby(tarfile.open(shard, "r|"), lambda member: member.name.split(".")[0])]))`;
  const streamed = await runPython<string[]>(python, script, ...shards.map((shard) => join(path, shard)));
  expect(streamed.sort()).toEqual(keys.sort());
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
  const python = await pythonWith("csv");
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
