import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { addSelectionOptions, type SelectionOptions } from "../../selection/options.ts";
import { examples } from "../examples.ts";
import { wordList } from "../options.ts";

export interface ImageSelectOptions extends SelectionOptions {
  readonly columns?: readonly string[];
  readonly count?: boolean;
  readonly namesOnly?: boolean;
}

/** `isic image select`: options and help. */
export function imageSelectCommand(terminal: Terminal): Command {
  const command = new Command("select").description("List the images that a search or criteria select.");
  return addSelectionOptions(command)
    .option("--columns <paths>", "which values to show, as paths of the record with commas between them", wordList)
    .option("--count", "only how many")
    .option("--names", "only the names, one per line (for --ids-from)")
    .addHelpText(
      "after",
      examples([
        ["isic image select --search 'sex:female' --limit 10", "a search"],
        ["isic image select --where 'metadata.clinical.diagnosis_2 exists' --count", "criteria, counted"],
        ["isic image select -w 'metadata.clinical.age_approx < 20' --names > young.txt", "a list of names"],
      ]),
    )
    .action(async (_options: unknown, self: Command) => {
      const { names, ...options } = self.optsWithGlobals<ImageSelectOptions & { names?: boolean }>();
      const { imageSelect } = await import("./select.action.ts");
      await imageSelect({ ...options, ...(names === true ? { namesOnly: true } : {}) }, terminal);
    });
}
