/**
 * Downloads that one can stop, repeat, shard, verify and repair. For Node: they write files.
 *
 * @module
 */

export type { ImageSelection as RecordSelection } from "../archive/archive.ts";
export { DownloadTargetError, NoAnswerError, NotAnImageError, StalledError } from "../errors.ts";
export { challengeLabel, challenges } from "./challenge-labels.ts";
export { type DownloadOptions, download } from "./download.ts";
export { type FilePattern, parsePattern } from "./file-names.ts";
export { parseEntry, parseShard, type Shard } from "./manifest.ts";
export { bytesThere, checkFree, type DownloadPlan, freeBytes, type PlanOptions, planDownload } from "./plan.ts";
export { type RepairOptions, type RepairResult, repair } from "./repair.ts";
export { shrink } from "./shrink.ts";
export { type DownloadSelection, downloadSource, selectRecords } from "./source.ts";
export { stemOf } from "./stem-owners.ts";
export { MetadataTable } from "./tables/metadata-table.ts";
export { describedRecord } from "./tables/rows.ts";
export type { TableFormat } from "./tables/write-tables.ts";
export type {
  ChangedLicence,
  DownloadImage,
  DownloadProgress,
  DownloadSource,
  DownloadSummary,
  EntryState,
  IncomingFile,
  ManifestEntry,
  OpenContext,
  Part,
} from "./types.ts";
export { type BrokenFile, markBroken, readManifest, type VerifyOptions, type VerifyResult, verify } from "./verify.ts";
