import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { expect, it } from "vitest";
import { readCsvColumns } from "../../src/csv/index.ts";
import { openTarget } from "../../src/download/open-target.ts";
import { temporaryFolder, v2Image } from "./fake-archive.ts";

const KILLS = 10;
const STEP = 1_500;

// A process to kill: the package as it is built (`turbo run test:slow` builds before).
const module = (name: string): string => new URL(`../../dist/download/${name}.js`, import.meta.url).href;

/** Appends {@link STEP} lines to the manifest, writes all tables, says so, and begins again. */
const program = `
  import { ManifestFile } from ${JSON.stringify(module("manifest-file"))};
  import { writeTables } from ${JSON.stringify(module("tables/write-tables"))};
  const [folder] = process.argv.slice(1);
  const manifest = await ManifestFile.open(folder, "manifest.jsonl");
  const template = JSON.parse(${JSON.stringify(JSON.stringify(v2Image(0)))});
  const signal = new AbortController().signal;
  for (let n = manifest.size; ; ) {
    for (const end = n + ${STEP}; n < end; n += 1) {
      const name = "ISIC_" + String(n).padStart(7, "0");
      const record = { ...template.record, isic_id: name };
      manifest.append({ id: name, name, part: "image", state: "done", file: name + ".jpg", fetchedAt: "2026-01-01T00:00:00.000Z", record });
    }
    await writeTables(folder, manifest, { formats: ["csv", "jsonl", "parquet"], suffix: "", isRunning: true, signal });
    console.log("written");
  }
`;

it("tables are whole whenever their writer is killed", async () => {
  await using folder = await temporaryFolder();
  let leftOver = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await killInTheMiddle(folder.path, (kill * 40) % 300);
    const names = (count: number) => Array.from({ length: count }, (_, n) => v2Image(n).name);
    const columns = await readCsvColumns(await readFile(join(folder.path, "metadata.csv"), "utf8"));
    const file = await asyncBufferFromFile(join(folder.path, "metadata.parquet"));
    const rows = await parquetReadObjects({ file, columns: ["isic_id", "sex"] });
    const records = (await readFile(join(folder.path, "metadata.jsonl"), "utf8")).trim().split("\n");
    for (const ids of [
      columns.isic_id!,
      rows.map((row) => row.isic_id),
      records.map((line) => JSON.parse(line).isic_id),
    ]) {
      expect(ids.length).toBeGreaterThanOrEqual(STEP);
      expect(ids).toEqual(names(ids.length));
    }
    expect(columns.sex!.at(-1)).toMatch(/^(fe)?male$/);
    leftOver += (await readdir(folder.path)).filter((name) => name.startsWith(".isic-partial")).length;
    await openTarget(folder.path, { private: false });
    expect((await readdir(folder.path)).filter((name) => name.startsWith(".isic-partial"))).toEqual([]);
  }
  console.log(`${KILLS} kills, ${leftOver} of them in the middle of a table`);
  expect(leftOver).toBeGreaterThan(0);
});

/** Kills the program so many milliseconds after it has written its tables once. */
async function killInTheMiddle(folder: string, milliseconds: number): Promise<void> {
  const words = ["--input-type=module", "--eval", program, folder];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  await Promise.race([new Promise((resolve) => child.stdout.once("data", resolve)), ended]);
  expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
}
