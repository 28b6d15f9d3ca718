/** A text of lines that several processes append to, and read on from where they were. */
import { realpathSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { FileTooLargeError, UnsafeFolderError } from "../errors.ts";
import { isAbsent } from "../files/codes.ts";
import { makeFolderSync } from "../files/folders.ts";
import { appendIfThere, appendText } from "../files/lines.ts";
import { openToRead } from "../files/read.ts";
import { writeWhole } from "../files/write.ts";

/** Larger than any journal that is kept small by being compacted: so large a file is none, or an enemy's. */
const MAX_JOURNAL_BYTES: number = 64 * 2 ** 20;
/** Longer than any line that we write. */
const MAX_LINE_BYTES = 2 ** 16;

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

/** Where others erase the folder again and again, there is nothing worth a line. */
const ATTEMPTS = 5;

const NOTHING: NewLines = { anew: true, lines: [] };

export class JournalText {
  readonly path: string;
  readonly #private: boolean;
  #safe = false;
  #place: Place = { inode: 0, offset: 0 };

  constructor(path: string, options: { readonly private: boolean }) {
    this.path = path;
    this.#private = options.private;
  }

  /**
   * Written at once and synchronously: a line is short, and three trips to the thread pool cost more than the write.
   * The newline in front ends a line that a crash may have cut.
   *
   * @throws UnsafeFolderError for a link, a pipe, and a folder behind a link
   */
  append(line: string): void {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      try {
        if (!this.#safe) this.#makeFolder();
        appendText(this.path, `\n${line}\n`, { private: this.#private });
        return;
      } catch (error) {
        // Another process erases the folder, and with it what this line tells of.
        if (!isAbsent(error)) throw error;
        this.#safe = false;
      }
    }
  }

  /**
   * For what tells of entries that are there already: where another process has erased the folder, their names do not
   * come back with it.
   *
   * @throws as {@link append}
   */
  appendIfThere(line: string): void {
    appendIfThere(this.path, `\n${line}\n`);
  }

  #makeFolder(): void {
    const folder = dirname(this.path);
    makeFolderSync(folder, { private: this.#private });
    if (realpathSync(folder) !== folder) throw new UnsafeFolderError(folder, "link");
    this.#safe = true;
  }

  /** What was added since the last call. A text that cannot be one says nothing; {@link fault} tells why. */
  async readOn(): Promise<NewLines> {
    try {
      return await this.#readOn();
    } catch (error) {
      if (!isFault(error)) throw error;
      this.#place = { inode: 0, offset: 0 };
      return NOTHING;
    }
  }

  async #readOn(): Promise<NewLines> {
    const handle = await openToRead(this.path);
    if (handle === undefined) {
      this.#place = { inode: 0, offset: 0 };
      return NOTHING;
    }
    try {
      const { ino, size } = await handle.stat();
      if (size > MAX_JOURNAL_BYTES) throw new FileTooLargeError(this.path, size, MAX_JOURNAL_BYTES);
      const anew = ino !== this.#place.inode || size < this.#place.offset;
      const from = anew ? 0 : this.#place.offset;
      const { end, lines } = await readLines(handle, from, size);
      this.#place = { inode: ino, offset: end };
      return { anew, lines };
    } finally {
      await handle.close();
    }
  }

  /** What is wrong with the text as a whole, if anything. */
  async fault(): Promise<string | undefined> {
    try {
      await this.#readOn();
      return undefined;
    } catch (error) {
      if (isFault(error)) return error.message;
      throw error;
    }
  }

  /** How far it was read. */
  get place(): Place {
    return this.#place;
  }

  /** Puts another text in its place, which `write` makes after having read on. */
  async replace(temporary: string, write: () => Promise<Replacement>): Promise<void> {
    const old = await openToRead(this.path);
    if (old === undefined) return;
    try {
      const { upTo, lines } = await write();
      // Another process has just done it.
      if ((await old.stat()).ino !== upTo.inode) return;
      await writeWhole(this.path, `${[...lines].join("\n")}\n`, { temporary, private: this.#private });
      await this.#carryOver(old, upTo.offset);
    } finally {
      await old.close();
    }
  }

  /** Lines that others added to the old text meanwhile. */
  async #carryOver(old: FileHandle, from: number): Promise<void> {
    const { lines } = await readLines(old, from, (await old.stat()).size);
    if (lines.length > 0) appendText(this.path, `\n${lines.join("\n")}\n`, { private: this.#private });
  }
}

function isFault(error: unknown): error is UnsafeFolderError | FileTooLargeError {
  return error instanceof UnsafeFolderError || error instanceof FileTooLargeError;
}

/** A last line without its end is still being written, or was cut by a crash; both are read again later. */
async function readLines(handle: FileHandle, from: number, size: number): Promise<{ end: number; lines: string[] }> {
  if (size <= from) return { end: from, lines: [] };
  const bytes = Buffer.allocUnsafe(size - from);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
  const length = bytes.subarray(0, bytesRead).lastIndexOf(10) + 1;
  const lines = bytes.toString("utf8", 0, length).split("\n");
  return { end: from + length, lines: lines.filter((line) => line !== "" && line.length <= MAX_LINE_BYTES) };
}
