/**
 * Everything of `@isic/challenge`, for Node: masks are unpacked by `node:zlib`, and files are read from disk.
 *
 * @module
 */
import type { Raster } from "@isic/core-wasm";
import { readPng } from "@isic/core-wasm/node";
import type { Mistake } from "./check/mistakes.ts";
import type { ChallengeFiles } from "./files/files.ts";
import { type ReadMaskOptions, readMaskWith } from "./masks/read-mask.ts";
import { type ChallengeScore, checkWith, type ScoreOptions, scoreWith } from "./score/score-submission.ts";
import type { TaskName } from "./tasks/tasks.ts";

export { type ImportOptions, type ImportReport, importChallenge } from "./import/import-challenge.ts";
export * from "./index.ts";
export { filesAt } from "./node/files-at.ts";

/** `readMask` of `@isic/challenge`, faster. @throws MaskFileError */
export async function readMask(bytes: Uint8Array<ArrayBuffer>, options: ReadMaskOptions = {}): Promise<Raster> {
  return readMaskWith(readPng, bytes, options);
}

/** `scoreSubmission` of `@isic/challenge`, faster. @throws as it does */
export async function scoreSubmission(
  task: TaskName,
  truth: ChallengeFiles,
  submission: ChallengeFiles,
  options: ScoreOptions = {},
): Promise<ChallengeScore> {
  return scoreWith(readPng, task, truth, submission, options);
}

/** `checkSubmission` of `@isic/challenge`, faster. @throws as it does */
export async function checkSubmission(
  task: TaskName,
  truth: ChallengeFiles | undefined,
  submission: ChallengeFiles,
  options: ScoreOptions = {},
): Promise<readonly Mistake[]> {
  return checkWith(readPng, task, truth, submission, options);
}
