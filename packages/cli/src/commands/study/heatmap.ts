import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { someText } from "../options.ts";
import { fileNamed, type HeatMapCommandOptions, withHeatMapLook, withSomeOfStudy } from "./study-options.ts";

export interface StudyHeatmapOptions extends HeatMapCommandOptions {
  readonly stats?: string;
}

/** `isic study heatmap`: options and help. */
export function studyHeatmapCommand(terminal: Terminal): Command {
  const command = new Command("heatmap")
    .description("Paint where readers marked features: a PNG for each image of a study.")
    .argument("<study>", "a study by name or id", someText)
    .option("-o, --output <folder>", "where the pictures go", someText, "heatmaps")
    .option("--stats <file>", "the heat maps in numbers, as JSON", fileNamed(".json"));
  return withHeatMapLook(withSomeOfStudy(command))
    .addHelpText(
      "after",
      examples([
        ["isic study heatmap NAME -o maps --api v1 --server http://127.0.0.1:8000", "of all images"],
        [
          "isic study heatmap NAME --image ISIC_0000000 --stripes -o maps --stats maps.json --api v1 --server http://127.0.0.1:8000",
          "of one, with its numbers",
        ],
      ]),
    )
    .action(async (study: string, _options: unknown, self: Command) => {
      const { studyHeatmap } = await import("./pictures.action.ts");
      await studyHeatmap(study, self.optsWithGlobals<StudyHeatmapOptions>(), terminal);
    });
}
