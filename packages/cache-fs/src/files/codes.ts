/** What the system's error codes mean to us. */
import { constants } from "node:os";

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

const READ_ONLY = new Set(["EACCES", "EROFS", "EPERM"]);

/** This user may not write there. */
export function isForbidden(error: unknown): boolean {
  return READ_ONLY.has(codeOf(error) ?? "");
}
