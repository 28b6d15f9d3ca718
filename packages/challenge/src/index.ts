/**
 * The files of the ISIC challenges of 2016 to 2020 and 2024: read, written, checked, and scored as the official scorers do.
 *
 * @module
 */
export type { Bounds } from "./bounds.ts";
export type { Mistake, MistakeKind } from "./check/mistakes.ts";
export {
  BoundsError,
  ChallengeError,
  ChallengeFileError,
  MaskFileError,
  type MaskFileProblem,
  SourceError,
  SubmissionError,
  TruthError,
  UnknownTaskError,
} from "./errors.ts";
export { type DrawFeatureOptions, drawFeature, type LoadedSuperpixels } from "./features/draw-feature.ts";
export {
  type FeatureArrays,
  type ReadArraysOptions,
  readFeatureArrays,
  writeFeatureArrays,
} from "./features/feature-arrays.ts";
export { type ChallengeFiles, type FileBounds, type FileEntry, filesInMemory, filesOfPage } from "./files/files.ts";
export { filesInZip, type ZipOptions } from "./files/zip.ts";
export { type ReadMaskOptions, readMask } from "./masks/read-mask.ts";
export { writeMask } from "./masks/write-mask.ts";
export {
  accuracy,
  type Confusion,
  diceCoefficient,
  jaccardIndex,
  maskConfusion,
  negativePredictiveValue,
  precision,
  sensitivity,
  specificity,
  thresholdJaccard,
  valueConfusion,
} from "./metrics/confusion.ts";
export { balancedAccuracy, decide } from "./metrics/multiclass.ts";
export type { MetricName, Metrics } from "./metrics/names.ts";
export {
  aucAboveSensitivity,
  averagePrecision,
  partialAuc,
  type RocCurve,
  rocAuc,
  rocCurve,
  specificityAtSensitivity,
} from "./metrics/ranking.ts";
export type { ImageScore, Progress } from "./score/run.ts";
export { type ChallengeScore, checkSubmission, type ScoreOptions, scoreSubmission } from "./score/score-submission.ts";
export { type ReadTableOptions, readTable, writeTable } from "./tables/classification-table.ts";
export type { ClassificationTable } from "./tables/parse-table.ts";
export { challengeFileName } from "./tasks/file-names.ts";
export {
  type ArrayTask,
  type MaskTask,
  TASKS,
  type TableTask,
  type Task,
  type TaskName,
  taskOf,
  type Undefined,
} from "./tasks/tasks.ts";
