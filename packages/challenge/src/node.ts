/**
 * Everything of `@isic/challenge`, for Node: masks are inflated by `node:zlib`, and files are read from disk.
 *
 * @module
 */
import type { Raster } from "@isic/core-wasm";
import { boundsOf, checkOptions } from "./bounds.ts";
import type { Mistake } from "./check/mistakes.ts";
import type { ChallengeFiles } from "./files/files.ts";
import { decodeMask, type ReadMaskOptions } from "./masks/read-mask.ts";
import { inflateByZlib } from "./node/inflate.ts";
import { type ChallengeScore, checkWith, type ScoreOptions, scoreWith } from "./score/score-submission.ts";
import type { TaskName } from "./tasks/tasks.ts";

export { type ImportOptions, type ImportReport, importChallenge } from "./import/import-challenge.ts";
export * from "./index.ts";
export { filesAt } from "./node/files-at.ts";

/** `readMask` of `@isic/challenge`, faster. @throws MaskFileError */
export async function readMask(bytes: Uint8Array<ArrayBuffer>, options: ReadMaskOptions = {}): Promise<Raster> {
  checkOptions(options, ["maxPixels", "signal"]);
  return decodeMask(bytes, boundsOf(options).maxPixels, inflateByZlib, options.signal);
}

/** `scoreSubmission` of `@isic/challenge`, faster. @throws as it does */
export async function scoreSubmission(
  task: TaskName,
  truth: ChallengeFiles,
  submission: ChallengeFiles,
  options: ScoreOptions = {},
): Promise<ChallengeScore> {
  return scoreWith(inflateByZlib, task, truth, submission, options);
}

/** `checkSubmission` of `@isic/challenge`, faster. @throws as it does */
export async function checkSubmission(
  task: TaskName,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  options: ScoreOptions = {},
): Promise<readonly Mistake[]> {
  return checkWith(inflateByZlib, task, truth, submission, options);
}
