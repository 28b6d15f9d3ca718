import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { cleanSegment } from "../file-names.ts";
import type { Ledger } from "../ledger.ts";
import type { DownloadSource } from "../types.ts";
import { temporaryPath, writeWhole } from "../whole-files.ts";
import { csvOf } from "./csv.ts";
import { attributionText, licencePage } from "./licences.ts";
import { type ColumnKinds, noteKinds, writeParquet } from "./parquet.ts";
import { orderColumns, rowsOf } from "./rows.ts";

/** The forms in which a download keeps its metadata. */
export type TableFormat = "csv" | "jsonl" | "parquet";

export interface TablesOptions {
  readonly formats: readonly TableFormat[];
  /** Between `metadata` and the extension: each shard has tables of its own. */
  readonly suffix: string;
  readonly licenceText?: DownloadSource["licenceText"] | undefined;
  readonly signal: AbortSignal;
}

/**
 * Writes `metadata.*`, `attribution.txt` and `licenses/` anew from the manifest: each is a function of it, replaced
 * whole, so whoever writes last is right.
 */
export async function writeTables(target: string, ledger: Ledger, options: TablesOptions): Promise<void> {
  const kinds: ColumnKinds = new Map();
  const names = new Set<string>();
  const attributions = new Map<string, number>();
  const licences = new Set<string>();
  for await (const row of rowsOf(ledger.entries())) {
    for (const [name, value] of row) if (value !== undefined && value !== null) names.add(name);
    noteKinds(kinds, row);
    const attribution = row.get("attribution");
    if (typeof attribution === "string") attributions.set(attribution, (attributions.get(attribution) ?? 0) + 1);
    const licence = row.get("copyright_license");
    if (typeof licence === "string") licences.add(licence);
  }
  const columns = orderColumns(names);
  const file = (extension: string): string => join(target, `metadata${options.suffix}.${extension}`);
  const rows = () => rowsOf(ledger.entries());
  if (options.formats.includes("csv")) await streamTo(file("csv"), csvOf(columns, rows()));
  if (options.formats.includes("jsonl")) await streamTo(file("jsonl"), recordLines(ledger));
  if (options.formats.includes("parquet")) {
    await replaceBy(file("parquet"), (path) => writeParquet(path, columns, kinds, rows()));
  }
  await writeWhole(join(target, `attribution${options.suffix}.txt`), attributionText(attributions));
  await writeLicences(target, licences, options);
}

/** The records as the server sent them, one per line. */
async function* recordLines(ledger: Ledger): AsyncGenerator<string, void, undefined> {
  let last: string | undefined;
  for await (const { id, state, record } of ledger.entries()) {
    if (id === last || record === undefined || (state !== "done" && state !== "changed")) continue;
    last = id;
    yield `${JSON.stringify(record)}\n`;
  }
}

async function streamTo(path: string, text: AsyncIterable<string>): Promise<void> {
  await replaceBy(path, (temporary) => pipeline(Readable.from(text), createWriteStream(temporary)));
}

async function replaceBy(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await write(temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Licence texts do not change: what lies there is not asked for again. */
async function writeLicences(target: string, licences: ReadonlySet<string>, options: TablesOptions): Promise<void> {
  const folder = join(target, "licenses");
  await mkdir(folder, { recursive: true });
  const there = new Set(await readdir(folder));
  for (const licence of licences) {
    const name = `${cleanSegment(licence)}.txt`;
    if (there.has(name)) continue;
    const text = await options.licenceText?.(licence, options.signal).catch(() => undefined);
    await writeWhole(join(folder, name), text ?? licencePage(licence));
  }
}
