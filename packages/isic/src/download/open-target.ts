import { existsSync } from "node:fs";
import { isFull, makeFolder, removeAbandoned, systemReason } from "@isic/cache-fs/files";
import { DownloadTargetError } from "../errors.ts";
import { isDiskTrouble } from "./retry.ts";

/** Makes the folder if need be, and sweeps away what killed downloads left half-written in it. */
export async function openTarget(target: string, options: { readonly private: boolean }): Promise<void> {
  try {
    await makeFolder(target, options);
    await removeAbandoned(target, { recursive: true });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOENT") throw targetError(target, cause);
    // Its parents were made; a file system such as /proc takes none.
    throw new DownloadTargetError(target, `${target} cannot be made: there can be no folder in that place.`, { cause });
  }
}

/** An error of the file system in words that say what to do. */
export function targetError(target: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException;
  const say = (message: string): DownloadTargetError => new DownloadTargetError(target, message, { cause });
  if (code === "EEXIST" || code === "ENOTDIR") {
    return say(`${target} is a file, or lies below one: choose another target.`);
  }
  if (isFull(cause)) {
    return say(`The disk of ${target} is full. Make room and run the same command again: what is there stays.`);
  }
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    // Where the target may be written, a file in it may be closed on its own.
    const { path = target, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === "open" && path !== target && existsSync(path))
      return say(`${path} may not be read or written (${code}): change its permissions.`);
    return say(`${target} may not be written (${code}): choose another target, or change its permissions.`);
  }
  if (code === "ENOENT") return say(`${target} does not exist.`);
  if (!isDiskTrouble(cause)) return cause;
  return say(`${target} cannot be written: ${systemReason(cause) ?? (cause as Error).message}.`);
}
