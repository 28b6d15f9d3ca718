import { checkDataset, type DatasetProblem } from "isic/node";
import { CommandError } from "../../output/failure.ts";
import { progressLine } from "../../output/progress.ts";
import { type Column, count, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { DatasetCheckOptions } from "./check.ts";

const SHOWN = 50;

const COLUMNS: readonly Column<DatasetProblem>[] = [
  { title: "what", flexible: true, value: (row) => row.what },
  { title: "problem", flexible: true, wraps: true, value: (row) => row.problem },
];

/** Holds a set against its lock. */
export async function datasetCheck(folder: string, options: DatasetCheckOptions, terminal: Terminal): Promise<void> {
  const progress = progressLine(terminal.err, "checking", options.quiet);
  const checked = await checkDataset(folder, {
    duplicates: options.duplicates === true,
    signal: terminal.signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
  const { files, images, problems } = checked;
  if (options.json === true) terminal.out.json(checked);
  else if (problems.length === 0)
    terminal.out.line(`${folder}: ${plural(images, "image")} in ${plural(files, "file")}, all as they should be.`);
  else {
    terminal.out.block(table(COLUMNS, problems.slice(0, SHOWN), terminal.out.width));
    if (problems.length > SHOWN) terminal.out.line(`... and ${count(problems.length - SHOWN)} more`);
  }
  if (problems.length > 0) throw new CommandError(`${plural(problems.length, "problem")} in ${folder}.`);
}
