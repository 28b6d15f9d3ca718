import {
  type ChallengeScore,
  checkSubmission,
  filesAt,
  type Mistake,
  SubmissionError,
  scoreSubmission,
} from "@isic/challenge/node";
import { CommandError } from "../../output/failure.ts";
import { progressLine } from "../../output/progress.ts";
import { count } from "../../output/table.ts";
import type { Terminal } from "../../output/terminal.ts";
import { plural } from "../../output/units.ts";
import type { ChallengeCheckOptions, ChallengeOptions } from "./challenge.ts";
import { printMistakes, withSoundTruth } from "./mistakes.ts";
import { overallLine, scoreTable, UNDEFINED } from "./score-table.ts";
import { givenTask } from "./task.ts";

/** Lists what is wrong with a submission; with a ground truth, what it does not answer too. */
export async function challengeCheck(
  submission: string,
  options: ChallengeCheckOptions,
  terminal: Terminal,
): Promise<void> {
  const task = givenTask(options.task);
  const { json, quiet, truth = "" } = options;
  const { signal } = terminal;
  const progress = progressLine(terminal.err, "checking", quiet);
  const mistakes = await withSoundTruth(truth, task, json, terminal, async () => {
    const known = options.truth === undefined ? undefined : await filesAt(options.truth);
    const onProgress = progress.update;
    return checkSubmission(task, known, await filesAt(submission), { signal, onProgress });
  }).finally(() => progress.end());
  if (json === true) terminal.out.json({ task, refused: refusedOf(mistakes) > 0, mistakes });
  else if (mistakes.length > 0) printMistakes(terminal.out, mistakes);
  else terminal.out.line(`${submission}: nothing is wrong with it.`);
  if (mistakes.length > 0) throw new CommandError(summaryOf(submission, task, mistakes));
}

/** Scores a submission; where the year's scorer refuses it, lists what is wrong instead. */
export async function challengeScore(
  truth: string,
  submission: string,
  options: ChallengeOptions,
  terminal: Terminal,
): Promise<void> {
  const task = givenTask(options.task);
  const { json, quiet } = options;
  const { signal } = terminal;
  const progress = progressLine(terminal.err, "scoring", quiet);
  const score = await withSoundTruth(truth, task, json, terminal, async () => {
    const onProgress = progress.update;
    return scoreSubmission(task, await filesAt(truth), await filesAt(submission), { signal, onProgress });
  })
    .catch((error: unknown) => {
      if (error instanceof SubmissionError) return error;
      throw error;
    })
    .finally(() => progress.end());
  if (score instanceof SubmissionError) {
    const { mistakes } = score;
    if (json === true) terminal.out.json({ task, refused: true, mistakes });
    else printMistakes(terminal.out, mistakes);
    throw new CommandError(`${summaryOf(submission, task, mistakes)} It has no score.`);
  }
  if (json === true) terminal.out.json({ ...score, refused: false });
  else printScore(score, quiet, terminal);
}

function printScore(score: ChallengeScore, quiet: boolean | undefined, { out, err }: Terminal): void {
  out.block(scoreTable(score, out.width));
  out.line();
  out.line(overallLine(score));
  if (quiet === true) return;
  for (const { message } of score.mistakes) err.line(`note: ${message}`);
  const isUndefined = Object.values(score.groups).some((metrics) => Object.values(metrics).includes(null));
  if (isUndefined)
    err.line(`note: ${UNDEFINED} is where a value is undefined, such as a sensitivity without positives.`);
}

const refusedOf = (mistakes: readonly Mistake[]): number => mistakes.filter(({ refused }) => refused).length;

function summaryOf(submission: string, task: string, mistakes: readonly Mistake[]): string {
  const refused = refusedOf(mistakes);
  const verdict =
    refused === 0
      ? `the scorer of ${task} takes it all the same`
      : refused === mistakes.length
        ? `the scorer of ${task} refuses it`
        : `the scorer of ${task} refuses it for ${count(refused)} of them`;
  return `${submission} has ${plural(mistakes.length, "mistake")}: ${verdict}.`;
}
