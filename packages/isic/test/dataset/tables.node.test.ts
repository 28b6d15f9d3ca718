import { parse as parseCsv } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { croissantJson } from "../../src/dataset/layouts/croissant.ts";
import { hubMetadata } from "../../src/dataset/layouts/hub-metadata.ts";
import type { ImageTable } from "../../src/dataset/layouts/table.ts";
import { keysOf } from "../../src/dataset/layouts/webdataset.ts";

type Cells = Readonly<Record<string, unknown>>;

/** A table with a row for each image of two parts. */
function tableOf(train: readonly Cells[], test: readonly Cells[]): ImageTable {
  const rows = [
    ...train.map((row) => ({ split: "train", ...row })),
    ...test.map((row) => ({ split: "test", ...row })),
  ].map((row, i) => new Map(Object.entries({ file_name: `${row.split}/a${i}.jpg`, ...row })));
  return { columns: [...new Set(rows.flatMap((row) => [...row.keys()]))], rows };
}

async function columnOf(
  name: string,
  train: readonly unknown[],
  test: readonly unknown[],
): Promise<string[] | undefined> {
  const cells = (values: readonly unknown[]): Cells[] =>
    values.map((value) => (value === undefined ? {} : { [name]: value }));
  const { files, leftOut } = await hubMetadata(tableOf(cells(train), cells(test)), ["train", "test"]);
  const columns = files.map(({ content }) =>
    parseCsv<Record<string, string>>(content, { columns: true }).map((row) => row[name]),
  );
  if (leftOut.includes(name)) {
    expect(columns.flat().every((cell) => cell === undefined)).toBe(true);
    return undefined;
  }
  return columns.flat() as string[];
}

describe("metadata.csv", () => {
  test.each<[string, unknown[], unknown[], string[] | undefined]>([
    ["whole numbers everywhere", [1, 2], [3], ["1", "2", "3"]],
    ["whole numbers with a gap in one part", [1, 2], [3, undefined], ["1.0", "2.0", "3.0", ""]],
    ["numbers in one part alone", [1, 2], [undefined], ["1.0", "2.0", ""]],
    ["fractions in one part", [1], [2.5], ["1.0", "2.5"]],
    ["numbers that are written with an exponent", [1e21, 1], [undefined], ["1e+21", "1.0", ""]],
    ["texts with gaps in both", ["a", undefined], [undefined, "b"], ["a", "", "", "b"]],
    ["texts in one part alone", ["a"], [undefined], undefined],
    ["texts that look like numbers in one part", ["a"], ["1"], undefined],
    ["texts that look like numbers in both", ["1"], ["2"], ["1", "2"]],
    ["texts that look like numbers, with a gap", ["1"], ["2", undefined], undefined],
    ["texts that pandas reads as nothing in one part", ["a"], ["NA"], undefined],
    ["truth values with a gap", [true], [undefined, false], ["True", "", "False"]],
    ["truth values in one part alone", [true], [undefined], undefined],
  ])("%s", async (_, train, test, expected) => {
    expect(await columnOf("x", train, test)).toEqual(expected);
  });

  test("has no column that `datasets` takes for pictures, and file names relative to its folder", async () => {
    const table = tableOf(
      [{ image: "x", mask_file_name: "y", name: "n" }],
      [{ image: "x", mask_file_name: "y", name: "m" }],
    );
    const { files, leftOut } = await hubMetadata(table, ["train", "test"]);
    expect(leftOut).toEqual(["image", "mask_file_name"]);
    expect(files).toEqual([
      { path: "train/metadata.csv", content: "file_name,split,name\na0.jpg,train,n\n" },
      { path: "test/metadata.csv", content: "file_name,split,name\na1.jpg,test,m\n" },
    ]);
  });

  test("keeps a column that is empty in a later chunk, and none that is another in it", async () => {
    const many = (value: unknown, last: unknown): unknown[] => [...Array.from({ length: 10_000 }, () => value), last];
    expect((await columnOf("x", many("a", undefined), ["b"]))?.length).toBe(10_002);
    expect(await columnOf("x", many(undefined, "a"), ["b"])).toBeUndefined();
    expect(await columnOf("x", many("1", "a"), ["b"])).toBeUndefined();
  });
});

test("files in shards have names of their own, also where points become lines", () => {
  const stems = ["a", "a.b", "a_b", "A.B", "a.b.c"];
  const keys = [...keysOf(stems.map((stem, i) => ({ id: `${i}`, stem }))).values()];
  expect(keys).toEqual(["a", "a_b~2", "a_b", "A_B~3", "a_b_c"]);
  expect(keysOf([]).size).toBe(0);
});

test("croissant.json has an id without blanks for each column, and no two the same", () => {
  const columns = ["file_name", "biopsy done", "biopsy_done", "clinical diagnosis/impression", "is_a (b)", "größe"];
  const table = { columns, rows: [new Map(columns.map((name) => [name, "train/a.jpg"]))] };
  const text = croissantJson({
    recipe: { version: 1, title: "T", selection: { limit: 1 }, published: "2024-05-01", release: "1.0.0" },
    layout: "flat",
    table,
    csv: { path: "images.csv", sha256: "0", bytes: 1 },
    licences: ["CC0-1.0"],
    citation: "C",
  });
  const croissant = JSON.parse(text) as {
    datePublished: string;
    version: string;
    recordSet: { field: { "@id": string; source: { extract: { column: string } } }[] }[];
  };
  expect(croissant).toMatchObject({ datePublished: "2024-05-01", version: "1.0.0" });
  const fields = croissant.recordSet[0]!.field;
  expect(fields.map(({ source }) => source.extract.column)).toEqual(columns);
  const ids = fields.map((field) => field["@id"]);
  expect(ids).toEqual([
    "images/file_name",
    "images/biopsy_done",
    "images/biopsy_done_2",
    "images/clinical_diagnosis_impression",
    "images/is_a_b_",
    "images/größe",
  ]);
});
