/** Files that are there already, given a second place. */
import { createReadStream } from "node:fs";
import { link, lstat, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "./folders.ts";
import { temporaryPath } from "./temporaries.ts";
import { type WriteWholeOptions, writeWhole } from "./write.ts";

/**
 * Gives a file a second place: as another name of the same file (a hard link, with the file's own permissions), which costs
 * no room, or as a copy where the file system has no such names. What is in the place is replaced, unless it is that file
 * already; on any failure it is still there. The folder is made when missing.
 *
 * @throws LockLostError, or the system's error with its `code`
 */
export async function placeLink(
  from: string,
  path: string,
  options: Pick<WriteWholeOptions, "lock" | "private"> = {},
): Promise<void> {
  const [file, there] = await Promise.all([stat(from), lstat(path).catch(() => undefined)]);
  // A rename between two names of one file does nothing, and would leave the temporary one.
  if (there !== undefined && there.ino === file.ino && there.dev === file.dev && file.ino !== 0) return;
  await makeFolder(dirname(path), options);
  const temporary = temporaryPath(path);
  const isLinked = await link(from, temporary).then(
    () => true,
    () => false,
  );
  if (!isLinked) {
    await writeWhole(path, createReadStream(from), options);
    return;
  }
  try {
    options.lock?.check();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
