import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../options.ts";

/** `isic dataset list`: options and help. */
export function datasetListCommand(terminal: Terminal): Command {
  return new Command("list")
    .description("List the datasets of a v1 server that this account may see, with their licences.")
    .addHelpText("after", examples([["isic dataset list --api v1 --server http://127.0.0.1:8000", "for --dataset"]]))
    .action(async (_options: unknown, self: Command) => {
      const { datasetList } = await import("./list.action.ts");
      await datasetList(self.optsWithGlobals<GlobalOptions>(), terminal);
    });
}
