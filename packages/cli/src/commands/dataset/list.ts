import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../options.ts";

/** `isic dataset`: its one verb, options and help. */
export function datasetCommand(terminal: Terminal): Command {
  return new Command("dataset")
    .description("The archive's datasets (v1).")
    .addHelpText(
      "after",
      examples([
        ["isic dataset list --api v1 --server https://archive.example.org", "names and ids, for --dataset"],
        ["isic image download --dataset NAME --api v1 --server https://archive.example.org set", "its images"],
      ]),
    )
    .addCommand(listCommand(terminal));
}

function listCommand(terminal: Terminal): Command {
  return new Command("list")
    .description("List the datasets that this account may see, with their licences.")
    .addHelpText("after", examples([["isic dataset list --api v1 --server http://127.0.0.1:8000", "for --dataset"]]))
    .action(async (_options: unknown, self: Command) => {
      const { datasetList } = await import("./list.action.ts");
      await datasetList(self.optsWithGlobals<GlobalOptions>(), terminal);
    });
}
