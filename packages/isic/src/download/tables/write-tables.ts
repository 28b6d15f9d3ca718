import { createWriteStream } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { cleanSegment } from "../file-names.ts";
import type { ManifestFile } from "../manifest-file.ts";
import type { DownloadSource } from "../types.ts";
import { temporaryPath, writeWhole } from "../whole-files.ts";
import { csvOf } from "./csv.ts";
import { attributionText, licencePage } from "./licences.ts";
import { type ColumnKinds, noteKinds, SMALL_ROW_GROUP, writeParquet } from "./parquet.ts";
import { imageRows, type MetadataRow, orderColumns, rowsOf } from "./rows.ts";

/** The forms in which a download keeps its metadata. */
export type TableFormat = "csv" | "jsonl" | "parquet";
export const FORMATS: readonly TableFormat[] = ["csv", "jsonl", "parquet"];

export interface TablesOptions {
  readonly formats: readonly TableFormat[];
  /** Between `metadata` and the extension: each shard has tables of its own. */
  readonly suffix: string;
  /** Images come meanwhile: the event loop is never held up for long. @default false */
  readonly isRunning?: boolean;
  readonly licenceText?: DownloadSource["licenceText"] | undefined;
  readonly signal: AbortSignal;
}

/**
 * Writes `metadata.*`, `attribution.txt` and `licenses/` anew from the manifest: each is a function of it, replaced
 * whole, so whoever writes last is right.
 */
export async function writeTables(target: string, manifest: ManifestFile, options: TablesOptions): Promise<void> {
  const { formats, suffix, isRunning = false } = options;
  const file = (extension: string): string => join(target, `metadata${suffix}.${extension}`);
  // Each walk is over the images there are when it begins. The one that notes columns and types begins last: what has
  // come since has neither a column in the other tables, nor a value that is not of its column's type.
  const inCsv = formats.includes("csv") ? await begun(rowsOf(manifest.entries())) : undefined;
  const inParquet = formats.includes("parquet") ? await begun(rowsOf(manifest.entries())) : undefined;
  const facts = new TableFacts();
  const records = recordLines(manifest, facts);
  if (formats.includes("jsonl")) await streamTo(file("jsonl"), records);
  else for await (const _ of records);
  const columns = orderColumns(facts.names);
  if (inCsv !== undefined) await streamTo(file("csv"), csvOf(columns, inCsv));
  if (inParquet !== undefined) {
    const table = { columns, kinds: facts.kinds, rows: inParquet };
    await replaceBy(file("parquet"), (path) => writeParquet(path, table, isRunning ? SMALL_ROW_GROUP : undefined));
  }
  await writeWhole(join(target, `attribution${suffix}.txt`), attributionText(facts.attributions));
  await writeLicences(target, facts.licences, options);
}

/** The same rows, the first of them read already. */
async function begun(rows: AsyncGenerator<MetadataRow, void, undefined>): Promise<AsyncIterable<MetadataRow>> {
  const first = await rows.next();
  return (async function* () {
    for (let next = first; next.done !== true; next = await rows.next()) yield next.value;
  })();
}

/** What must be known of all rows before the first is written. */
class TableFacts {
  readonly kinds: ColumnKinds = new Map();
  readonly names = new Set<string>();
  readonly attributions = new Map<string, number>();
  readonly licences = new Set<string>();

  note(row: MetadataRow): void {
    for (const [name, value] of row) if (value !== undefined && value !== null) this.names.add(name);
    noteKinds(this.kinds, row);
    const attribution = row.get("attribution");
    if (typeof attribution === "string") {
      this.attributions.set(attribution, (this.attributions.get(attribution) ?? 0) + 1);
    }
    const licence = row.get("copyright_license");
    if (typeof licence === "string") this.licences.add(licence);
  }
}

const BATCH = 500;

/** The records as the server sent them, one per line, many at a time; on the way it notes what all tables need. */
async function* recordLines(manifest: ManifestFile, facts: TableFacts): AsyncGenerator<string, void, undefined> {
  let lines: string[] = [];
  for await (const { row, record } of imageRows(manifest.entries())) {
    facts.note(row);
    if (lines.push(`${JSON.stringify(record)}\n`) < BATCH) continue;
    yield lines.join("");
    lines = [];
  }
  yield lines.join("");
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
