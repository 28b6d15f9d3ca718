import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { datasetBuildCommand } from "./build.ts";
import { datasetCheckCommand } from "./check.ts";
import { datasetInitCommand } from "./init.ts";
import { datasetListCommand } from "./list.ts";

/** `isic dataset` and its verbs. */
export function datasetCommand(terminal: Terminal): Command {
  return new Command("dataset")
    .description("Make data sets to train with, and check them; list those of a v1 server.")
    .addHelpText(
      "after",
      `${examples([
        ["isic dataset init melanoma.yaml", "write a recipe to begin with"],
        ["isic dataset build melanoma.yaml melanoma", "make the set"],
        ["isic dataset check melanoma", "is it as its lock file says, without leaks?"],
        ["isic dataset build --from melanoma copy", "make the very same set elsewhere"],
        ["isic dataset list --api v1 --server https://archive.example.org", "a server's own datasets"],
      ])}\ninit, build and check are about sets of yours, made from a recipe. list is about\nthe datasets that a v1 server keeps, which are named by --dataset.\n`,
    )
    .addCommand(datasetInitCommand(terminal))
    .addCommand(datasetBuildCommand(terminal))
    .addCommand(datasetCheckCommand(terminal))
    .addCommand(datasetListCommand(terminal));
}
