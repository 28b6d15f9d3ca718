/** The entries of one server and account: one folder, one naming, one journal per subfolder. */
import { createHash, type Hash, hash } from "node:crypto";
import { lstat, mkdir, readdir, realpath, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  type Bytes,
  CacheFullError,
  CorruptEntryError,
  type EntryInfo,
  type SetOptions,
  type StreamOptions,
} from "@isic/cache";
import { UnsafeFolderError } from "./errors.ts";
import { Journal, type Meta } from "./journal.ts";
import { withLock } from "./lock.ts";
import type { Naming } from "./naming.ts";
import { PRIVATE } from "./owner.ts";
import { isGone, type ProcessName, parseProcessName } from "./process-name.ts";
import { codeOf, type FileIdentity, isAbsent, openToRead, readWhole, syncFolder, writeWhole } from "./whole-file.ts";

export interface ShelfOptions {
  /** The folder without links in its path. */
  readonly root: string;
  readonly naming: Naming;
  readonly self: ProcessName;
  readonly durable: boolean;
  readonly verifyReads: boolean;
  /** Runs before the first write. */
  readonly prepare: () => Promise<void>;
}

/** A checked folder is not checked again for so long. */
const GUARD_MS = 1_000;
const FLUSH_MS = 5_000;
/** Temporary files of a live process are left alone, those of unknown ones for a day. */
const FOREIGN_AGE_MS = 24 * 3_600_000;

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

export class Shelf {
  readonly root: string;
  readonly naming: Naming;
  readonly #options: ShelfOptions;
  readonly #journals = new Map<string, Journal>();
  readonly #guarded = new Map<string, number>();
  #prepared: Promise<void> | undefined;
  #flushTimer: NodeJS.Timeout | undefined;

  constructor(options: ShelfOptions) {
    this.root = options.root;
    this.naming = options.naming;
    this.#options = options;
  }

  async read(key: string): Promise<Bytes | undefined> {
    for (const relative of this.naming.pathsOf(key)) {
      const path = join(this.root, relative);
      if (!(await this.#guard(dirname(path)))) continue;
      const file = await readWhole(path);
      if (file === undefined) continue;
      if (this.#options.verifyReads) await this.#verify(key, relative, file.value, file.identity);
      this.#use(relative);
      return file.value;
    }
    return undefined;
  }

  async readStream(key: string): Promise<ReadableStream<Bytes> | undefined> {
    for (const relative of this.naming.pathsOf(key)) {
      const path = join(this.root, relative);
      if (!(await this.#guard(dirname(path)))) continue;
      const handle = await openToRead(path);
      if (handle === undefined) continue;
      const { ino, mtimeMs, size } = await handle.stat();
      const meta = this.#options.verifyReads ? await this.metaOf(relative, { ino, mtimeMs, size }) : undefined;
      const digest = meta === undefined ? undefined : createHash("sha256");
      this.#use(relative);
      return new ReadableStream<Bytes>({
        async pull(controller) {
          const chunk = new Uint8Array(65_536);
          const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
          const bytes = chunk.subarray(0, bytesRead);
          digest?.update(bytes);
          if (bytesRead > 0) return controller.enqueue(bytes);
          await handle.close();
          const actual = digest?.digest("hex");
          if (meta === undefined || actual === meta.sha256) controller.close();
          else controller.error(new CorruptEntryError(key, mismatch(actual, meta.sha256)));
        },
        cancel: () => handle.close(),
      });
    }
    return undefined;
  }

  async write(key: string, value: Bytes, options: SetOptions): Promise<void> {
    const sha256 = hash("sha256", value, "hex");
    if (options.sha256 !== undefined && options.sha256 !== sha256) {
      throw new CorruptEntryError(key, mismatch(sha256, options.sha256));
    }
    await this.#write(key, [value], value.byteLength, options, () => sha256);
  }

  async writeStream(key: string, source: AsyncIterable<Uint8Array>, options: StreamOptions): Promise<void> {
    const digest = createHash("sha256");
    let sha256 = "";
    await this.#write(key, hashed(source, digest), options.size, options, (size) => {
      sha256 ||= digest.digest("hex");
      if (options.size !== undefined && size !== options.size) {
        throw new CorruptEntryError(key, `${size} bytes arrived, expected ${options.size}`);
      }
      if (options.sha256 !== undefined && sha256 !== options.sha256) {
        throw new CorruptEntryError(key, mismatch(sha256, options.sha256));
      }
      return sha256;
    });
  }

  async #write(
    key: string,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    size: number | undefined,
    options: SetOptions,
    digestOf: (size: number) => string,
  ): Promise<void> {
    const relative = this.naming.pathsOf(key)[0]!;
    let identity: FileIdentity;
    try {
      identity = await this.#store(relative, chunks, { ...options, approve: digestOf });
    } catch (error) {
      if (!FULL.has(codeOf(error) ?? "")) throw error;
      throw new CacheFullError(key, size, `the disk of ${this.root} is full; free some space`, { cause: error });
    }
    const { validator, origin, readers } = options;
    const notes = {
      ...(validator === undefined ? {} : { validator }),
      ...(origin === undefined ? {} : { origin }),
      ...(readers === undefined ? {} : { readers }),
    };
    this.note(relative, { ...identity, created: Date.now(), sha256: digestOf(identity.size), notes });
  }

  async #store(
    relative: string,
    chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
    options: { readonly signal?: AbortSignal; readonly approve: (size: number) => void },
  ): Promise<FileIdentity> {
    const path = join(this.root, relative);
    for (let attempt = 1; ; attempt++) {
      await this.ready();
      if (!(await this.#guard(dirname(path)))) await this.#makeFolder(dirname(path));
      try {
        return await writeWhole(path, this.temporary(), chunks, { ...options, durable: this.#options.durable });
      } catch (error) {
        // Another process erased the folders a moment ago. A stream cannot be read twice.
        if (!isAbsent(error) || attempt === 2 || !Array.isArray(chunks)) throw error;
        this.#prepared = undefined;
        this.#guarded.clear();
      }
    }
  }

  /** Writes down what is known. The entry is already in place: if this fails, it merely is not verified. */
  note(relative: string, meta: Meta): void {
    try {
      this.journalOf(relative).put(basename(relative), meta);
    } catch (error) {
      if (!FULL.has(codeOf(error) ?? "")) throw error;
    }
  }

  async delete(key: string): Promise<void> {
    for (const relative of this.naming.pathsOf(key)) {
      const path = join(this.root, relative);
      if (!(await this.#guard(dirname(path)))) continue;
      await rm(path, { force: true });
      const journal = await this.freshJournal(relative);
      journal.remove(basename(relative));
    }
  }

  async stat(key: string): Promise<EntryInfo | undefined> {
    const found = await this.#find(key);
    if (found === undefined) return undefined;
    const journal = await this.freshJournal(found.relative);
    return journal.infoOf(basename(found.relative), found.identity);
  }

  async pin(key: string, pinned: boolean): Promise<boolean> {
    const found = await this.#find(key);
    if (found === undefined) return false;
    const journal = await this.freshJournal(found.relative);
    journal.pin(basename(found.relative), pinned);
    return true;
  }

  async lock<T>(key: string, run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const path = join(this.root, this.naming.pathsOf(key)[0]!);
    if (!(await this.#guard(dirname(path)))) await this.#makeFolder(dirname(path));
    return await withLock(join(dirname(path), `.${basename(path)}.lock`), this.#options.self, run, signal);
  }

  async #find(key: string): Promise<{ relative: string; identity: FileIdentity } | undefined> {
    for (const relative of this.naming.pathsOf(key)) {
      const path = join(this.root, relative);
      if (!(await this.#guard(dirname(path)))) continue;
      try {
        const found = await lstat(path);
        if (found.isFile()) return { relative, identity: found };
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    }
    return undefined;
  }

  /** The journal line of this very version of the file, if there is one. */
  async metaOf(relative: string, identity: FileIdentity): Promise<Meta | undefined> {
    const journal = this.journalOf(relative);
    const name = basename(relative);
    const meta = journal.metaOf(name, identity);
    if (meta !== undefined) return meta;
    await journal.refresh();
    return journal.metaOf(name, identity);
  }

  /** Bytes without a line, or of another version than the last line tells, are somebody else's: nothing is known of them. */
  async #verify(key: string, relative: string, value: Bytes, identity: FileIdentity): Promise<void> {
    const meta = await this.metaOf(relative, identity);
    if (meta === undefined) return;
    const sha256 = hash("sha256", value, "hex");
    if (sha256 !== meta.sha256) throw new CorruptEntryError(key, mismatch(sha256, meta.sha256));
  }

  #use(relative: string): void {
    this.journalOf(relative).use(basename(relative));
    if (this.#flushTimer !== undefined) return;
    this.#flushTimer = setTimeout(() => void this.flush().catch(() => {}), FLUSH_MS);
    this.#flushTimer.unref();
  }

  /** Writes down when entries were last used. */
  async flush(): Promise<void> {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    for (const journal of this.#journals.values()) {
      journal.flush();
      if (!journal.bloated) continue;
      await this.ready();
      await journal.compact(this.temporary(), () => true);
    }
  }

  journalOf(relative: string): Journal {
    const name = dirname(relative).replaceAll(/[/\\]/g, "-");
    let journal = this.#journals.get(name);
    if (journal === undefined) {
      journal = new Journal(join(this.root, PRIVATE, "journal", `${name}.jsonl`));
      this.#journals.set(name, journal);
    }
    return journal;
  }

  async freshJournal(relative: string): Promise<Journal> {
    const journal = this.journalOf(relative);
    await journal.refresh();
    return journal;
  }

  temporary(): string {
    return join(this.root, PRIVATE, "tmp", this.uniqueName());
  }

  /** A name that tells this process, and that nobody else uses. */
  uniqueName(): string {
    return `${this.#options.self.text}.${this.#options.self.next()}`;
  }

  /** Makes what writing needs, and sweeps what dead processes left; once. */
  async ready(): Promise<void> {
    this.#prepared ??= this.#prepare();
    await this.#prepared;
  }

  async #prepare(): Promise<void> {
    await this.#options.prepare();
    await this.#makeFolder(join(this.root, PRIVATE, "tmp"));
    await this.sweep();
  }

  /** Removes temporary files of processes that are gone; gives their paths. */
  async sweep(): Promise<string[]> {
    const leftovers = await this.leftovers();
    for (const path of leftovers) await rm(path, { force: true });
    return leftovers;
  }

  async leftovers(): Promise<string[]> {
    const folder = join(this.root, PRIVATE, "tmp");
    const found: string[] = [];
    for (const name of await namesIn(folder)) {
      const writer = parseProcessName(name);
      if (
        writer === undefined ? await isOld(join(folder, name)) : isGone(writer) || (await isOld(join(folder, name)))
      ) {
        found.push(join(folder, name));
      }
    }
    return found;
  }

  /** Is the folder there, and where it seems to be? A link on the way would lead the reader or writer elsewhere. */
  async #guard(folder: string): Promise<boolean> {
    const now = Date.now();
    const checked = this.#guarded.get(folder);
    if (checked !== undefined && now - checked < GUARD_MS) return true;
    let real: string;
    try {
      real = await realpath(folder);
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
    if (real !== folder) throw new UnsafeFolderError(folder, "a symbolic link leads out of its place");
    this.#guarded.set(folder, now);
    return true;
  }

  async #makeFolder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true });
    await this.#guard(folder);
    if (first === undefined || !this.#options.durable) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  }
}

async function* hashed(source: AsyncIterable<Uint8Array>, digest: Hash): AsyncIterable<Uint8Array> {
  for await (const chunk of source) {
    digest.update(chunk);
    yield chunk;
  }
}

function mismatch(actual: string | undefined, expected: string): string {
  return `its SHA-256 is ${actual}, expected ${expected}`;
}

export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function isOld(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > FOREIGN_AGE_MS;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
