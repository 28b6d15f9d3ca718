/** What the system's error codes mean to us. */
import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

/** There is nothing of that name. */
export function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** The disk, or the user's share of it, is full. */
export function isFull(error: unknown): boolean {
  // Node has no name for this one: its code is "UNKNOWN", or says "Unknown system error".
  const isQuota = (error as NodeJS.ErrnoException | undefined)?.errno === -constants.errno.EDQUOT;
  return isQuota || FULL.has(codeOf(error) ?? "");
}

/**
 * What the system says of a file, without its call and its paths: `i/o error (EIO)`. `undefined` for every other error.
 */
export function systemReason(error: unknown): string | undefined {
  const { code, errno, syscall, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (!(error instanceof Error) || typeof code !== "string" || typeof errno !== "number") return undefined;
  const isOfFile = path !== undefined || FILE_CALLS.has(syscall ?? "") || (syscall === "read" && code === "EIO");
  if (!isOfFile) return undefined;
  return `${getSystemErrorMap().get(errno)?.[1] ?? "unknown error"} (${code})`;
}

/** Calls on a file that is open: their errors name no path. */
const FILE_CALLS = new Set(["write", "fsync", "fdatasync", "ftruncate", "fstat", "close", "copyfile"]);

const READ_ONLY = new Set(["EACCES", "EROFS", "EPERM"]);

/** This user may not write there. */
export function isForbidden(error: unknown): boolean {
  return READ_ONLY.has(codeOf(error) ?? "");
}
