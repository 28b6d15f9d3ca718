import { Command } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { integer, someText } from "../options.ts";
import { fileNamed, type SomeOfStudyOptions, withSomeOfStudy } from "./study-options.ts";

export interface StudyAgreementOptions extends SomeOfStudyOptions {
  readonly ordinal?: boolean;
  readonly draws: number;
  readonly seed: number;
  readonly csv?: string;
}

/** `isic study agreement`: options and help. */
export function studyAgreementCommand(terminal: Terminal): Command {
  const command = new Command("agreement")
    .description("Say how well readers agree beyond chance: Krippendorff's alpha, Fleiss' and Cohen's kappa.")
    .argument("<study>", "a study by name or id", someText)
    .option("--ordinal", "not, possible, definite; instead of marked or not")
    .option("--draws <n>", "draws of images for the intervals; 0 for none", integer(0, 100_000), 2000)
    .option("--seed <n>", "the same seed gives the same intervals", integer(0, 0xffff_ffff), 1)
    .option("--csv <file>", "all coefficients as a table, those of pairs too", fileNamed(".csv"));
  return withSomeOfStudy(command)
    .addHelpText(
      "after",
      examples([
        ["isic study agreement NAME --api v1 --server http://127.0.0.1:8000", "feature by feature"],
        [
          "isic study agreement NAME --csv kappa.csv --api v1 --server http://127.0.0.1:8000",
          "with all pairs, as a table",
        ],
        ["isic study agreement NAME --ordinal --json --api v1 --server http://127.0.0.1:8000", "for programs"],
      ]),
    )
    .action(async (study: string, _options: unknown, self: Command) => {
      const { studyAgreement } = await import("./agreement.action.ts");
      await studyAgreement(study, self.optsWithGlobals<StudyAgreementOptions>(), terminal);
    });
}
