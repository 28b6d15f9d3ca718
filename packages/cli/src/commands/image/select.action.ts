import { withoutSignatures } from "@isic/api-client";
import { getPath } from "@isic/select";
import { type ImageRecord, isUnknown, selectRecords } from "isic/node";
import { connectClient } from "../../connection/connect.ts";
import { CommandError } from "../../output/failure.ts";
import { progressLine } from "../../output/progress.ts";
import { type Column, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import { selectionOf } from "../../selection/selection.ts";
import { checkCollections, checkColumns, explainEmptySelection } from "../../selection/suggestions.ts";
import type { ImageSelectOptions } from "./select.ts";

const SHOWN: Readonly<Record<"v1" | "v2", readonly string[]>> = {
  v1: [
    "name",
    "dataset.name",
    "meta.clinical.diagnosis",
    "meta.clinical.sex",
    "meta.clinical.age_approx",
    "meta.acquisition.pixelsX",
  ],
  v2: [
    "isic_id",
    "copyright_license",
    "metadata.clinical.diagnosis_1",
    "metadata.clinical.diagnosis_3",
    "metadata.clinical.sex",
    "metadata.clinical.age_approx",
    "metadata.acquisition.pixels_x",
  ],
};

/** Lists what a selection selects. */
export async function imageSelect(options: ImageSelectOptions, terminal: Terminal): Promise<void> {
  checkColumnsAlone(options);
  const selection = await selectionOf(options, terminal);
  const connected = await connectClient(options, terminal);
  const { archive, family } = connected;
  const progress = progressLine(terminal.err, "selecting", options.quiet);
  const found: ImageRecord[] = [];
  const unknown: string[] = [];
  await checkCollections(connected, options, terminal);
  const records = await selectRecords(archive, selection, terminal.signal);
  try {
    // Named images are looked at one by one: some may not be there.
    if (options.count === true && selection.ids === undefined) {
      const count = await records.count();
      if (count === 0) await explainEmptySelection(connected, selection, options, terminal);
      terminal.out.line(String(count));
      return;
    }
    for await (const record of records) {
      if (isUnknown(record)) unknown.push(record.unknown);
      else found.push(record);
      progress.update({ done: found.length });
    }
  } finally {
    progress.end();
  }
  if (found.length + unknown.length === 0) await explainEmptySelection(connected, selection, options, terminal);
  if (options.columns !== undefined) checkColumns(found, options.columns);
  print(found, options.columns ?? SHOWN[family], options, terminal);
  if (unknown.length > 0)
    throw new CommandError(`${plural(unknown.length, "image")} not found: ${unknown.join(", ")}.`);
}

/** Columns are of the table only. */
function checkColumnsAlone({ columns, json, count, namesOnly }: ImageSelectOptions): void {
  const without = Object.entries({ json, count, names: namesOnly }).find(([, given]) => given === true)?.[0];
  if (columns === undefined || without === undefined) return;
  throw new CommandError(`--${without} shows no columns: leave out --columns.`, 2);
}

function print(
  found: readonly ImageRecord[],
  paths: readonly string[],
  options: ImageSelectOptions,
  terminal: Terminal,
): void {
  if (options.count === true) {
    terminal.out.line(String(found.length));
  } else if (options.namesOnly === true) {
    for (const name of found.map(nameOf)) {
      if (options.json === true) terminal.out.json(name);
      else terminal.out.data(`${name}\n`);
    }
  } else if (options.json === true) {
    for (const record of found) terminal.out.json(withoutSignatures(record));
  } else {
    const columns = paths.map(
      (path): Column<ImageRecord> => ({
        title: path.slice(path.lastIndexOf(".") + 1) === "name" ? path : path.slice(path.lastIndexOf(".") + 1),
        flexible: true,
        value: (record) => cell(getPath(record, path)),
      }),
    );
    terminal.out.block(table(columns, found, terminal.out.width));
    if (options.quiet !== true) terminal.err.line(`${plural(found.length, "image")}.`);
  }
}

const nameOf = (record: ImageRecord): string => ("isic_id" in record ? String(record.isic_id) : String(record.name));

function cell(value: unknown): string | boolean | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "boolean") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
