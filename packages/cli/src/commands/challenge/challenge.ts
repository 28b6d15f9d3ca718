import { Command, Option } from "commander";
import type { Terminal } from "../../output/terminal.ts";
import { examples } from "../examples.ts";
import { type GlobalOptions, someText } from "../options.ts";

export interface ChallengeOptions extends GlobalOptions {
  readonly task?: string;
}

export interface ChallengeCheckOptions extends ChallengeOptions {
  readonly truth?: string;
}

export interface ChallengeImportOptions extends ChallengeOptions {
  readonly images?: string;
}

/** Not taken from where they are known: the words of the command line load nothing else. */
const TASKS = [
  ...["2016-1", "2016-2", "2016-2b", "2016-3", "2016-3b"],
  ...["2017-1", "2017-2", "2017-3", "2018-1", "2018-2", "2018-3", "2019", "2020", "2024"],
];

/** `isic challenge`: its verbs and help. */
export function challengeCommand(terminal: Terminal): Command {
  return new Command("challenge")
    .description("Ground truths and submissions of the ISIC challenges: import, check, score.")
    .addHelpText(
      "after",
      examples([
        ["isic challenge import truth.zip box --images data.zip --task 2017-2", "a folder to serve"],
        ["isic challenge check answer.zip --task 2018-3", "what is wrong with it?"],
        ["isic challenge score truth.zip answer.zip --task 2017-2", "as its scorer did"],
      ]),
    )
    .addCommand(importCommand(terminal))
    .addCommand(checkCommand(terminal))
    .addCommand(scoreCommand(terminal));
}

function importCommand(terminal: Terminal): Command {
  return new Command("import")
    .description("Make a folder of a ground truth and its images, which `isic serve --data` opens.")
    .argument("<truth>", "the ground truth: its ZIP file as it was downloaded, a folder, or a CSV file", someText)
    .argument("<folder>", "where to; several tasks may go into one, one after the other", someText)
    .addOption(taskOption())
    .option(
      "--images <folder>",
      "the photos and superpixels, if not beside the truth: a ZIP file or a folder",
      someText,
    )
    .addHelpText(
      "after",
      `${examples([
        ["isic challenge import Part1_GroundTruth.zip box --images Data.zip --task 2017-1", "lesion masks"],
        ["isic challenge import Part2_GroundTruth.zip box --images Data.zip --task 2017-2", "features, as a study"],
        ["isic challenge import Part3_GroundTruth.csv box --task 2017-3", "diagnoses, into the same folder"],
      ])}
The records' licence is the one that the challenge's page names: an image's own
is not known from these files. Exit code 0 only when everything was taken in;
what was left out is listed: a mask of another size than its photo, an array of
another length than its superpixels.
`,
    )
    .action(async (truth: string, folder: string, _options: unknown, self: Command) => {
      const { challengeImport } = await import("./import.action.ts");
      await challengeImport(truth, folder, self.optsWithGlobals<ChallengeImportOptions>(), terminal);
    });
}

function checkCommand(terminal: Terminal): Command {
  return new Command("check")
    .description("List everything that is wrong with a submission, one sentence each.")
    .argument("<submission>", "a ZIP file, a folder, or a CSV file", someText)
    .addOption(taskOption())
    .option("--truth <file>", "the ground truth too: which images and sizes are due", someText)
    .addHelpText(
      "after",
      `${examples([
        ["isic challenge check answer.zip --task 2018-1", "what can be seen of it alone"],
        ["isic challenge check answer.csv --truth truth.csv --task 2020", "missing images too"],
        ["isic challenge check answer.zip --task 2017-2 --json", "for programs"],
      ])}\nExit code 0 only when nothing is wrong.\n`,
    )
    .action(async (submission: string, _options: unknown, self: Command) => {
      const { challengeCheck } = await import("./score.action.ts");
      await challengeCheck(submission, self.optsWithGlobals<ChallengeCheckOptions>(), terminal);
    });
}

function scoreCommand(terminal: Terminal): Command {
  return new Command("score")
    .description("Score a submission against a ground truth as the challenge's own scorer did.")
    .argument("<truth>", "the ground truth: its ZIP file as it was downloaded, a folder, or a CSV file", someText)
    .argument("<submission>", "a ZIP file, a folder, or a CSV file", someText)
    .addOption(taskOption())
    .addHelpText(
      "after",
      `${examples([
        ["isic challenge score truth.zip answer.zip --task 2017-2", "a table"],
        ["isic challenge score truth.csv answer.csv --task 2024", "partial AUC"],
        ["isic challenge score truth.zip answer.zip --task 2018-1 --json", "per image too"],
      ])}
Exit code 1 where that year's scorer would refuse the submission: then every
mistake is listed, and there are no scores. Other mistakes are notes.
`,
    )
    .action(async (truth: string, submission: string, _options: unknown, self: Command) => {
      const { challengeScore } = await import("./score.action.ts");
      await challengeScore(truth, submission, self.optsWithGlobals<ChallengeOptions>(), terminal);
    });
}

/** Which tasks there are is known where they are: what is none is refused there, by its near names. */
function taskOption(): Option {
  return new Option("--task <task>", "which year and part; always needed").choices(TASKS).argParser((text) => text);
}
