/** Files that are not whole yet, under names that tell who writes them, and what becomes of them when that process dies. */

import { createHash } from "node:crypto";
import { lstat, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { isAbsent } from "./codes.ts";
import { isGone, parseProcessName, placeOf, processName } from "./process-name.ts";
import { namesIn } from "./read.ts";

const PREFIX = ".isic-partial.";
/** Those of processes that cannot be asked for are left alone for a day. */
const FOREIGN_AGE_MS = 24 * 3_600_000;
/** As downloads of the first versions named them: `<pid>.<host>-<random>-<number>`. */
const FIRST_NAME = /^([0-9]+)\.([0-9a-f]{8})-[0-9a-f]{8}-[0-9]+$/;

/** A name of its own beside `path`, for the time until the file is whole. */
export function temporaryPath(path: string): string {
  return join(dirname(path), PREFIX + processName().next());
}

/** Is this the name of a file that was never finished? */
export function isTemporaryName(name: string): boolean {
  return name.startsWith(PREFIX);
}

/**
 * Is it certain, or after a day as good as certain, that nobody will finish this file? Names of other kinds never are.
 *
 * @param name as {@link temporaryPath} gives them; or, with `bare`, a bare process name, in a folder of its own
 */
export async function isAbandoned(
  folder: string,
  name: string,
  options: { readonly bare?: boolean } = {},
): Promise<boolean> {
  if (options.bare !== true && !isTemporaryName(name)) return false;
  const text = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
  const first = FIRST_NAME.exec(text);
  const writer = first === null ? parseProcessName(text) : firstWriter(first);
  if (writer !== undefined && isGone(writer)) return true;
  // One of our own place that lives may take as long as it likes.
  if (writer?.place === placeOf()) return false;
  try {
    return Date.now() - (await lstat(join(folder, name))).mtimeMs > FOREIGN_AGE_MS;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

function firstWriter([, pid, host]: RegExpExecArray): { place: string; pid: number; start: number } {
  const here = createHash("sha256").update(hostname()).digest("hex").slice(0, 8);
  return { place: host === here ? placeOf() : host!, pid: Number(pid), start: 0 };
}

/** A folder that holds nothing but unfinished files: their names need no mark. */
export class TemporaryFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** A path that nobody else uses. */
  newPath(): string {
    return join(this.path, processName().next());
  }

  /** The paths of what dead processes left. */
  async leftovers(): Promise<string[]> {
    const found: string[] = [];
    for (const name of await namesIn(this.path)) {
      if (await isAbandoned(this.path, name, { bare: true })) found.push(join(this.path, name));
    }
    return found;
  }

  async sweep(): Promise<void> {
    for (const path of await this.leftovers()) await rm(path, { recursive: true, force: true });
  }
}

export interface RemoveAbandonedOptions {
  /** Look in the folders below too. Links are not followed. @default false */
  readonly recursive?: boolean;
}

/** Removes what dead processes left unfinished in a folder. @returns the paths of what was removed */
export async function removeAbandoned(folder: string, options: RemoveAbandonedOptions = {}): Promise<string[]> {
  const removed: string[] = [];
  for await (const [place, name] of entriesOf(folder, options.recursive === true)) {
    if (!isTemporaryName(name) || !(await isAbandoned(place, name))) continue;
    const path = join(place, name);
    await rm(path, { recursive: true, force: true });
    removed.push(path);
  }
  return removed;
}

/** What lies in a folder, with the folder it lies in. What others remove meanwhile is no error: they work there too. */
async function* entriesOf(folder: string, recursive: boolean): AsyncGenerator<[place: string, name: string]> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    yield [folder, entry.name];
    if (!recursive || !entry.isDirectory()) continue;
    try {
      yield* entriesOf(join(folder, entry.name), recursive);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}
