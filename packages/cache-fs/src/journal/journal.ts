/**
 * What is known about the entries of one subfolder: an append-only text beside them.
 *
 * A line speaks of one version of a file, told by inode, time and size, and is believed only while the file is that
 * version. So a lost or late line costs knowledge, never an entry: a file without a line is one that is not verified.
 */
import type { EntryInfo } from "@isic/cache";
import type { FileIdentity } from "../files/read.ts";
import { type Line, type Meta, parseLine, storedLine } from "./line.ts";
import { JournalText } from "./text.ts";

interface Known {
  meta: Meta | undefined;
  lastUsed: number;
  pinned: boolean;
}

/** A later use within this time is not worth a line. */
const USE_GRAIN_MS = 60_000;
/** Compacted when more than this many lines, and more than half of them, are out of date. */
const STALE_LINES = 1000;

export class Journal {
  readonly #text: JournalText;
  readonly #known = new Map<string, Known>();
  /** Uses of this process that no line tells yet. */
  readonly #used = new Map<string, number>();
  #lines = 0;
  #reading: Promise<void> | undefined;

  constructor(path: string, options: { readonly private: boolean }) {
    this.#text = new JournalText(path, options);
  }

  get path(): string {
    return this.#text.path;
  }

  /** What is wrong with the whole text, if anything: then nothing that it says is believed. */
  async fault(): Promise<string | undefined> {
    return await this.#text.fault();
  }

  /** What is known about the file of this version; a file of another version is not the one that was written down. */
  infoOf(name: string, identity: FileIdentity): EntryInfo {
    const known = this.#known.get(name);
    const meta = this.metaOf(name, identity);
    return {
      size: identity.size,
      created: meta?.created ?? identity.mtimeMs,
      lastUsed: Math.max(known?.lastUsed ?? 0, this.#used.get(name) ?? 0, meta?.created ?? identity.mtimeMs),
      ...(meta === undefined ? {} : { sha256: meta.sha256, ...meta.notes }),
      pinned: known?.pinned ?? false,
    };
  }

  metaOf(name: string, identity: FileIdentity): Meta | undefined {
    const meta = this.#known.get(name)?.meta;
    const same = meta?.ino === identity.ino && meta.mtimeMs === identity.mtimeMs && meta.size === identity.size;
    return same ? meta : undefined;
  }

  /** The last thing said about the file, whatever version it is of. */
  lastMetaOf(name: string): Meta | undefined {
    return this.#known.get(name)?.meta;
  }

  use(name: string): void {
    this.#used.set(name, Date.now());
  }

  put(name: string, meta: Meta): void {
    this.#say(storedLine(name, meta));
  }

  remove(name: string): void {
    this.#used.delete(name);
    if (this.#known.has(name)) this.#add(["-", name]);
  }

  pin(name: string, pinned: boolean): void {
    this.#say(["p", name, pinned ? 1 : 0]);
  }

  /** Writes down the uses that are worth it. */
  flush(): void {
    const worth: string[] = [];
    let latest = 0;
    for (const [name, time] of this.#used) {
      const known = this.#known.get(name);
      if (known === undefined) continue;
      if (time - known.lastUsed > USE_GRAIN_MS) {
        worth.push(name);
        latest = Math.max(latest, time);
      }
      known.lastUsed = Math.max(known.lastUsed, time);
    }
    this.#used.clear();
    if (worth.length > 0) this.#add(["u", latest, ...worth]);
  }

  /** Reads what was added since, by this process or another one. */
  async refresh(): Promise<void> {
    this.#reading ??= this.#readOn().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
  }

  async #readOn(): Promise<void> {
    const { anew, lines } = await this.#text.readOn();
    if (anew) {
      this.#known.clear();
      this.#lines = 0;
    }
    this.#lines += lines.length;
    for (const text of lines) {
      const line = parseLine(text);
      if (line !== undefined) this.#learn(line);
    }
  }

  /** Known at once; reading the line back later changes nothing. */
  #say(line: Line): void {
    this.#text.append(JSON.stringify(line));
    this.#learn(line);
  }

  /** The same of entries that others may have erased meanwhile, with the text itself. */
  #add(line: Line): void {
    this.#text.appendIfThere(JSON.stringify(line));
    this.#learn(line);
  }

  #learn(line: Line): void {
    if (line[0] === "+") {
      const [, name, size, mtimeMs, ino, created, sha256, notes] = line;
      const known = this.#about(name);
      known.meta = { size, mtimeMs, ino, created, sha256, notes: notes === 0 ? {} : notes };
      known.lastUsed = Math.max(known.lastUsed, created);
    } else if (line[0] === "-") {
      this.#known.delete(line[1]);
    } else if (line[0] === "p") {
      this.#about(line[1]).pinned = line[2] === 1;
    } else {
      const [, time, ...names] = line;
      for (const name of names) {
        const known = this.#known.get(name);
        if (known !== undefined) known.lastUsed = Math.max(known.lastUsed, time);
      }
    }
  }

  #about(name: string): Known {
    let known = this.#known.get(name);
    if (known === undefined) {
      known = { meta: undefined, lastUsed: 0, pinned: false };
      this.#known.set(name, known);
    }
    return known;
  }

  /** Does it say nothing, not even of what is gone? */
  get isEmpty(): boolean {
    return this.#lines === 0;
  }

  /** Is most of the text out of date? */
  get bloated(): boolean {
    const stale = this.#lines - this.#known.size;
    return stale > STALE_LINES && stale > this.#known.size;
  }

  /** Writes the text anew with what is still true of the files that `there` names, asked after the last line was read. */
  async compact(temporary: string, there?: () => Promise<ReadonlySet<string>>): Promise<void> {
    await this.#text.replace(temporary, async () => {
      await this.refresh();
      const upTo = this.#text.place;
      const known = [...this.#known];
      // A file is in place before its line is written: one that has a line by now, and is not there, is gone.
      const names = await there?.();
      return { upTo, lines: linesOf(names === undefined ? known : known.filter(([name]) => names.has(name))) };
    });
    await this.refresh();
  }
}

function* linesOf(known: Iterable<[string, Known]>): Iterable<string> {
  for (const [name, { meta, lastUsed, pinned }] of known) {
    if (meta !== undefined) {
      yield JSON.stringify(storedLine(name, meta));
      if (lastUsed > meta.created) yield JSON.stringify(["u", lastUsed, name] satisfies Line);
    }
    if (pinned) yield JSON.stringify(["p", name, 1] satisfies Line);
  }
}
