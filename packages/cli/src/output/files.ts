import { readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ANONYMOUS } from "@isic/cache";
import { CommandError } from "./failure.ts";

/** How results are written: what an account may see is its own, so new files of it are closed to other users (0600). */
export function closedFor({ account }: { readonly account: string }): { readonly private: boolean } {
  return { private: account !== ANONYMOUS };
}

/** The same of what is made of a file or folder: where that is closed, so is this. */
export async function asClosedAs(path: string): Promise<{ readonly private: boolean }> {
  // Windows has no such bits.
  return { private: process.platform !== "win32" && ((await stat(path)).mode & 0o077) === 0 };
}

/** Says before the work that a file would be written over what is read, or over another file of the same command. */
export async function checkNotOverwritten(
  input: string,
  outputs: Readonly<Record<string, string | undefined>>,
  called: string = "the photo itself",
): Promise<void> {
  const taken = new Map([[await placeOf(input), called]]);
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    const place = await placeOf(path);
    const other = taken.get(place);
    if (other !== undefined)
      throw new CommandError(`${option} ${path} would overwrite ${other}: name another file.`, 2);
    taken.set(place, `what ${option} writes`);
  }
}

/** Where a path ends: what is written to a link goes to the file behind it, also to one that is not there yet. */
async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return resolve(path);
  }
  const linked = await readlink(path).catch(() => undefined);
  if (linked !== undefined) return placeOf(resolve(dirname(path), linked));
  const folder = await realpath(dirname(path)).catch(() => resolve(dirname(path)));
  return join(folder, basename(path));
}
