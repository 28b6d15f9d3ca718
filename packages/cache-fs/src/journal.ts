/**
 * What is known about the entries of one subfolder: an append-only text beside them, one JSON array per line.
 *
 * A line speaks of one version of a file, told by inode, time and size, and is believed only while the file is that
 * version. So a lost or late line costs knowledge, never an entry: a file without a line is one that is not verified.
 */
import { closeSync, constants, mkdirSync, openSync, realpathSync, writeSync } from "node:fs";
import { appendFile, type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { EntryInfo, EntryNotes } from "@isic/cache";
import { UnsafeFolderError } from "./errors.ts";
import { type FileIdentity, isAbsent } from "./whole-file.ts";

/** What a line says about one version of a file. */
export interface Meta extends FileIdentity {
  readonly created: number;
  readonly sha256: string;
  readonly notes: EntryNotes;
}

interface Known {
  meta: Meta | undefined;
  lastUsed: number;
  pinned: boolean;
}

type Line =
  | [
      "+",
      key: string,
      size: number,
      mtimeMs: number,
      ino: number,
      created: number,
      sha256: string,
      notes: EntryNotes | 0,
    ]
  | ["-", key: string]
  | ["u", time: number, ...keys: string[]]
  | ["p", key: string, pinned: 0 | 1];

/** To the end of the file itself, never of one that a link in its place names; Windows has no such flag. */
const APPEND: number = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0);
/** A later use within this time is not worth a line. */
const USE_GRAIN_MS = 60_000;
/** Compacted when more than this many lines, and more than half of them, are out of date. */
const STALE_LINES = 1000;

export class Journal {
  readonly path: string;
  readonly #known = new Map<string, Known>();
  /** Uses of this process that no line tells yet. */
  readonly #used = new Map<string, number>();
  #safe = false;
  #offset = 0;
  #inode = 0;
  #lines = 0;
  #reading: Promise<void> | undefined;

  constructor(path: string) {
    this.path = path;
  }

  /** What is known about the file of this version; a file of another version is not the one that was written down. */
  infoOf(key: string, identity: FileIdentity): EntryInfo {
    const known = this.#known.get(key);
    const meta = this.metaOf(key, identity);
    return {
      size: identity.size,
      created: meta?.created ?? identity.mtimeMs,
      lastUsed: Math.max(known?.lastUsed ?? 0, this.#used.get(key) ?? 0, meta?.created ?? identity.mtimeMs),
      ...(meta === undefined ? {} : { sha256: meta.sha256, ...meta.notes }),
      pinned: known?.pinned ?? false,
    };
  }

  metaOf(key: string, identity: FileIdentity): Meta | undefined {
    const meta = this.#known.get(key)?.meta;
    const same = meta?.ino === identity.ino && meta.mtimeMs === identity.mtimeMs && meta.size === identity.size;
    return same ? meta : undefined;
  }

  /** The last thing said about the key, whatever version the file is of. */
  lastMetaOf(key: string): Meta | undefined {
    return this.#known.get(key)?.meta;
  }

  use(key: string): void {
    this.#used.set(key, Date.now());
  }

  put(key: string, meta: Meta): void {
    this.#append(lineOf(key, meta));
  }

  remove(key: string): void {
    this.#used.delete(key);
    if (this.#known.has(key)) this.#append(["-", key]);
  }

  pin(key: string, pinned: boolean): void {
    this.#append(["p", key, pinned ? 1 : 0]);
  }

  /** Writes down the uses that are worth it. */
  flush(): void {
    const worth: string[] = [];
    let latest = 0;
    for (const [key, time] of this.#used) {
      const known = this.#known.get(key);
      if (known !== undefined && time - known.lastUsed > USE_GRAIN_MS) {
        worth.push(key);
        latest = Math.max(latest, time);
      }
      if (known !== undefined) known.lastUsed = Math.max(known.lastUsed, time);
    }
    this.#used.clear();
    if (worth.length > 0) this.#append(["u", latest, ...worth]);
  }

  /** Reads what was added since, by this process or another one. */
  async refresh(): Promise<void> {
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  /** Is most of the text out of date? */
  get bloated(): boolean {
    const stale = this.#lines - this.#known.size;
    return stale > STALE_LINES && stale > this.#known.size;
  }

  async #readOn(): Promise<void> {
    const handle = await openIfThere(this.path);
    if (handle === undefined) return this.#forget();
    try {
      const { ino, size } = await handle.stat();
      if (ino !== this.#inode || size < this.#offset) this.#forget();
      this.#inode = ino;
      if (size > this.#offset) await this.#readFrom(handle, size);
    } finally {
      await handle.close();
    }
  }

  async #readFrom(handle: FileHandle, size: number): Promise<void> {
    const bytes = Buffer.allocUnsafe(size - this.#offset);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, this.#offset);
    // A last line without its end is still being written, or was cut by a crash; both are read again later.
    const end = bytes.subarray(0, bytesRead).lastIndexOf(10) + 1;
    for (const line of bytes.toString("utf8", 0, end).split("\n")) if (line !== "") this.#learn(line);
    this.#offset += end;
  }

  #forget(): void {
    this.#known.clear();
    this.#offset = 0;
    this.#inode = 0;
    this.#lines = 0;
  }

  #learn(text: string): void {
    this.#lines++;
    const line = parseLine(text);
    if (line === undefined) return;
    if (line[0] === "+") {
      const [, key, size, mtimeMs, ino, created, sha256, notes] = line;
      const meta = { size, mtimeMs, ino, created, sha256, notes: notes === 0 ? {} : notes };
      const known = this.#known.get(key);
      if (known === undefined) this.#known.set(key, { meta, lastUsed: created, pinned: false });
      else Object.assign(known, { meta, lastUsed: Math.max(known.lastUsed, created) });
    } else if (line[0] === "-") {
      this.#known.delete(line[1]);
    } else if (line[0] === "p") {
      const known = this.#known.get(line[1]);
      if (known === undefined) this.#known.set(line[1], { meta: undefined, lastUsed: 0, pinned: line[2] === 1 });
      else known.pinned = line[2] === 1;
    } else {
      const [, time, ...keys] = line;
      for (const key of keys) {
        const known = this.#known.get(key);
        if (known !== undefined) known.lastUsed = Math.max(known.lastUsed, time);
      }
    }
  }

  /**
   * Written at once and synchronously: a line is short, and three trips to the thread pool cost more than the write.
   * The newline in front ends a line that a crash may have cut.
   */
  #append(line: Line): void {
    const text = JSON.stringify(line);
    try {
      if (!this.#safe) this.#makeFolder();
      append(this.path, `\n${text}\n`);
    } catch (error) {
      // Another process has erased the folder.
      if (!isAbsent(error)) throw error;
      this.#makeFolder();
      append(this.path, `\n${text}\n`);
    }
    this.#learnOwn(text);
  }

  #makeFolder(): void {
    const folder = dirname(this.path);
    mkdirSync(folder, { recursive: true });
    if (realpathSync(folder) !== folder) throw new UnsafeFolderError(folder, "a symbolic link leads out of its place");
    this.#safe = true;
  }

  /** Known at once; reading the line back later changes nothing. */
  #learnOwn(text: string): void {
    const lines = this.#lines;
    this.#learn(text);
    this.#lines = lines;
  }

  /** Writes the text anew with what is still true, `keep` deciding which keys are. */
  async compact(temporary: string, keep: (key: string) => boolean): Promise<void> {
    const old = await openIfThere(this.path);
    if (old === undefined) return;
    try {
      await this.refresh();
      const seen = this.#offset;
      await writeLines(temporary, this.#truth(keep));
      await rename(temporary, this.path);
      // Lines that others added to the old text meanwhile.
      await this.#carryOver(old, seen);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await old.close();
    }
    this.#forget();
    await this.refresh();
  }

  *#truth(keep: (key: string) => boolean): Iterable<string> {
    for (const [key, { meta, lastUsed, pinned }] of this.#known) {
      if (!keep(key)) continue;
      if (meta !== undefined) {
        yield JSON.stringify(lineOf(key, meta));
        if (lastUsed > meta.created) yield JSON.stringify(["u", lastUsed, key] satisfies Line);
      }
      if (pinned) yield JSON.stringify(["p", key, 1] satisfies Line);
    }
  }

  async #carryOver(old: FileHandle, from: number): Promise<void> {
    const { size } = await old.stat();
    if (size <= from) return;
    const late = Buffer.alloc(size - from);
    await old.read(late, 0, late.length, from);
    await appendFile(this.path, `\n${late.toString("utf8")}\n`);
  }
}

function append(path: string, text: string): void {
  const file = openSync(path, APPEND);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

function lineOf(key: string, { size, mtimeMs, ino, created, sha256, notes }: Meta): Line {
  return ["+", key, size, mtimeMs, ino, created, sha256, Object.keys(notes).length === 0 ? 0 : notes];
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  await appendFile(path, `${[...lines].join("\n")}\n`);
}

/** A line of a crash, of a newer version or of an enemy is no line. */
function parseLine(text: string): Line | undefined {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isLine(line) ? line : undefined;
}

function isLine(line: unknown): line is Line {
  if (!Array.isArray(line)) return false;
  const [kind, first, ...rest] = line as unknown[];
  if (kind === "+") {
    const [size, mtimeMs, ino, created, sha256, notes] = rest;
    const numbers = [size, mtimeMs, ino, created].every((value) => typeof value === "number");
    return typeof first === "string" && numbers && typeof sha256 === "string" && (notes === 0 || isNotes(notes));
  }
  if (kind === "-") return typeof first === "string";
  if (kind === "u") return typeof first === "number" && rest.every((key) => typeof key === "string");
  return kind === "p" && typeof first === "string" && (rest[0] === 0 || rest[0] === 1);
}

function isNotes(notes: unknown): notes is EntryNotes {
  if (typeof notes !== "object" || notes === null) return false;
  return Object.values(notes).every((value) => typeof value === "string");
}
