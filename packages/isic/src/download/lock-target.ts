import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type Lock, type LockHolder, lockFile } from "@isic/cache-fs/files";
import { withoutUndefined } from "../session/options.ts";
import { targetError } from "./open-target.ts";

/** The lock of a manifest, by its name: one process at a time writes it. */
export const lockName = (manifest: string): string => `.${manifest}.lock`;

export interface LockTargetOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called once if another process is at work. */
  readonly onWait?: ((holder: LockHolder) => void) | undefined;
  readonly private?: boolean;
}

/**
 * Waits until nobody else writes that manifest of the folder, and holds its lock.
 *
 * @throws DownloadTargetError where no lock can be made; the signal's reason
 */
export async function lockTarget(target: string, manifest: string, options: LockTargetOptions = {}): Promise<Lock> {
  try {
    return await lockFile(join(target, lockName(manifest)), withoutUndefined(options));
  } catch (error) {
    throw targetError(target, error);
  }
}

/** Was what is in this manifest closed to others? Then it stays so, whoever writes it next. */
export async function isClosed(target: string, manifest: string): Promise<boolean> {
  // Windows has no such bits.
  if (process.platform === "win32") return false;
  const found = await stat(join(target, manifest)).catch(() => undefined);
  return found !== undefined && (found.mode & 0o077) === 0;
}
