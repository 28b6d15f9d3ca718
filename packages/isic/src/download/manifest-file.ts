import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type LineFile, type Lock, openLineFile, writeWhole } from "@isic/cache-fs/files";
import { formatEntry, isManifestName, parseEntry, partOrder, withoutSecrets } from "./manifest.ts";
import type { EntryState, ManifestEntry, Part } from "./types.ts";

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
  /** When that was found out: the later line holds. */
  readonly knownAt: string;
  /** The manifest it is in; 0 is the one that is written. */
  readonly source: number;
  readonly offset: number;
  readonly length: number;
}

const NEWLINE = 0x0a;
/** Longer lines are nobody's: they are passed by, so that one without an end is not collected. */
const MOST_LINE = 1 << 20;
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

export interface ManifestFileOptions {
  /** Checked before every line: who has lost it writes nothing more. */
  readonly lock?: Lock;
  /** Only its owner may read the manifest. @default false */
  readonly private?: boolean;
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
  readonly #files: readonly number[];
  readonly #options: ManifestFileOptions;
  /** The one that is written. */
  readonly #own: LineFile | undefined;
  #window: Window | undefined;
  /** Would a rewrite change the file? */
  #untidy = false;
  #last: string | undefined;

  private constructor(path: string, files: readonly number[], own: LineFile | undefined, options: ManifestFileOptions) {
    this.path = path;
    this.#files = files;
    this.#own = own;
    this.#options = options;
  }

  /** Opens `<folder>/<name>` for appending, and reads it and the manifests beside it. */
  static async open(folder: string, name: string, options: ManifestFileOptions = {}): Promise<ManifestFile> {
    const others = (await manifestsIn(folder)).filter((each) => each !== name);
    const own = openLineFile(join(folder, name), options);
    const files = [own.fd, ...others.map((each) => openSync(join(folder, each), "r"))];
    const manifest = new ManifestFile(own.path, files, own, options);
    await manifest.#readAll();
    manifest.#untidy ||= others.length > 0;
    return manifest;
  }

  /** Opens the manifests of a folder, or one manifest file, for reading; `undefined` for a folder without any. */
  static async read(path: string): Promise<ManifestFile | undefined> {
    const isFile = (await stat(path)).isFile();
    const names = isFile ? [""] : await manifestsIn(path);
    if (names.length === 0) return undefined;
    const files = names.map((name) => openSync(join(path, name), "r"));
    const manifest = new ManifestFile(path, files, undefined, {});
    await manifest.#readAll();
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
    if (this.#own === undefined) throw new TypeError("expected a manifest that was opened for writing");
    let text = formatEntry(entry);
    if (text.length * 3 > MOST_LINE && Buffer.byteLength(text) > MOST_LINE) {
      const { record: _, ...rest } = entry;
      text = formatEntry(rest);
    }
    const offset = this.#own.append(text);
    this.#note(entry, 0, offset, Buffer.byteLength(text));
  }

  /** Drops an image's line for good; its file must be gone before. */
  prune({ id, name, part }: IndexedEntry): void {
    this.append({ id, name, part, state: "pruned", fetchedAt: new Date().toISOString() });
    this.#index.delete(keyOf(id, part));
  }

  /** Every live entry, or those that are wanted, whole, sorted by name, then by part. */
  async *entries(wanted?: (mark: IndexedEntry) => boolean): AsyncGenerator<ManifestEntry, void, undefined> {
    let yielded = 0;
    // Images go on arriving meanwhile; their lines are for the next time.
    for (const mark of this.#sorted()) {
      if (wanted?.(mark) === false) continue;
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
    if (this.#untidy) await writeWhole(this.path, this.#tidyLines(), this.#options);
  }

  async *#tidyLines(): AsyncGenerator<Uint8Array, void, undefined> {
    let batch: string[] = [];
    for (const mark of this.#sorted()) {
      if (batch.push(`${withoutSecrets(this.#line(mark))}\n`) < 512) continue;
      yield Buffer.from(batch.join(""));
      batch = [];
    }
    yield Buffer.from(batch.join(""));
  }

  async close(): Promise<void> {
    for (const file of this.#files) closeSync(file);
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
      const read = readSync(this.#files[source]!, bytes, 0, bytes.length, start);
      window = { source, start, end: start + read, bytes };
      this.#window = window;
    }
    return window.bytes.toString("utf8", offset - window.start, Math.min(end, window.end) - window.start);
  }

  #note(entry: ManifestEntry, source: number, offset: number, length: number): void {
    const key = keyOf(entry.id, entry.part);
    const before = this.#index.get(key);
    const { fetchedAt, refreshedAt: knownAt = fetchedAt } = entry;
    if (before !== undefined) {
      this.#untidy = true;
      // Within one file the later line holds; between the files of several shards, the later answer.
      if (before.source !== source && before.knownAt > knownAt) return;
    } else if (this.#last !== undefined && entry.name < this.#last) {
      this.#untidy = true;
    }
    this.#last = entry.name;
    const { id, name, part, state, file, bytes } = entry;
    const longerSide = entry.resized?.longerSide;
    this.#index.set(key, { id, name, part, state, file, bytes, longerSide, knownAt, source, offset, length });
  }

  async #readAll(): Promise<void> {
    for (const [source, file] of this.#files.entries()) await this.#read(source, file);
    for (const [key, { state }] of this.#index) if (state === "pruned") this.#index.delete(key);
  }

  async #read(source: number, file: number): Promise<void> {
    /** Where the next line begins, and what is read of it. */
    let offset = 0;
    let length = 0;
    let pieces: Buffer[] = [];
    const stream = createReadStream("", { fd: file, autoClose: false, start: 0, highWaterMark: 1 << 18 });
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let start = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        length += end - start;
        this.#readLine(source, offset, length, [...pieces, chunk.subarray(start, end)]);
        offset += length + 1;
        length = 0;
        pieces = [];
        start = end + 1;
      }
      length += chunk.length - start;
      // Of what is too long for a line nothing is kept but its length.
      if (length > MOST_LINE) pieces = [];
      else if (start < chunk.length) pieces.push(chunk.subarray(start));
    }
    if (length > 0) this.#untidy = true;
  }

  #readLine(source: number, offset: number, length: number, pieces: readonly Buffer[]): void {
    const line = length > MOST_LINE ? "" : (pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)).toString("utf8");
    const entry = parseEntry(line);
    if (entry === undefined || withoutSecrets(line) !== line) this.#untidy = true;
    if (entry !== undefined) this.#note(entry, source, offset, length);
  }
}

/** The manifests of a folder: its own and those of shards, by name. */
export async function manifestsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter(isManifestName);
  // To open a pipe would wait for its other end.
  const files = await Promise.all(names.map((name) => isFile(join(folder, name))));
  return names.filter((_, at) => files[at]).sort();
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() === true;

const keyOf = (id: string, part: Part): string => `${id}\n${part}`;
