import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { writeOutput } from "@isic/cache-fs/files";
import { type DownloadImage, describedRecord, downloadSource, isUnknown, MetadataTable } from "isic/node";
import { connectClient } from "../../connection/connect.ts";
import { CommandError } from "../../output/failure.ts";
import { checkNotOverwritten, closedFor } from "../../output/files.ts";
import { progressLine } from "../../output/progress.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import { selectionOf } from "../../selection/selection.ts";
import { checkCollections, explainEmptySelection } from "../../selection/suggestions.ts";
import type { MetadataDownloadOptions } from "./download.ts";

type Format = "csv" | "jsonl" | "parquet";

/** The metadata of a selection, to standard output or into a file. */
export async function metadataDownload(options: MetadataDownloadOptions, terminal: Terminal): Promise<void> {
  if (options.output !== undefined) await checkFile(options.output, options.idsFrom);
  const format = formatOf(options);
  if (format === "parquet" && options.output === undefined)
    throw new CommandError("Parquet needs a file: add -o set.parquet.", 2);
  const selection = await selectionOf(options, terminal);
  const connected = await connectClient(options, terminal);
  await checkCollections(connected, options, terminal);
  const source = await downloadSource(connected.archive, selection);
  const size = await source.size?.(terminal.signal, { bytes: false });
  const progress = progressLine(terminal.err, "metadata", options.quiet);
  const table = new MetadataTable();
  const records: object[] = [];
  const unknown: string[] = [];
  try {
    for await (const image of source.images(terminal.signal)) {
      if (isUnknown(image.record)) unknown.push(image.name);
      else add(image, format, table, records);
      progress.update({ done: table.size + records.length, total: size?.images });
    }
  } finally {
    progress.end();
  }
  if (table.size + records.length + unknown.length === 0) {
    await explainEmptySelection(connected, selection, options, terminal);
  }
  const text = format === "csv" ? table.csv() : jsonLines(records);
  if (options.output === undefined) await toOutput(text, terminal);
  else if (format === "parquet") await table.parquet(options.output, closedFor(connected.archive));
  else await writeOutput(options.output, inBytes(text), closedFor(connected.archive));
  if (options.output !== undefined && options.quiet !== true) {
    terminal.err.line(`${plural(table.size + records.length, "image")} in ${options.output}.`);
  }
  if (unknown.length > 0)
    throw new CommandError(`${plural(unknown.length, "image")} not found: ${unknown.join(", ")}.`);
}

const ENDINGS: Readonly<Record<string, Format>> = {
  ".csv": "csv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "jsonl",
  ".parquet": "parquet",
};

/** A file is written as its ending says, unless `--format` says otherwise. */
function formatOf({ format, output, json }: MetadataDownloadOptions): Format {
  if (json === true && format !== undefined && format !== "jsonl") {
    throw new CommandError(`--json is --format jsonl: leave out one of --json and --format ${format}.`, 2);
  }
  if (format !== undefined) return format;
  if (output === undefined) return json === true ? "jsonl" : "csv";
  const ending = extname(output).toLowerCase();
  const meant = ENDINGS[ending];
  if (meant === undefined) {
    const message = `${output}: tables are written as ${Object.keys(ENDINGS).join(", ")}; --format chooses for another ending.`;
    throw new CommandError(message, 2);
  }
  if (json === true && meant !== "jsonl") {
    throw new CommandError(`${output}: --json writes JSON Lines, ${ending} is another form; leave out --json.`, 2);
  }
  return meant;
}

async function checkFile(output: string, idsFrom: string | undefined): Promise<void> {
  const found = await stat(output).catch(() => undefined);
  if (found?.isDirectory()) {
    throw new CommandError(`${output} is a folder: name a file in it, such as ${join(output, "metadata.csv")}.`, 2);
  }
  if (idsFrom !== undefined) await checkNotOverwritten(idsFrom, { "-o": output }, "the list of ids itself");
}

function add(image: DownloadImage, format: Format, table: MetadataTable, records: object[]): void {
  if (format === "jsonl") records.push(describedRecord(image));
  else table.add(image);
}

async function* jsonLines(records: readonly object[]): AsyncGenerator<string, void, undefined> {
  for (const record of records) yield `${JSON.stringify(record)}\n`;
}

async function toOutput(text: AsyncIterable<string>, terminal: Terminal): Promise<void> {
  for await (const piece of text) terminal.out.data(piece);
}

async function* inBytes(text: AsyncIterable<string>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of text) yield Buffer.from(piece);
}
