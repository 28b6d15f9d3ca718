/**
 * Data sets in Node: made from a recipe, rebuilt from a lock, checked; duplicates in any folder.
 *
 * @module
 */
export { type BuiltDataset, buildDataset } from "./build/build.ts";
export { type CheckDatasetOptions, type CheckedDataset, checkDataset, type DatasetProblem } from "./build/check.ts";
export type { Difference } from "./build/differences.ts";
export { type DatasetLock, type LockedFile, type LockedImage, readLock } from "./build/lock-file.ts";
export type { BuildDatasetOptions } from "./build/open-build.ts";
export { type DatasetPreview, previewDataset } from "./build/preview.ts";
export type { BuildProgress } from "./build/progress.ts";
export { type DuplicatesReport, duplicatesPage, fileAddress } from "./duplicates/report.ts";
export { duplicatesIn, type FolderDuplicates, type FolderDuplicatesOptions } from "./duplicates/scan-folder.ts";
export * from "./index.ts";
