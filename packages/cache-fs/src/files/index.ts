/**
 * Files, written whole or not at all, by one process at a time: the one place in the project for it.
 *
 * @module
 */
export { FileTooLargeError, LockLostError, UnsafeFolderError } from "../errors.ts";
export { isAbsent, isForbidden, isFull, systemReason } from "./codes.ts";
export type { MakeFolderOptions } from "./folders.ts";
export { makeFolder, makeFolderSync } from "./folders.ts";
export type { LineFile, LineFileOptions } from "./lines.ts";
export { openLineFile } from "./lines.ts";
export type { Lock, LockHolder, LockOptions } from "./lock.ts";
export { lockFile, withLock } from "./lock.ts";
export { writeOutput } from "./output.ts";
export { placeLink } from "./place.ts";
export type { ProcessId, ProcessName } from "./process-name.ts";
export { createProcessName, isGone, parseProcessName, processName } from "./process-name.ts";
export type { FileIdentity, ReadOptions, WholeFile } from "./read.ts";
export { readText, readWhole } from "./read.ts";
export type { SafeFileNameOptions } from "./safe-file-name.ts";
export { distinctFileNames, foldedName, safeFileName } from "./safe-file-name.ts";
export type { RemoveAbandonedOptions } from "./temporaries.ts";
export { isAbandoned, isTemporaryName, removeAbandoned, temporaryPath } from "./temporaries.ts";
export type { FileContent, WriteWholeOptions } from "./write.ts";
export { writeWhole, writeWholeSync } from "./write.ts";
