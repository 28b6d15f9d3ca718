import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { choices, integer, someText } from "../options.ts";
import { fileNamed, type HeatMapCommandOptions, withHeatMapLook, withSomeOfStudy } from "./study-options.ts";

export interface StudyMontageOptions extends HeatMapCommandOptions {
  readonly format: readonly ("png" | "svg")[];
  readonly longerSide: number;
  readonly exemplars?: string;
  readonly captions: boolean;
}

/** `isic study montage`: options and help. */
export function studyMontageCommand(terminal: Terminal): Command {
  const command = new Command("montage")
    .description("Make a figure for each image of a study: heat map, legend, photo, exemplar.")
    .argument("<study>", "a study by name or id", someText)
    .option("-o, --output <folder>", "where the figures go", someText, "montages")
    .option("--format <formats>", "png, svg or both: png,svg", choices(["png", "svg"]), ["png"])
    .option("--longer-side <pixels>", "of each panel, at most", integer(16, 10_000), 1024)
    .option(
      "--exemplars <file>",
      "CSV or JSON: an exemplar feature for each name of an image",
      fileNamed(".csv", ".json", ".json.gz"),
    )
    .option("--no-captions", "without words below the panels");
  return withHeatMapLook(withSomeOfStudy(command))
    .addHelpText(
      "after",
      examples([
        ["isic study montage NAME -o figures --api v1 --server http://127.0.0.1:8000", "of all images"],
        [
          "isic study montage NAME --exemplars exemplars.csv --format png,svg -o figures --api v1 --server http://127.0.0.1:8000",
          "with exemplars, for papers too",
        ],
      ]),
    )
    .action(async (study: string, _options: unknown, self: Command) => {
      const { studyMontage } = await import("./pictures.action.ts");
      await studyMontage(study, self.optsWithGlobals<StudyMontageOptions>(), terminal);
    });
}
