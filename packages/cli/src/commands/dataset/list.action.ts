import type { Dataset } from "isic/node";
import { connect } from "../../connection/connect.ts";
import { CommandError } from "../../output/failure.ts";
import { type Column, table } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { GlobalOptions } from "../options.ts";

const COLUMNS: readonly Column<Dataset>[] = [
  { title: "id", value: (dataset) => dataset.id },
  { title: "name", flexible: true, value: (dataset) => dataset.name },
  { title: "licence", value: (dataset) => dataset.license },
  { title: "attribution", flexible: true, value: (dataset) => dataset.attribution },
];

/** The datasets that this account may see. */
export async function datasetList(options: GlobalOptions, terminal: Terminal): Promise<void> {
  if (options.api !== "v1") {
    const message = "v2 has collections (isic collection list); datasets are of --api v1 --server URL.";
    throw new CommandError(message, 2);
  }
  const api = await connect(options, terminal);
  const datasets = await api.datasetList({ signal: terminal.signal });
  if (options.json === true) {
    terminal.out.json(datasets);
    return;
  }
  terminal.out.block(table(COLUMNS, datasets, terminal.out.width));
  if (options.quiet !== true) terminal.err.line(`${plural(datasets.length, "dataset")}.`);
}
