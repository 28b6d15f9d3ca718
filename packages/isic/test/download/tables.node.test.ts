import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { writeWhole } from "@isic/cache-fs/files";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCsv, readCsvColumns } from "../../src/csv/index.ts";
import { download } from "../../src/download/download.ts";
import { ManifestFile } from "../../src/download/manifest-file.ts";
import { type ColumnKinds, noteKinds, parquetOf } from "../../src/download/tables/parquet.ts";
import { orderColumns, rowOf } from "../../src/download/tables/rows.ts";
import { writeTables } from "../../src/download/tables/write-tables.ts";
import type { ManifestEntry } from "../../src/download/types.ts";
import { FakeArchive, temporaryFolder, v2Image } from "./fake-archive.ts";

function entryOf(n: number, clinical: Readonly<Record<string, unknown>> = { age_approx: n }): ManifestEntry {
  const { id, name } = v2Image(n);
  const fetchedAt = "2026-01-01T00:00:00.000Z";
  return { id, name, part: "image", state: "done", file: `${name}.jpg`, fetchedAt, record: { metadata: { clinical } } };
}

const everyTable = {
  formats: ["csv", "jsonl", "parquet"],
  suffix: "",
  isRunning: true,
  signal: new AbortController().signal,
} as const;

const hasPython = spawnSync("python3", ["--version"]).status === 0;

const partialsIn = (path: string): string[] => readdirSync(path).filter((name) => name.startsWith(".isic-partial"));

async function parquetRows(path: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: await asyncBufferFromFile(path) });
}

/** Does something in every turn that the event loop takes meanwhile. */
async function inEveryTurn(turn: () => void, work: () => Promise<unknown>): Promise<void> {
  let goesOn = true;
  const next = (): void => {
    if (!goesOn) return;
    turn();
    setImmediate(next);
  };
  setImmediate(next);
  try {
    await work();
  } finally {
    goesOn = false;
  }
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let manifest: ManifestFile;
beforeEach(async () => {
  folder = await temporaryFolder();
  manifest = await ManifestFile.open(folder.path, "manifest.jsonl");
});
afterEach(async () => {
  await manifest.close();
  await folder[Symbol.asyncDispose]();
});

describe("whatever metadata hold", () => {
  it("id, file and attribution stay what they are", async () => {
    const hostile = {
      isic_id: "ISIC_9999999",
      file: "../x",
      attribution: "me",
      copyright_license: "CC-0",
      split: "test",
      sex: "f",
    };
    manifest.append({ ...entryOf(1, hostile), attribution: "Hospital A", licence: "CC-BY" });
    await writeTables(folder.path, manifest, everyTable);
    const { name } = v2Image(1);
    const own = { isic_id: name, file: `${name}.jpg`, attribution: "Hospital A", copyright_license: "CC-BY", sex: "f" };
    const kept = { "metadata.isic_id": "ISIC_9999999", "metadata.file": "../x", "metadata.split": "test" };
    const [row] = await readCsv(readFileSync(join(folder.path, "metadata.csv"), "utf8"));
    expect(row).toMatchObject({ ...own, ...kept });
    expect(row).not.toHaveProperty("split");
    expect((await parquetRows(join(folder.path, "metadata.parquet")))[0]).toMatchObject({ ...own, ...kept });
    expect(readFileSync(join(folder.path, "attribution.txt"), "utf8")).toBe("Hospital A\n");
  });

  it.skipIf(!hasPython)("Python's csv reads the cells that were written, row by row", async () => {
    const rows = [
      { a: "x\ny", b: "-1", "=h": 'q"uote' },
      { a: "=cmd|' /C calc'!A1", b: "\r\n", "=h": "ü,;\t" },
      { a: "", b: "@x", "=h": "-1+2" },
      { a: "\t=1", b: "last\r", "=h": "" },
    ];
    rows.forEach((row, n) => void manifest.append(entryOf(n, row)));
    await writeTables(folder.path, manifest, everyTable);
    const script =
      "import csv,json,sys;print(json.dumps(list(csv.DictReader(open(sys.argv[1],newline='',encoding='utf-8')))))";
    const { stdout } = spawnSync("python3", ["-c", script, join(folder.path, "metadata.csv")], { encoding: "utf8" });
    const read = JSON.parse(stdout) as Record<string, string>[];
    expect(read.map(({ isic_id, a, b, "\t=h": h }) => ({ isic_id, a, b, h }))).toEqual([
      { isic_id: v2Image(0).name, a: "x\ny", b: "-1", h: 'q"uote' },
      { isic_id: v2Image(1).name, a: "\t=cmd|' /C calc'!A1", b: "\r\n", h: "ü,;\t" },
      { isic_id: v2Image(2).name, a: "", b: "\t@x", h: "\t-1+2" },
      { isic_id: v2Image(3).name, a: "\t\t=1", b: "last\r", h: "" },
    ]);
  });
});

describe("tables that are written while images come", () => {
  it("hold the images that were there, whatever comes meanwhile with other columns and types", async () => {
    for (let n = 0; n < 600; n += 1) manifest.append(entryOf(n));
    let arrived = 600;
    const arrive = (): void => {
      manifest.append(entryOf(arrived, { age_approx: "over 85", sex: "female" }));
      arrived += 1;
    };
    await inEveryTurn(arrive, () => writeTables(folder.path, manifest, everyTable));
    expect(arrived).toBeGreaterThan(610);

    const columns = await readCsvColumns(readFileSync(join(folder.path, "metadata.csv"), "utf8"));
    const rows = await parquetRows(join(folder.path, "metadata.parquet"));
    for (const names of [columns.isic_id!, rows.map((row) => row.isic_id)]) {
      expect(names.length).toBeGreaterThanOrEqual(600);
      expect(names).toEqual(Array.from(names, (_, n) => v2Image(n).name));
    }
    // Whoever is in a table is there with all its values.
    for (const [n, row] of rows.entries()) {
      if (n < 600) expect(String(row.age_approx)).toBe(String(n));
      else expect(row).toMatchObject({ age_approx: "over 85", sex: "female" });
    }
    expect(columns.age_approx).toHaveLength(columns.isic_id!.length);
    if (columns.isic_id!.length > 600) expect(columns.sex!.at(-1)).toBe("female");
  });

  it("let the images go on between one group of rows and the next", async () => {
    const kinds: ColumnKinds = new Map();
    const list = Array.from({ length: 5_000 }, (_, n) => rowOf(entryOf(n))!);
    for (const row of list) noteKinds(kinds, row);
    const columns = orderColumns(kinds.keys());
    const path = join(folder.path, "set.parquet");
    const rows = async function* () {
      yield* list;
    };
    const groups = async (): Promise<number[]> =>
      (await parquetMetadataAsync(await asyncBufferFromFile(path))).row_groups.map((group) => Number(group.num_rows));

    let turns = 0;
    const count = (): void => {
      turns += 1;
    };
    await inEveryTurn(count, () => writeWhole(path, parquetOf({ columns, kinds, rows: rows() }, 500)));
    expect(turns).toBeGreaterThanOrEqual(10);
    expect(await groups()).toEqual(Array(10).fill(500));
    expect((await parquetRows(path)).map((row) => row.age_approx)).toEqual(list.map((row) => row.get("age_approx")));

    await writeWhole(path, parquetOf({ columns, kinds, rows: rows() }));
    expect(await groups()).toEqual([5_000]);
  });

  it("are whole at every moment, the old ones or the new, so that a kill leaves them whole", async () => {
    const tables = ["metadata.csv", "metadata.jsonl", "metadata.parquet", "attribution.txt"] as const;
    const now = (name: string): string => readFileSync(join(folder.path, name), "base64");
    for (let n = 0; n < 1500; n += 1) manifest.append(entryOf(n));
    await writeTables(folder.path, manifest, everyTable);
    const old = new Map(tables.map((name) => [name, now(name)]));
    for (let n = 1500; n < 3000; n += 1) manifest.append({ ...entryOf(n), attribution: "Hospital B" });

    const seen = new Map(tables.map((name) => [name, new Set<string>()]));
    let partials = 0;
    const look = (): void => {
      for (const name of tables) seen.get(name)!.add(now(name));
      partials += partialsIn(folder.path).length;
    };
    await inEveryTurn(look, () => writeTables(folder.path, manifest, everyTable));

    expect(partials).toBeGreaterThan(3);
    for (const name of tables) {
      expect(old.get(name)).not.toBe(now(name));
      expect(seen.get(name)!.size).toBeLessThanOrEqual(2);
      for (const content of seen.get(name)!) expect([old.get(name), now(name)]).toContain(content);
    }
  });

  it("are made complete by the run after a killed one, which leaves nothing half-written behind", async () => {
    const images = Array.from({ length: 9 }, (_, n) => v2Image(n));
    await download(new FakeArchive(images.slice(0, 3)), folder.path);
    // What a kill in the middle of the tables leaves: newer lines in the manifest, old tables, and a piece of a new one.
    await using elsewhere = await temporaryFolder();
    await download(new FakeArchive(images.slice(3, 6)), elsewhere.path);
    const manifest = readFileSync(join(elsewhere.path, "manifest.jsonl"), "utf8");
    appendFileSync(join(folder.path, "manifest.jsonl"), `${manifest}{"id":"ISIC_0000006","na`);
    for (const { name } of images.slice(3, 6)) {
      copyFileSync(join(elsewhere.path, `${name}.jpg`), join(folder.path, `${name}.jpg`));
    }
    // As the first versions named it.
    const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
    writeFileSync(join(folder.path, `.isic-partial.${2 ** 22 - 3}.${host}-0badcafe-7`), "PAR1");

    const archive = new FakeArchive(images);
    await download(archive, folder.path);
    expect(archive.asked).toHaveLength(3);
    expect(partialsIn(folder.path)).toEqual([]);
    const names = images.map(({ name }) => name);
    const columns = await readCsvColumns(readFileSync(join(folder.path, "metadata.csv"), "utf8"));
    expect(columns.isic_id).toEqual(names);
    expect((await parquetRows(join(folder.path, "metadata.parquet"))).map((row) => row.isic_id)).toEqual(names);
    const records = readFileSync(join(folder.path, "metadata.jsonl"), "utf8").trim().split("\n");
    expect(records.map((line) => JSON.parse(line).isic_id)).toEqual(names);
  });
});
