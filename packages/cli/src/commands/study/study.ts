import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, someText } from "../options.ts";
import { studyAgreementCommand } from "./agreement.ts";
import { studyHeatmapCommand } from "./heatmap.ts";
import { studyMontageCommand } from "./montage.ts";

/** `isic study`: its verbs and help. */
export function studyCommand(terminal: Terminal): Command {
  return new Command("study")
    .description("Studies and what their readers marked (v1).")
    .addHelpText(
      "after",
      examples([
        ["isic study list --api v1 --server https://archive.example.org", "what there is"],
        [
          "isic study show 'My study' --api v1 --server https://archive.example.org",
          "its features, readers and images",
        ],
      ]),
    )
    .addCommand(listCommand(terminal))
    .addCommand(showCommand(terminal))
    .addCommand(annotationsCommand(terminal))
    .addCommand(studyHeatmapCommand(terminal))
    .addCommand(studyMontageCommand(terminal))
    .addCommand(studyAgreementCommand(terminal));
}

function listCommand(terminal: Terminal): Command {
  return new Command("list")
    .description("List the studies that this account may see.")
    .addHelpText("after", examples([["isic study list --api v1 --server http://127.0.0.1:8000", "names and ids"]]))
    .action(async (_options: unknown, self: Command) => {
      const { studyList } = await import("./study.action.ts");
      await studyList(self.optsWithGlobals<GlobalOptions>(), terminal);
    });
}

function showCommand(terminal: Terminal): Command {
  return new Command("show")
    .description("Show a study: its questions, features, readers and images.")
    .argument("<study>", "a study by name or id", someText)
    .addHelpText(
      "after",
      examples([
        ["isic study show 'ISBI 2016: 100 Lesion Classification' --api v1 --server http://127.0.0.1:8000", "by name"],
      ]),
    )
    .action(async (study: string, _options: unknown, self: Command) => {
      const { studyShow } = await import("./study.action.ts");
      await studyShow(study, self.optsWithGlobals<GlobalOptions>(), terminal);
    });
}

function annotationsCommand(terminal: Terminal): Command {
  return new Command("annotations")
    .description("List a study's annotations: who answered what about which image, and which features were marked.")
    .argument("<study>", "a study by name or id", someText)
    .addHelpText(
      "after",
      examples([["isic study annotations NAME --json --api v1 --server http://127.0.0.1:8000", "for programs"]]),
    )
    .action(async (study: string, _options: unknown, self: Command) => {
      const { studyAnnotations } = await import("./study.action.ts");
      await studyAnnotations(study, self.optsWithGlobals<GlobalOptions>(), terminal);
    });
}
