/** A text of lines that several processes append to, and read on from where they were. */
import { closeSync, constants, mkdirSync, openSync, realpathSync, writeSync } from "node:fs";
import { appendFile, type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { UnsafeFolderError } from "./errors.ts";
import { isAbsent } from "./whole-file.ts";

/** To the end of the file itself, never of one that a link in its place names; Windows has no such flag. */
const APPEND: number = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);

export interface NewLines {
  /** The text is another one, or gone: what was read before is no longer said. */
  readonly anew: boolean;
  readonly lines: readonly string[];
}

/** How far a text was read. */
interface Place {
  readonly inode: number;
  readonly offset: number;
}

/** What is to take the place of the text up to there. */
export interface Replacement {
  readonly upTo: Place;
  readonly lines: Iterable<string>;
}

export class JournalText {
  readonly #path: string;
  #safe = false;
  #place: Place = { inode: 0, offset: 0 };

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Written at once and synchronously: a line is short, and three trips to the thread pool cost more than the write.
   * The newline in front ends a line that a crash may have cut.
   */
  append(line: string): void {
    try {
      if (!this.#safe) this.#makeFolder();
      append(this.#path, `\n${line}\n`);
    } catch (error) {
      // Another process has erased the folder.
      if (!isAbsent(error)) throw error;
      this.#makeFolder();
      append(this.#path, `\n${line}\n`);
    }
  }

  #makeFolder(): void {
    const folder = dirname(this.#path);
    mkdirSync(folder, { recursive: true });
    if (realpathSync(folder) !== folder) throw new UnsafeFolderError(folder, "a symbolic link leads out of its place");
    this.#safe = true;
  }

  /** What was added since the last call. */
  async readOn(): Promise<NewLines> {
    const handle = await openIfThere(this.#path);
    if (handle === undefined) {
      this.#place = { inode: 0, offset: 0 };
      return { anew: true, lines: [] };
    }
    try {
      const { ino, size } = await handle.stat();
      const anew = ino !== this.#place.inode || size < this.#place.offset;
      const from = anew ? 0 : this.#place.offset;
      const { end, lines } = await readLines(handle, from, size);
      this.#place = { inode: ino, offset: end };
      return { anew, lines };
    } finally {
      await handle.close();
    }
  }

  /** How far it was read. */
  get place(): Place {
    return this.#place;
  }

  /** Puts another text in its place, which `write` makes after having read on. */
  async replace(temporary: string, write: () => Promise<Replacement>): Promise<void> {
    const old = await openIfThere(this.#path);
    if (old === undefined) return;
    try {
      const { upTo, lines } = await write();
      // Another process has just done it.
      if ((await old.stat()).ino !== upTo.inode) return;
      await appendFile(temporary, `${[...lines].join("\n")}\n`);
      await rename(temporary, this.#path);
      await this.#carryOver(old, upTo.offset);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await old.close();
    }
  }

  /** Lines that others added to the old text meanwhile. */
  async #carryOver(old: FileHandle, from: number): Promise<void> {
    const { lines } = await readLines(old, from, (await old.stat()).size);
    if (lines.length > 0) await appendFile(this.#path, `\n${lines.join("\n")}\n`);
  }
}

/** A last line without its end is still being written, or was cut by a crash; both are read again later. */
async function readLines(handle: FileHandle, from: number, size: number): Promise<{ end: number; lines: string[] }> {
  if (size <= from) return { end: from, lines: [] };
  const bytes = Buffer.allocUnsafe(size - from);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
  const length = bytes.subarray(0, bytesRead).lastIndexOf(10) + 1;
  const lines = bytes.toString("utf8", 0, length).split("\n");
  return { end: from + length, lines: lines.filter((line) => line !== "") };
}

function append(path: string, text: string): void {
  const file = openSync(path, APPEND);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
