/** What other programs read in our tables: Python's csv, DuckDB, and the rules by which spreadsheets take a cell for a formula. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { createSampleArchive } from "@isic/sample-archive";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Fetch } from "../src/archive/archive.ts";
import { cellText } from "../src/csv/cells.ts";
import { readCsv, writeCsv } from "../src/csv/index.ts";
import { buildDataset } from "../src/dataset/build/build.ts";
import { checkDataset } from "../src/dataset/build/check.ts";
import { download, downloadSource, IsicApi, openClient } from "../src/node.ts";

const PYTHON = "/usr/bin/python3";
const hasPython = spawnSync(PYTHON, ["--version"]).status === 0;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isic-csv-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Cells that some reader or spreadsheet takes for something else. */
const HOSTILE = [
  "=1+1",
  "+1+1",
  "-1+1|cmd",
  "@SUM(A1)",
  "＝1+1",
  "＋cmd",
  "－1+1",
  "＠x",
  "﹦1",
  " =1+1",
  "\t=1+1",
  "\r=1+1",
  "\n=1+1",
  "\u00a0=1",
  "\ufeff=1",
  "\u200b=1",
  "\u0000=1",
  "-Infinity",
  "a\nb",
  "a\rb",
  "a\r\nb",
  'q"q',
  '"',
  '""',
  ",",
  ";=1",
  "\t",
  " lead",
  "trail ",
  "\ufeff",
  "# comment",
  "NULL",
  "\\N",
  "'",
  "\\",
  '\\"',
  "\u2028=1",
  "\u0085x",
  "null\u0000byte",
  "ü☃𝒳",
];
const NUMBERS = ["-1", "+2.5e3", "-0.5", "1e9"];
/** What Excel, LibreOffice and Google's run, after what they strip. */
const RUNS = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹦﹢﹣﹫]/u;
const isNumber = (text: string): boolean => text !== "" && Number.isFinite(Number(text)) && !/\s/.test(text);

function pythonRows(path: string): string[][] {
  const script =
    "import csv,json,sys;print(json.dumps(list(csv.reader(open(sys.argv[1],newline='',encoding='utf-8-sig')))))";
  const { stdout, stderr } = spawnSync(PYTHON, ["-c", script, path], { encoding: "utf8", maxBuffer: 1 << 28 });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as string[][];
}

async function duckRows(path: string, columns: number, lineEnd = "\r\n"): Promise<(string | null)[][]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const names = Array.from({ length: columns }, (_, i) => `c${i}: 'VARCHAR'`).join(", ");
  const query = `SELECT * FROM read_csv('${path}', header=false, all_varchar=true, delim=',', quote='"', escape='"', auto_detect=false, new_line='${lineEnd === "\n" ? "\\n" : "\\r\\n"}', columns={${names}}, nullstr='\u0001never')`;
  const rows = (await connection.runAndReadAll(query)).getRows() as (string | null)[][];
  connection.closeSync();
  return rows;
}

/** Rows are as many, of one width, with the cells that were given; no cell is run. */
async function expectReadBack(csv: string, cells: readonly (readonly unknown[])[], name: string): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, csv);
  const expected = cells.map((row) => row.map((value) => cellText(value)));
  if (hasPython) expect(pythonRows(path)).toEqual(expected);
  // Its binding reads texts without a byte order mark.
  const withoutMark = expected.map((row) => row.map((cell) => cell.replace(/^\ufeff/, "")));
  expect(await duckRows(path, expected[0]!.length)).toEqual(withoutMark);
  for (const cell of expected.flat())
    if (RUNS.test(cell)) expect(cell.startsWith("\t") || isNumber(cell), JSON.stringify(cell)).toBe(true);
}

describe("cells and headers", () => {
  test("hostile ones come back, in every column", async () => {
    const records = HOSTILE.map((cell, i) => ({ a: cell, b: HOSTILE.at(-i), c: NUMBERS[i % 4], z: `${cell}x` }));
    const columns = ["a", "b", "c", "z"] as const;
    const csv = await writeCsv(records);
    await expectReadBack(csv, [columns, ...records.map((record) => columns.map((name) => record[name]))], "cells.csv");
    expect(await readCsv(csv, { parseValues: true })).toEqual(
      records.map((record) => ({ ...record, c: Number(record.c) })),
    );
  });

  test("hostile headers too, and one column alone", async () => {
    const names = [...HOSTILE, "__proto__", "constructor", "isic_id"];
    const columns = Object.fromEntries(names.map((name, i) => [name, [i, -i]]));
    // What is a number is no formula, and text that looks like one stays one.
    await expectReadBack(
      await writeCsv(columns),
      [names, names.map((_, i) => i), names.map((_, i) => -i)],
      "headers.csv",
    );
    const alone = HOSTILE.filter((cell) => cell !== "\ufeff");
    await expectReadBack(
      await writeCsv({ x: ["", ...alone] }),
      [["x"], [""], ...alone.map((cell) => [cell])],
      "alone.csv",
    );
    expect(Object.keys((await readCsv(await writeCsv(columns)))[0]!)).toEqual(names);
  });

  test.each([",", ";", "\t"])("any text, with %j between them", async (separator) => {
    const text = fc.string({
      unit: fc.constantFrom("=", "-", "@", "＝", "\t", " ", "\r", "\n", '"', ",", ";", "a", "1", "#", "\ufeff"),
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 5 }), async (pairs) => {
        const csv = await writeCsv(
          pairs.map(([a, b]) => ({ a, b })),
          { separator },
        );
        const read = await readCsv(csv, { separator, parseValues: false });
        expect(read).toEqual(pairs.map(([a, b]) => ({ a: cellText(a), b: cellText(b) })));
      }),
      { numRuns: 200 },
    );
  });
});

describe("tables of an archive whose metadata are hostile", () => {
  const archive = createSampleArchive({ images: 12, smallPhotos: true });
  /** Of one record, keys that are ours or hostile, and fields below fields that others have. */
  const fetch: Fetch = async (request) => {
    const response = await archive.fetch(request);
    if (!/\/images\/(search\/)?$/.test(new URL(request.url).pathname) || !response.ok) return response;
    const page = (await response.json()) as { results: { metadata: { clinical: Record<string, unknown> } }[] };
    const [first, second] = page.results;
    const named = [
      "isic_id",
      "file",
      "file_name",
      "attribution",
      "label",
      "split",
      "id",
      "mask",
      "width",
      "__proto__",
      "constructor",
      "is_x",
    ];
    const below = ["sex.x", "file.x", "file_name.x", "label.x", "split.x", "diagnosis_1.x", "isic_id.x"];
    const keys = [...named, ...below, ...HOSTILE];
    first!.metadata.clinical = {
      ...first!.metadata.clinical,
      ...Object.fromEntries(keys.map((key) => [key, `=${key}`])),
    };
    Object.assign(second!.metadata.clinical, Object.fromEntries(HOSTILE.map((cell, i) => [`k${i}`, cell])));
    return new Response(JSON.stringify(page), { headers: { "content-type": "application/json" } });
  };

  const readBack = async (path: string): Promise<{ header: string[]; rows: string[][] }> => {
    const text = await readFile(path, "utf8");
    const ours = await readCsv(text, { parseValues: false, headers: false });
    const cells = ours.map((row) => Object.values(row).map((cell) => (cell ?? "") as string));
    if (hasPython) expect(pythonRows(path)).toEqual(cells);
    const withoutMark = cells.map((row) => row.map((cell) => cell.replace(/^\ufeff/, "")));
    expect(await duckRows(path, cells[0]!.length, text.includes("\r\nISIC_") ? "\r\n" : "\n")).toEqual(withoutMark);
    for (const cell of cells.flat())
      if (RUNS.test(cell)) expect(cell.startsWith("\t") || isNumber(cell), JSON.stringify(cell)).toBe(true);
    const [header, ...rows] = cells as [string[], ...string[][]];
    expect(new Set(header).size).toBe(header.length);
    return { header, rows };
  };

  test("of a download, and of a selection", async () => {
    const { archive: source } = await openClient({ baseUrl: archive.v2Url, fetch });
    const target = join(folder, "set");
    const summary = await download(await downloadSource(source, {}), target, {});
    expect(summary.failed).toEqual([]);
    const { header, rows } = await readBack(join(target, "metadata.csv"));
    expect(rows.length).toBe(12);
    const column = (name: string): string[] => rows.map((row) => row[header.indexOf(name)]!);
    expect(column("isic_id")).toEqual(column("file").map((file) => file.replace(/\.\w+$/, "")));
    // The first record's `sex.x` does not take `sex` away from the others.
    for (const name of ["sex", "diagnosis_1", "sex.x"])
      expect(column(name).filter(Boolean).length, name).toBeGreaterThan(0);
    const api = await IsicApi.connect({ baseUrl: archive.v2Url, fetch, cache: false });
    await api.selectImages([]);
    const path = join(folder, "selected.csv");
    await writeFile(path, await writeCsv(await api.selectedMetadata()));
    const selected = await readBack(path);
    expect(selected.header).toEqual(expect.arrayContaining(["image_name", "clinical.sex"]));
  });

  test("of a data set, whose check finds nothing wrong with them", async () => {
    const { archive: source } = await openClient({ baseUrl: archive.v2Url, fetch });
    const recipe = {
      version: 1,
      title: "Hostile",
      selection: { search: "isic_id:*" },
      labels: { classes: { constructor: 'sex = "female"' }, otherwise: "toString" },
      split: { shares: { constructor: 50, valueOf: 50 } },
      duplicates: { rule: "report" },
      image: { size: 16 },
    } as const;
    for (const layout of ["image-folder", "hugging-face", "flat", "coco"] as const) {
      const target = join(folder, layout);
      const { counts } = (await buildDataset({ ...recipe, layout }, target, { archive: source, base: folder })) as {
        counts: Record<string, Record<string, number>>;
      };
      expect((await checkDataset(target)).problems).toEqual([]);
      expect(
        Object.values(counts)
          .flatMap((each) => Object.values(each))
          .every(Number.isInteger),
      ).toBe(true);
      const { header, rows } = await readBack(join(target, "images.csv"));
      const column = (name: string): string[] => rows.map((row) => row[header.indexOf(name)]!);
      expect(new Set(column("split"))).toEqual(new Set(["constructor", "valueOf"]));
      expect(new Set(column("label"))).toEqual(new Set(["constructor", "toString"]));
      for (const name of ["file_name", "sex", "sex.x", "metadata.file_name"])
        expect(column(name).filter(Boolean).length, name).toBeGreaterThan(0);
      if (layout === "hugging-face") await readBack(join(target, "constructor", "metadata.csv"));
    }
  });
});
