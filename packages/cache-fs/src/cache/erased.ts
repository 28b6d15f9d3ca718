/** Folders that leave their place at once, and the disk a little later. */
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAbsent, isForbidden } from "../files/codes.ts";
import { isGone, parseProcessName, processName } from "../files/process-name.ts";
import { namesIn } from "../files/read.ts";

const ERASED = ".erased-";

/** Removes a folder of a cache; a process that is killed meanwhile leaves what {@link removeErased} finds. */
export async function eraseFolder(root: string, folder: string): Promise<void> {
  const erased = join(root, ERASED + processName().next());
  try {
    await rename(folder, erased);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
  await rm(erased, { recursive: true, force: true });
}

/**
 * Removes folders that were being erased when their process died. One that cannot be removed does not keep the others.
 *
 * @returns the paths of those that are gone
 * @throws the first error of the system, after all were tried; what this user may not remove is no error
 */
export async function removeErased(root: string): Promise<string[]> {
  const removed: string[] = [];
  const failed: unknown[] = [];
  for (const name of await namesIn(root)) {
    if (!name.startsWith(ERASED)) continue;
    const eraser = parseProcessName(name.slice(ERASED.length));
    // Nothing reads them, so those of unknown processes go too: at worst two remove the same files.
    if (eraser !== undefined && eraser.pid === process.pid && !isGone(eraser)) continue;
    try {
      await rm(join(root, name), { recursive: true, force: true });
      removed.push(join(root, name));
    } catch (error) {
      if (!isForbidden(error) && !isAbsent(error)) failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
  return removed;
}
