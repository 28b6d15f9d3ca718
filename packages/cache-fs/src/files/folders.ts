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
  const mode = modeOf(options);
  let first: string | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      await mkdir(folder, mode);
      return first ?? folder;
    } catch (error) {
      const found = await stat(folder).catch(() => undefined);
      if (found?.isDirectory()) return first;
      if (found !== undefined || !mayComeRight(error, folder, attempt)) throw error;
      first = (await makeFolder(dirname(folder), options)) ?? first;
    }
  }
}

/** {@link makeFolder} by the calls that hold up their thread. */
export function makeFolderSync(path: string, options: MakeFolderOptions = {}): void {
  const folder = resolve(path);
  for (let attempt = 1; ; attempt++) {
    try {
      mkdirSync(folder, modeOf(options));
      return;
    } catch (error) {
      const found = statSync(folder, { throwIfNoEntry: false });
      if (found?.isDirectory()) return;
      if (found !== undefined || !mayComeRight(error, folder, attempt)) throw error;
      makeFolderSync(dirname(folder), options);
    }
  }
}

const modeOf = (options: MakeFolderOptions): number => (options.private === true ? PRIVATE_FOLDER : 0o777);

/** Others may remove what is just being made; a file system that makes no folders says so again and again. */
const ATTEMPTS = 5;

/** The folder above is missing, or the one in question was removed since. */
function mayComeRight(error: unknown, folder: string, attempt: number): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return (code === "ENOENT" || code === "EEXIST") && dirname(folder) !== folder && attempt < ATTEMPTS;
}
