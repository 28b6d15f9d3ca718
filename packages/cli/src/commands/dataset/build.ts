import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, integer, someText } from "../options.ts";

export interface DatasetBuildOptions extends GlobalOptions {
  readonly from?: string;
  readonly dryRun?: boolean;
  readonly concurrency: number;
}

/** `isic dataset build`: options and help. */
export function datasetBuildCommand(terminal: Terminal): Command {
  return new Command("build")
    .usage("[options] <recipe> <folder> | --from <folder> <folder>")
    .description(
      "Make a data set from a recipe: fetched, resized, split without leaks, with licences, citation and a lock file. Stop it and run it again at will; images that are in the folder already keep their part.",
    )
    .argument("<recipe>", "the recipe (YAML or JSON); with --from, the folder to make", someText)
    .argument("[folder]", "where to; it is made if it does not exist", someText)
    .option(
      "--from <folder>",
      "make the very set of this folder, or of a lock file, and name every difference",
      someText,
    )
    .option("--dry-run", "say what the recipe would make, and how much is to be fetched; nothing is written")
    .option("--concurrency <count>", "files under way at a time", integer(1, 256), 16)
    .addHelpText(
      "after",
      `${examples([
        ["isic dataset build melanoma.yaml melanoma", "after isic dataset init melanoma.yaml"],
        ["isic dataset build melanoma.yaml melanoma --dry-run", "what would be in it?"],
        ["isic dataset build melanoma.yaml set --api v1 --server http://127.0.0.1:8000", "from another server"],
        ["isic dataset build --from melanoma copy", "byte for byte, or what differs"],
      ])}\nExit code 0 only when the set is as it should be; 2 for a recipe that cannot\nbe meant.\n`,
    )
    .action(async (recipe: string, folder: string | undefined, _options: unknown, command: Command) => {
      const { datasetBuild } = await import("./build.action.ts");
      await datasetBuild(recipe, folder, command.optsWithGlobals<DatasetBuildOptions>(), terminal);
    });
}
