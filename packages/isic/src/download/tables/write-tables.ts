import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { distinctFileNames, makeFolder, writeWhole } from "@isic/cache-fs/files";
import type { WritingRules } from "../file-writer.ts";
import type { IndexedEntry, ManifestFile } from "../manifest-file.ts";
import type { DownloadSource, ManifestEntry } from "../types.ts";
import { csvOf } from "./csv.ts";
import { attributionText, licencePage } from "./licences.ts";
import { type ColumnKinds, noteKinds, parquetOf, SMALL_ROW_GROUP } from "./parquet.ts";
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
  /** Of which files the tables are. @default all */
  readonly wanted?: ((mark: IndexedEntry) => boolean) | undefined;
  readonly rules?: WritingRules;
  readonly licenceText?: DownloadSource["licenceText"] | undefined;
  readonly signal: AbortSignal;
}

/**
 * Writes `metadata.*`, `attribution.txt` and `licenses/` anew from the manifest: each is a function of it, replaced
 * whole, so whoever writes last is right.
 */
export async function writeTables(target: string, manifest: ManifestFile, options: TablesOptions): Promise<void> {
  const { formats, suffix, isRunning = false, wanted, rules = {} } = options;
  const write = async (extension: string, content: AsyncIterable<string | Uint8Array>): Promise<void> => {
    await writeWhole(join(target, `metadata${suffix}.${extension}`), inBytes(content), rules);
  };
  // Each walk is over the images there are when it begins. The one that notes columns and types begins last: what has
  // come since has neither a column in the other tables, nor a value that is not of its column's type.
  const inCsv = formats.includes("csv") ? await begun(rowsOf(manifest.entries(wanted))) : undefined;
  const inParquet = formats.includes("parquet") ? await begun(rowsOf(manifest.entries(wanted))) : undefined;
  const facts = new TableFacts();
  const records = recordLines(manifest.entries(wanted), facts);
  if (formats.includes("jsonl")) await write("jsonl", records);
  else for await (const _ of records);
  const columns = orderColumns(facts.names);
  if (inCsv !== undefined) await write("csv", csvOf(columns, inCsv));
  if (inParquet !== undefined) {
    const table = { columns, kinds: facts.kinds, rows: inParquet };
    await write("parquet", parquetOf(table, isRunning ? SMALL_ROW_GROUP : undefined));
  }
  await writeWhole(join(target, `attribution${suffix}.txt`), attributionText(facts.attributions), rules);
  await writeLicences(target, facts.licences, options);
}

async function* inBytes(content: AsyncIterable<string | Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of content) yield typeof piece === "string" ? Buffer.from(piece) : piece;
}

/** The same rows, the first of them read already. */
async function begun(rows: AsyncGenerator<MetadataRow, void, undefined>): Promise<AsyncIterable<MetadataRow>> {
  const first = await rows.next();
  return (async function* () {
    for (let next = first; next.done !== true; next = await rows.next()) yield next.value;
  })();
}

/** Behind an attribution that is not known to be the image's own. */
const GROUP_DEFAULT = "the default of the images' cohort; their own was not to be had";

/** What must be known of all rows before the first is written. */
class TableFacts {
  readonly kinds: ColumnKinds = new Map();
  readonly names = new Set<string>();
  readonly attributions = new Map<string, number>();
  readonly licences = new Set<string>();

  note(row: MetadataRow): void {
    for (const [name, value] of row) if (value !== undefined && value !== null) this.names.add(name);
    noteKinds(this.kinds, row);
    const text = row.get("attribution");
    if (typeof text === "string") {
      const attribution = row.get("attribution_of") === "group" ? `${text} (${GROUP_DEFAULT})` : text;
      this.attributions.set(attribution, (this.attributions.get(attribution) ?? 0) + 1);
    }
    const licence = row.get("copyright_license");
    if (typeof licence === "string") this.licences.add(licence);
  }
}

const BATCH = 500;

/** The records, one per line, many at a time; on the way it notes what all tables need. */
async function* recordLines(
  entries: AsyncIterable<ManifestEntry>,
  facts: TableFacts,
): AsyncGenerator<string, void, undefined> {
  let lines: string[] = [];
  for await (const { row, record } of imageRows(entries)) {
    facts.note(row);
    if (lines.push(`${JSON.stringify(record)}\n`) < BATCH) continue;
    yield lines.join("");
    lines = [];
  }
  yield lines.join("");
}

/** Licence texts do not change: what lies there is not asked for again. */
async function writeLicences(target: string, licences: ReadonlySet<string>, options: TablesOptions): Promise<void> {
  const folder = join(target, "licenses");
  const { rules = {} } = options;
  await makeFolder(folder, { private: rules.private === true });
  const there = new Set(await readdir(folder));
  for (const [licence, stem] of distinctFileNames(licences, { maxBytes: LONGEST_NAME })) {
    const name = `${stem}.txt`;
    if (there.has(name)) continue;
    const text = await options.licenceText?.(licence, options.signal).catch(() => undefined);
    await writeWhole(join(folder, name), text ?? licencePage(licence), rules);
  }
}

/** With `.txt` it is what file systems take. */
const LONGEST_NAME = 251;
