import { Command, Option } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { addSelectionOptions, type SelectionOptions } from "../../selection/options.ts";
import { examples } from "../examples.ts";
import { someText } from "../options.ts";

export interface MetadataDownloadOptions extends SelectionOptions {
  readonly output?: string;
  readonly format?: "csv" | "jsonl" | "parquet";
}

/** `isic metadata`: its one verb, options and help. */
export function metadataCommand(terminal: Terminal): Command {
  return new Command("metadata")
    .description("Metadata without the images.")
    .addHelpText(
      "after",
      examples([
        ["isic metadata download --search 'sex:female' > female.csv", "a table"],
        ["isic metadata download -o all.parquet", "another form, by its ending"],
      ]),
    )
    .addCommand(downloadCommand(terminal));
}

function downloadCommand(terminal: Terminal): Command {
  const command = new Command("download").description(
    "The metadata of a selection as a table, to standard output or a file.",
  );
  return addSelectionOptions(command)
    .option("-o, --output <file>", "write to this file (whole or not at all)", someText)
    .addOption(
      new Option(
        "--format <format>",
        "csv, jsonl or parquet (by the file's ending when absent: .csv, .jsonl, .ndjson, .json, .parquet)",
      ).choices(["csv", "jsonl", "parquet"]),
    )
    .addHelpText(
      "after",
      examples([
        ["isic metadata download --search 'sex:female' > female.csv", "CSV to a file"],
        ["isic metadata download --collections 65 -o set.parquet", "Parquet"],
        ["isic metadata download --json --limit 3", "records as the server sends them, one per line"],
      ]),
    )
    .action(async (_options: unknown, self: Command) => {
      const { metadataDownload } = await import("./download.action.ts");
      await metadataDownload(self.optsWithGlobals<MetadataDownloadOptions>(), terminal);
    });
}
