import { createReadStream, readSync, writeSync } from "node:fs";
import { type FileHandle, open, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { formatEntry, isManifestName, parseEntry, partOrder } from "./manifest.ts";
import type { EntryState, ManifestEntry, Part } from "./types.ts";
import { temporaryPath } from "./whole-files.ts";

/** What is kept in memory of an entry; the rest stays in the file. */
export interface IndexedEntry {
  readonly id: string;
  readonly name: string;
  readonly part: Part;
  readonly state: EntryState;
  readonly file: string | undefined;
  readonly bytes: number | undefined;
  /** Of a copy: the longer side that was asked for. */
  readonly longerSide: number | undefined;
  readonly fetchedAt: string;
  readonly source: number;
  readonly offset: number;
  readonly length: number;
}

const NEWLINE = 0x0a;
const WINDOW = 1 << 16;
/** Files that were under way together are written in any order. */
const LOOK_BACK = 1 << 14;

/** A piece of a manifest in memory. */
interface Window {
  readonly source: number;
  readonly start: number;
  readonly end: number;
  readonly bytes: Buffer;
}

const newWindow = (length: number): Buffer => Buffer.allocUnsafeSlow(Math.max(WINDOW, length));

/**
 * The manifest of one target folder: an index in memory over JSON Lines on disk.
 *
 * Lines are only ever appended, each with one write, so a process killed at any moment leaves at most one torn line,
 * which the next reader passes over. Every manifest of the folder is read (each shard has its own), one is written.
 * Single lines are written and read on the spot: a file that is open takes them faster than a thread could.
 */
export class ManifestFile {
  readonly path: string;
  readonly #index = new Map<string, IndexedEntry>();
  readonly #files: FileHandle[];
  /** Where the next line will begin. */
  #end = 0;
  #window: Window | undefined;
  /** Would a rewrite change the file? */
  #untidy = false;
  #last: string | undefined;

  private constructor(path: string, files: FileHandle[]) {
    this.path = path;
    this.#files = files;
  }

  /** Opens `<folder>/<name>` for appending, and reads it and the manifests beside it. */
  static async open(folder: string, name: string): Promise<ManifestFile> {
    const own = join(folder, name);
    const others = (await readdir(folder)).filter((each) => isManifestName(each) && each !== name).sort();
    const files = [await open(own, "a+")];
    for (const each of others) files.push(await open(join(folder, each), "r"));
    const manifest = new ManifestFile(own, files);
    for (const [source, file] of files.entries()) {
      const torn = await manifest.#read(source, file);
      if (source === 0 && torn) manifest.#write("\n");
    }
    manifest.#untidy ||= others.length > 0;
    return manifest;
  }

  /** Opens the manifests of a folder, or one manifest file, for reading; `undefined` for a folder without any. */
  static async read(path: string): Promise<ManifestFile | undefined> {
    const isFile = (await stat(path)).isFile();
    const names = isFile ? [""] : (await readdir(path)).filter(isManifestName).sort();
    if (names.length === 0) return undefined;
    const files: FileHandle[] = [];
    for (const name of names) files.push(await open(join(path, name), "r"));
    const manifest = new ManifestFile(path, files);
    for (const [source, file] of files.entries()) await manifest.#read(source, file);
    return manifest;
  }

  get size(): number {
    return this.#index.size;
  }

  indexed(id: string, part: Part): IndexedEntry | undefined {
    return this.#index.get(keyOf(id, part));
  }

  /** The whole entry, from the disk. */
  entry(id: string, part: Part): ManifestEntry | undefined {
    const mark = this.indexed(id, part);
    return mark === undefined ? undefined : parseEntry(this.#line(mark));
  }

  indexedEntries(): IterableIterator<IndexedEntry> {
    return this.#index.values();
  }

  /** When it returns, the line is with the operating system: no kill can lose it. */
  append(entry: ManifestEntry): void {
    const text = formatEntry(entry);
    const offset = this.#end;
    this.#write(text);
    this.#note(entry, 0, offset, this.#end - offset - 1);
  }

  /** Every live entry, whole, sorted by name, then by part. */
  async *entries(): AsyncGenerator<ManifestEntry, void, undefined> {
    let yielded = 0;
    // Images go on arriving meanwhile; their lines are for the next time.
    for (const mark of this.#sorted()) {
      const entry = parseEntry(this.#line(mark));
      if (entry !== undefined) yield entry;
      yielded += 1;
      if (yielded % 512 === 0) await new Promise(setImmediate);
    }
  }

  /**
   * Rewrites the manifest with one line per file, sorted, in place of its history; the lines of finished shards are
   * folded in. Nothing may be appended meanwhile.
   */
  async tidy(): Promise<void> {
    if (!this.#untidy) return;
    const temporary = temporaryPath(this.path);
    const out = await open(temporary, "w");
    try {
      let batch: string[] = [];
      for (const mark of this.#sorted()) {
        batch.push(`${this.#line(mark)}\n`);
        if (batch.length === 512) {
          await out.write(batch.join(""));
          batch = [];
        }
      }
      await out.write(batch.join(""));
    } finally {
      await out.close();
    }
    await rename(temporary, this.path);
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map((file) => file.close()));
  }

  #sorted(): IndexedEntry[] {
    const compare = (a: IndexedEntry, b: IndexedEntry): number =>
      a.name < b.name
        ? -1
        : a.name > b.name
          ? 1
          : a.id < b.id
            ? -1
            : a.id > b.id
              ? 1
              : partOrder(a.part) - partOrder(b.part);
    return [...this.#index.values()].sort(compare);
  }

  /** Lines are asked for nearly in their order on the disk, so one read serves many. */
  #line({ source, offset, length }: IndexedEntry): string {
    const end = offset + length;
    let window = this.#window;
    if (window === undefined || window.source !== source || offset < window.start || end > window.end) {
      const start = Math.max(0, offset - LOOK_BACK);
      const needed = end - start;
      const bytes = window !== undefined && window.bytes.length >= needed ? window.bytes : newWindow(needed);
      const read = readSync(this.#files[source]!.fd, bytes, 0, bytes.length, start);
      window = { source, start, end: start + read, bytes };
      this.#window = window;
    }
    return window.bytes.toString("utf8", offset - window.start, Math.min(end, window.end) - window.start);
  }

  #note(entry: ManifestEntry, source: number, offset: number, length: number): void {
    const key = keyOf(entry.id, entry.part);
    const before = this.#index.get(key);
    if (before !== undefined) {
      this.#untidy = true;
      // Within one file the later line holds; between the files of several shards, the later answer.
      if (before.source !== source && before.fetchedAt > entry.fetchedAt) return;
    } else if (this.#last !== undefined && entry.name < this.#last) {
      this.#untidy = true;
    }
    this.#last = entry.name;
    const { id, name, part, state, file, bytes, fetchedAt } = entry;
    const longerSide = entry.resized?.longerSide;
    this.#index.set(key, { id, name, part, state, file, bytes, longerSide, fetchedAt, source, offset, length });
  }

  /** @returns whether the file ends in a torn line. */
  async #read(source: number, file: FileHandle): Promise<boolean> {
    let offset = 0;
    let rest: Buffer = Buffer.alloc(0);
    const stream = createReadStream("", { fd: file.fd, autoClose: false, start: 0, highWaterMark: 1 << 18 });
    for await (const chunk of stream) {
      let bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      let end = bytes.indexOf(NEWLINE);
      let start = 0;
      while (end >= 0) {
        const entry = parseEntry(bytes.toString("utf8", start, end));
        if (entry === undefined) this.#untidy = true;
        else this.#note(entry, source, offset + start, end - start);
        start = end + 1;
        end = bytes.indexOf(NEWLINE, start);
      }
      bytes = bytes.subarray(start);
      offset += start;
      rest = bytes;
    }
    if (source === 0) this.#end = offset + rest.length;
    if (rest.length > 0) this.#untidy = true;
    return rest.length > 0;
  }

  #write(text: string): void {
    const bytes = Buffer.from(text);
    // The last piece that fits on a disk is written; only the next call says that it is full.
    for (let from = 0; from < bytes.length; ) {
      const written = writeSync(this.#files[0]!.fd, bytes, from);
      this.#end += written;
      from += written;
    }
  }
}

const keyOf = (id: string, part: Part): string => `${id}\n${part}`;
