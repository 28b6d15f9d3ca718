import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../options.ts";

export interface CollectionListOptions extends GlobalOptions {
  readonly pinned?: boolean;
}

/** `isic collection`: its one verb, options and help. */
export function collectionCommand(terminal: Terminal): Command {
  return new Command("collection")
    .description("The archive's collections (v2).")
    .addHelpText(
      "after",
      examples([
        ["isic collection list", "ids and names, for --collections"],
        ["isic collection list --json", "with description and DOI, for programs"],
        ["isic image download --collections 65 --limit 20 set", "images of one of them, by its id"],
      ]),
    )
    .addCommand(listCommand(terminal));
}

function listCommand(terminal: Terminal): Command {
  return new Command("list")
    .description("List the collections that this account may see, by name.")
    .option("--pinned", "only those that the archive features")
    .addHelpText("after", examples([["isic collection list --pinned", "ids for --collections"]]))
    .action(async (_options: unknown, self: Command) => {
      const { collectionList } = await import("./list.action.ts");
      await collectionList(self.optsWithGlobals<CollectionListOptions>(), terminal);
    });
}
