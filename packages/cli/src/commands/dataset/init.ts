import { Command, Option } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, integer, someText } from "../options.ts";
import { CHALLENGES, LAYOUTS } from "./choices.ts";

export interface DatasetInitOptions extends GlobalOptions {
  readonly title?: string;
  readonly search?: string;
  readonly labels?: string;
  readonly commercial?: boolean;
  readonly size?: number;
  readonly layout?: string;
  readonly force?: boolean;
}

/** `isic dataset init`: options and help. */
export function datasetInitCommand(terminal: Terminal): Command {
  return new Command("init")
    .description("Write a recipe with a remark beside each setting. On a terminal it asks what no option says.")
    .argument("[recipe]", "the file to write; one that is there is left alone", someText, "dataset.yaml")
    .option("--title <text>", "what the set is called", someText)
    .option("--search <query>", "which images, in the archive's search language", someText)
    .addOption(new Option("--labels <challenge>", "a challenge's classes").choices(CHALLENGES))
    .option("--commercial", "only images that may be used commercially")
    .option("--size <pixels>", "the longer side of the pictures", integer(8, 16_384))
    .addOption(new Option("--layout <name>", "how files lie in the folder").choices(LAYOUTS))
    .option("--force", "write over a file that is there")
    .addHelpText(
      "after",
      examples([
        ["isic dataset init", "dataset.yaml, after a few questions"],
        ["isic dataset init nevi.yaml --search 'diagnosis_3:Nevus' --labels isic2019 --size 256", "without any"],
      ]),
    )
    .action(async (recipe: string, _options: unknown, command: Command) => {
      const { datasetInit } = await import("./init.action.ts");
      await datasetInit(recipe, command.optsWithGlobals<DatasetInitOptions>(), terminal);
    });
}
