/** Files that something else makes, put in their place when they are whole. */
import { constants, copyFile, link, lstat, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "./folders.ts";
import type { Lock } from "./lock.ts";
import { temporaryPath } from "./temporaries.ts";

export interface PlaceOptions {
  /** Checked at the last moment: the file is not put in place by one who has lost this lock. */
  readonly lock?: Pick<Lock, "check">;
}

/**
 * Lets `make` write a file at a path of its own beside `path`, and renames it into place when that is done; the folder is
 * made when missing. On any failure what was made is gone, and what was in the place before is still there.
 *
 * @throws what `make` throws, LockLostError, or the system's error with its `code`
 */
export async function placeWhole(
  path: string,
  make: (temporary: string) => Promise<void>,
  { lock }: PlaceOptions = {},
): Promise<void> {
  await makeFolder(dirname(path));
  const temporary = temporaryPath(path);
  try {
    await make(temporary);
    lock?.check();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Gives a file a second place: as another name of the same file (a hard link), which costs no room, or as a copy where the
 * file system has no such names. What is in the place is replaced, unless it is that file already.
 *
 * @throws LockLostError, or the system's error with its `code`
 */
export async function placeLink(from: string, path: string, options: PlaceOptions = {}): Promise<void> {
  const [file, there] = await Promise.all([stat(from), lstat(path).catch(() => undefined)]);
  // A rename between two names of one file does nothing, and would leave the temporary one.
  if (there !== undefined && there.ino === file.ino && there.dev === file.dev && file.ino !== 0) return;
  await placeWhole(
    path,
    (temporary) => link(from, temporary).catch(() => copyFile(from, temporary, constants.COPYFILE_EXCL)),
    options,
  );
}
