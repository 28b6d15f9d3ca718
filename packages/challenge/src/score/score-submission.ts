/** Checks and scores of a submission against a ground truth, file by file as they are read. */
import { readPng } from "@isic/core-wasm";
import { type Bounds, boundsOf, checkOptions, READ_BOUNDS } from "../bounds.ts";
import { isRefused, type Mistake } from "../check/mistakes.ts";
import { SubmissionError, TruthError } from "../errors.ts";
import { type ChallengeFiles, checkFiles } from "../files/files.ts";
import type { ReadPng } from "../masks/read-mask.ts";
import type { MetricName } from "../metrics/names.ts";
import { type Task, type TaskName, taskOf } from "../tasks/tasks.ts";
import { walkArrays } from "./array-task.ts";
import { walkMasks } from "./mask-task.ts";
import type { Progress, Run, Summary, Walked } from "./run.ts";
import { walkTable } from "./table-task.ts";

/** How a submission is checked or scored. */
export interface ScoreOptions extends Pick<Bounds, "maxPixels" | "maxFileBytes" | "maxCellLength"> {
  /** Called after each file. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** The scores of a submission. */
export interface ChallengeScore extends Summary {
  readonly task: TaskName;
  /** The metric that decides the rank, and the group whose value it is. */
  readonly rankedBy: MetricName;
  readonly rankedGroup: string;
  /** `groups[rankedGroup][rankedBy]`; null where it is undefined. */
  readonly overall: number | null;
  /** What is wrong with the submission, but did not keep that year's scorer from scoring it. */
  readonly mistakes: readonly Mistake[];
}

/**
 * The scores of a submission, as the challenge's own scorer gives them. Files are read one by one and let go; masks are held
 * four pairs at a time.
 *
 * `groups` has the scores of all images together (`mean`, `microAverage`, `all`) and of each feature or class; `perImage` those of
 * each image, for masks and arrays. A value is null where it is undefined; a mean leaves it out (2016, 2017) or counts it as 1
 * (2018 and later), as the scorers do.
 *
 * @param truth the ground truth: the ZIP as it was downloaded, or a folder; photos and superpixels beside it do not matter
 * @throws UnknownTaskError; TruthError where the ground truth is not the task's; SubmissionError where that year's scorer
 * refuses the submission, with all `mistakes`; BoundsError, SourceError; the signal's reason
 */
export async function scoreSubmission(
  task: TaskName,
  truth: ChallengeFiles,
  submission: ChallengeFiles,
  options: ScoreOptions = {},
): Promise<ChallengeScore> {
  return scoreWith(readPng, task, truth, submission, options);
}

/** {@link scoreSubmission} by the platform's PNG reader. */
export async function scoreWith(
  read: ReadPng,
  task: TaskName,
  truth: ChallengeFiles,
  submission: ChallengeFiles,
  options: ScoreOptions,
): Promise<ChallengeScore> {
  const about = taskOf(task);
  const { truthMistakes, mistakes, summarize } = await walk(read, about, truth, submission, options);
  if (truthMistakes.length > 0) throw new TruthError(truthMistakes);
  if (isRefused(mistakes)) throw new SubmissionError(mistakes);
  const summary = summarize();
  const { rankedBy, rankedGroup } = about;
  const overall = summary.groups[rankedGroup]?.[rankedBy] ?? null;
  return { task, rankedBy, rankedGroup, overall, ...summary, mistakes };
}

/**
 * Everything that is wrong with a submission, not only the first: one sentence each, as data. Empty where it is sound.
 *
 * @param truth the ground truth; without one, what can be seen of the submission alone is checked
 * @throws as {@link scoreSubmission} does, but no SubmissionError
 */
export async function checkSubmission(
  task: TaskName,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  options: ScoreOptions = {},
): Promise<readonly Mistake[]> {
  return checkWith(readPng, task, truth, submission, options);
}

/** {@link checkSubmission} by the platform's PNG reader. */
export async function checkWith(
  read: ReadPng,
  task: TaskName,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  options: ScoreOptions,
): Promise<readonly Mistake[]> {
  const { truthMistakes, mistakes } = await walk(read, taskOf(task), truth, submission, options);
  if (truthMistakes.length > 0) throw new TruthError(truthMistakes);
  return mistakes;
}

async function walk(
  read: ReadPng,
  task: Task,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  options: ScoreOptions,
): Promise<Walked> {
  checkOptions(options, [...READ_BOUNDS, "onProgress", "signal"]);
  if (truth !== undefined) checkFiles("truth", truth);
  checkFiles("submission", submission);
  options.signal?.throwIfAborted();
  const run: Run = { bounds: boundsOf(options), readPng: read, signal: options.signal, onProgress: options.onProgress };
  const { mistakes, ...walked } = await walkOf(task, truth, submission, run);
  return { ...walked, mistakes: mistakes.toSorted(byImage) };
}

function walkOf(task: Task, truth: ChallengeFiles | undefined, submission: ChallengeFiles, run: Run): Promise<Walked> {
  switch (task.kind) {
    case "masks":
      return walkMasks(task, truth, submission, run);
    case "arrays":
      return walkArrays(task, truth, submission, run);
    case "table":
      return walkTable(task, truth, submission, run);
  }
}

/** By line, then by image; what is about neither comes first. */
function byImage(a: Mistake, b: Mistake): number {
  if ((a.row ?? 0) !== (b.row ?? 0)) return (a.row ?? 0) - (b.row ?? 0);
  const [first, second] = [a.image ?? "", b.image ?? ""];
  return first < second ? -1 : first > second ? 1 : 0;
}
