/** The entries of one server and account: one folder, one naming, one journal per subfolder. */
import { createHash } from "node:crypto";
import { lstat, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  type Bytes,
  CacheFullError,
  CorruptEntryError,
  type EntryInfo,
  type EntryNotes,
  type SetOptions,
  type StreamOptions,
} from "@isic/cache";
import { assertSha256, hashed, sha256Of, verifiedStream } from "./digest.ts";
import type { Meta } from "./journal-line.ts";
import { Journals } from "./journals.ts";
import { withLock } from "./lock.ts";
import type { Naming } from "./naming.ts";
import type { ProcessName } from "./process-name.ts";
import { SafeFolders } from "./safe-folders.ts";
import { TemporaryFiles } from "./temporary-files.ts";
import { codeOf, type FileIdentity, isAbsent, openToRead, readWhole, writeWhole } from "./whole-file.ts";

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

/** Where a key may lie. */
interface Place {
  readonly relative: string;
  readonly path: string;
}

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const isFull = (error: unknown): boolean => FULL.has(codeOf(error) ?? "");

export class Shelf {
  readonly root: string;
  readonly naming: Naming;
  readonly journals: Journals;
  readonly temporaries: TemporaryFiles;
  readonly #options: ShelfOptions;
  readonly #folders: SafeFolders;
  #prepared: Promise<void> | undefined;

  constructor(options: ShelfOptions) {
    this.root = options.root;
    this.naming = options.naming;
    this.temporaries = new TemporaryFiles(options.root, options.self);
    this.journals = new Journals(options.root, async () => {
      await this.ready();
      return this.temporaries.newPath();
    });
    this.#options = options;
    this.#folders = new SafeFolders(options);
  }

  async read(key: string): Promise<Bytes | undefined> {
    for await (const { relative, path } of this.#places(key)) {
      const file = await readWhole(path);
      if (file === undefined) continue;
      // Bytes without a line, or of another version than the last line tells, are somebody else's: nothing is known of them.
      const meta = this.#options.verifyReads ? await this.journals.metaOf(relative, file.identity) : undefined;
      if (meta !== undefined) assertSha256(key, sha256Of(file.value), meta.sha256);
      this.journals.use(relative);
      return file.value;
    }
    return undefined;
  }

  async readStream(key: string): Promise<ReadableStream<Bytes> | undefined> {
    for await (const { relative, path } of this.#places(key)) {
      const handle = await openToRead(path);
      if (handle === undefined) continue;
      const meta = this.#options.verifyReads ? await this.journals.metaOf(relative, await handle.stat()) : undefined;
      this.journals.use(relative);
      return verifiedStream(key, handle, meta?.sha256);
    }
    return undefined;
  }

  async write(key: string, value: Bytes, options: SetOptions): Promise<void> {
    const sha256 = sha256Of(value);
    assertSha256(key, sha256, options.sha256);
    await this.#write(key, [value], value.byteLength, options, () => sha256);
  }

  async writeStream(key: string, source: AsyncIterable<Uint8Array>, options: StreamOptions): Promise<void> {
    const digest = createHash("sha256");
    await this.#write(key, hashed(source, digest), options.size, options, (size) => {
      if (options.size !== undefined && size !== options.size) {
        throw new CorruptEntryError(key, `${size} bytes arrived, expected ${options.size}`);
      }
      const sha256 = digest.digest("hex");
      assertSha256(key, sha256, options.sha256);
      return sha256;
    });
  }

  /** `digestOf` gives the digest of what was written, or throws if that must not be kept. */
  async #write(
    key: string,
    chunks: Chunks,
    size: number | undefined,
    options: SetOptions,
    digestOf: (size: number) => string,
  ): Promise<void> {
    const { relative, path } = this.#firstPlace(key);
    let sha256 = "";
    const approve = (written: number): void => {
      sha256 = digestOf(written);
    };
    try {
      const identity = await this.#store(path, chunks, { ...options, approve });
      this.note(relative, { ...identity, created: Date.now(), sha256, notes: notesOf(options) });
    } catch (error) {
      if (!isFull(error)) throw error;
      throw new CacheFullError(key, size, `the disk of ${this.root} is full; free some space`, { cause: error });
    }
  }

  async #store(
    path: string,
    chunks: Chunks,
    options: { readonly signal?: AbortSignal; readonly approve: (size: number) => void },
  ): Promise<FileIdentity> {
    const { durable } = this.#options;
    for (let attempt = 1; ; attempt++) {
      await this.ready();
      await this.#folders.make(dirname(path));
      try {
        return await writeWhole(path, this.temporaries.newPath(), chunks, { ...options, durable });
      } catch (error) {
        // Another process erased the folders a moment ago. A stream cannot be read twice.
        if (!isAbsent(error) || attempt === 2 || !Array.isArray(chunks)) throw error;
        this.#prepared = undefined;
        this.#folders.forget();
      }
    }
  }

  /** Writes down what is known. The entry is already in place: if the disk is full, it merely is not verified. */
  note(relative: string, meta: Meta): void {
    try {
      this.journals.of(relative).put(basename(relative), meta);
    } catch (error) {
      if (!isFull(error)) throw error;
    }
  }

  async delete(key: string): Promise<void> {
    for await (const { relative, path } of this.#places(key)) {
      await rm(path, { force: true });
      (await this.journals.fresh(relative)).remove(basename(relative));
    }
  }

  async stat(key: string): Promise<EntryInfo | undefined> {
    const found = await this.#find(key);
    if (found === undefined) return undefined;
    const journal = await this.journals.fresh(found.relative);
    return journal.infoOf(basename(found.relative), found.identity);
  }

  async pin(key: string, pinned: boolean): Promise<boolean> {
    const found = await this.#find(key);
    if (found === undefined) return false;
    const journal = await this.journals.fresh(found.relative);
    journal.pin(basename(found.relative), pinned);
    return true;
  }

  async lock<T>(key: string, run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const { path } = this.#firstPlace(key);
    await this.#folders.make(dirname(path));
    return await withLock(join(dirname(path), `.${basename(path)}.lock`), this.#options.self, run, signal);
  }

  #firstPlace(key: string): Place {
    const relative = this.naming.pathsOf(key)[0]!;
    return { relative, path: join(this.root, relative) };
  }

  /** Those whose folder is there. */
  async *#places(key: string): AsyncGenerator<Place> {
    for (const relative of this.naming.pathsOf(key)) {
      const path = join(this.root, relative);
      if (await this.#folders.has(dirname(path))) yield { relative, path };
    }
  }

  async #find(key: string): Promise<{ relative: string; identity: FileIdentity } | undefined> {
    for await (const { relative, path } of this.#places(key)) {
      try {
        const found = await lstat(path);
        if (found.isFile()) return { relative, identity: found };
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    }
    return undefined;
  }

  /** Makes what writing needs, and sweeps what dead processes left; once. */
  async ready(): Promise<void> {
    this.#prepared ??= this.#prepare();
    await this.#prepared;
  }

  async #prepare(): Promise<void> {
    await this.#options.prepare();
    await this.#folders.make(this.temporaries.folder);
    await this.temporaries.sweep();
  }
}

function notesOf({ validator, origin, readers }: SetOptions): EntryNotes {
  return {
    ...(validator === undefined ? {} : { validator }),
    ...(origin === undefined ? {} : { origin }),
    ...(readers === undefined ? {} : { readers }),
  };
}
