import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, someText } from "../options.ts";

export interface DatasetCheckOptions extends GlobalOptions {
  readonly duplicates?: boolean;
}

/** `isic dataset check`: options and help. */
export function datasetCheckCommand(terminal: Terminal): Command {
  return new Command("check")
    .description(
      "Check a data set against its lock file: every file, no patient, lesion or duplicate in two parts, the table against the folders, the licences against the recipe.",
    )
    .argument("<folder>", "a folder that `isic dataset build` made", someText)
    .option("--duplicates", "decode all pictures and look for duplicates once more")
    .addHelpText(
      "after",
      `${examples([
        ["isic dataset check melanoma", "is it as it was made?"],
        ["isic dataset check melanoma --duplicates", "and does nothing show the same in two parts?"],
      ])}\nExit code 0 only when nothing is wrong.\n`,
    )
    .action(async (folder: string, _options: unknown, command: Command) => {
      const { datasetCheck } = await import("./check.action.ts");
      await datasetCheck(folder, command.optsWithGlobals<DatasetCheckOptions>(), terminal);
    });
}
