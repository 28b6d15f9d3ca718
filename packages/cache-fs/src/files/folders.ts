import { mkdirSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** Only their owner may enter folders, and read files, that are private. */
export const PRIVATE_FOLDER = 0o700;
export const PRIVATE_FILE = 0o600;

export interface MakeFolderOptions {
  /**
   * Every folder that is made is closed to other users of the machine from its creation (0700). Those that are there
   * stay as they are.
   * @default false
   */
  readonly private?: boolean;
}

/**
 * Makes a folder and those above it, where they are missing. Node's own `mkdir(..., { recursive: true })` never ends
 * where a folder is there and yet takes no other, as `/proc` does.
 *
 * @returns the topmost folder that was made; `undefined` if all were there
 * @throws the system's error, with its `code`: `EEXIST` or `ENOTDIR` where a file is in the way
 */
export async function makeFolder(path: string, options: MakeFolderOptions = {}): Promise<string | undefined> {
  const folder = resolve(path);
  const mode = options.private === true ? PRIVATE_FOLDER : 0o777;
  try {
    await mkdir(folder, mode);
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (await isFolder(folder)) return undefined;
    if (code !== "ENOENT" || dirname(folder) === folder) throw error;
  }
  const first = await makeFolder(dirname(folder), options);
  try {
    await mkdir(folder, mode);
  } catch (error) {
    // Another process may have been quicker.
    if (!(await isFolder(folder))) throw error;
  }
  return first ?? folder;
}

/** {@link makeFolder} by the calls that hold up their thread. */
export function makeFolderSync(path: string, options: MakeFolderOptions = {}): void {
  const folder = resolve(path);
  const mode = options.private === true ? PRIVATE_FOLDER : 0o777;
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
    if (code !== "ENOENT" || dirname(folder) === folder) throw error;
    makeFolderSync(dirname(folder), options);
    try {
      mkdirSync(folder, mode);
    } catch (again) {
      if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw again;
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
