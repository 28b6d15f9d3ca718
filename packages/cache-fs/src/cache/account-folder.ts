/** The entries of one server and account: one folder, one naming, one journal per subfolder. */
import { createHash } from "node:crypto";
import { lstat, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  assertSha256,
  type Bytes,
  CacheFullError,
  CorruptEntryError,
  type EntryInfo,
  notesOf,
  type SetOptions,
  type StreamOptions,
} from "@isic/cache";
import { FileTooLargeError, LockLostError, UnsafeFolderError } from "../errors.ts";
import { isAbsent, isFull } from "../files/codes.ts";
import { type Lock, lockFile } from "../files/lock.ts";
import { type FileIdentity, namesIn, openToRead, readWhole, type WholeFile } from "../files/read.ts";
import { SafeFolders } from "../files/safe-folders.ts";
import { TemporaryFolder } from "../files/temporaries.ts";
import { walk } from "../files/walk.ts";
import { writeWhole } from "../files/write.ts";
import { Journals } from "../journal/journals.ts";
import type { Meta } from "../journal/line.ts";
import type { Naming } from "../naming/account-naming.ts";
import { PRIVATE } from "../naming/owner.ts";
import { hashed, sha256Of, verifiedStream } from "./digest.ts";

export interface AccountFolderOptions {
  /** The folder without links in its path. */
  readonly root: string;
  readonly naming: Naming;
  readonly durable: boolean;
  readonly verifyReads: boolean;
  /** What was fetched for an account is no business of this machine's other users. */
  readonly private: boolean;
  /** Makes the folder, before anything is made in it. */
  readonly prepare: () => Promise<void>;
}

/** Where a key may lie. */
interface Place {
  readonly relative: string;
  readonly path: string;
}

type Chunks = readonly Uint8Array[] | AsyncIterable<Uint8Array>;

/** Others may erase the folders while they are made; that they do it so often is nobody's wish. */
const ATTEMPTS = 20;

export class AccountFolder {
  readonly root: string;
  readonly naming: Naming;
  readonly journals: Journals;
  readonly temporaries: TemporaryFolder;
  readonly #options: AccountFolderOptions;
  readonly #folders: SafeFolders;
  /** Locks that are held, by the path of their entry and by the signal that their holder got. */
  readonly #held = new Map<string | AbortSignal, Lock>();
  #prepared: Promise<void> | undefined;

  constructor(options: AccountFolderOptions) {
    this.root = options.root;
    this.naming = options.naming;
    this.temporaries = new TemporaryFolder(join(options.root, PRIVATE, "tmp"));
    this.journals = new Journals({
      folder: join(options.root, PRIVATE, "journal"),
      private: options.private,
      temporary: async () => {
        await this.ready();
        return this.temporaries.newPath();
      },
    });
    this.#options = options;
    this.#folders = new SafeFolders(options);
  }

  async read(key: string): Promise<Bytes | undefined> {
    for await (const { relative, path } of this.#places(key)) {
      const file = await this.#readEntry(key, path);
      if (file === undefined) continue;
      // Bytes without a line, or of another version than the last line tells, are somebody else's: nothing is known of them.
      const meta = this.#options.verifyReads ? await this.journals.metaOf(relative, file.identity) : undefined;
      if (meta !== undefined) assertSha256(key, sha256Of(file.value), meta.sha256);
      this.journals.use(relative);
      return file.value;
    }
    return undefined;
  }

  /** What is too large to be an entry is a broken one: nobody is kept from fetching it again. */
  async #readEntry(key: string, path: string): Promise<WholeFile | undefined> {
    try {
      return await readWhole(path);
    } catch (error) {
      if (!(error instanceof FileTooLargeError)) throw error;
      throw new CorruptEntryError(key, `its file has ${error.size} bytes`, { cause: error });
    }
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
      const identity = await this.#store(path, chunks, { signal: options.signal, approve });
      if (identity !== undefined) {
        this.note(relative, { ...identity, created: Date.now(), sha256, notes: notesOf(options) });
      }
    } catch (error) {
      throw this.#named(error, key, size);
    }
  }

  #named(error: unknown, key: string, size?: number): unknown {
    if (!isFull(error)) return error;
    return new CacheFullError(key, size, `the disk of ${this.root} is full; free some space`, { cause: error });
  }

  /** @returns `undefined` when somebody erases the folders while this writes: what is erased is not there. */
  async #store(
    path: string,
    chunks: Chunks,
    options: { readonly signal: AbortSignal | undefined; readonly approve: (size: number) => void },
  ): Promise<FileIdentity | undefined> {
    const { durable } = this.#options;
    const { signal, approve } = options;
    for (let attempt = 1; ; attempt++) {
      let begun = false;
      const source = (async function* () {
        begun = true;
        yield* chunks;
      })();
      try {
        await this.ready();
        await this.#folders.make(dirname(path));
        // An entry is not put in place by one who has lost its lock, or the lock whose signal he passes on.
        const lock = this.#held.get(path) ?? (signal === undefined ? undefined : this.#held.get(signal));
        return await writeWhole(path, Array.isArray(chunks) ? chunks : source, {
          durable,
          approve,
          private: this.#options.private,
          temporary: this.temporaries.newPath(),
          ...(signal === undefined ? {} : { signal }),
          ...(lock === undefined ? {} : { lock }),
        });
      } catch (error) {
        if (!isAbsent(error)) throw error;
        this.forget();
        // A stream cannot be read twice.
        if (attempt === ATTEMPTS || begun) return undefined;
      }
    }
  }

  /**
   * Writes down what is known. The entry is already in place: if the disk is full, or the journal is no file that can be
   * written, it merely is not verified.
   */
  note(relative: string, meta: Meta): void {
    try {
      this.journals.of(relative).put(basename(relative), meta);
    } catch (error) {
      if (!isFull(error) && !(error instanceof UnsafeFolderError && error.kind === "irregular")) throw error;
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
    await this.ready();
    const journal = await this.journals.fresh(found.relative);
    journal.pin(basename(found.relative), pinned);
    return true;
  }

  async lock<T>(key: string, run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const { path } = this.#firstPlace(key);
    const lock = await this.#lock(key, path, signal);
    const lockSignal = signal === undefined ? lock.signal : AbortSignal.any([signal, lock.signal]);
    this.#held.set(path, lock);
    this.#held.set(lockSignal, lock);
    try {
      return await run(lockSignal);
    } finally {
      if (this.#held.get(path) === lock) this.#held.delete(path);
      this.#held.delete(lockSignal);
      await lock.release();
    }
  }

  async #lock(key: string, path: string, signal: AbortSignal | undefined): Promise<Lock> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.ready();
        await this.#folders.make(dirname(path));
        return await lockFile(join(dirname(path), `.${basename(path)}.lock`), {
          private: this.#options.private,
          temporary: this.temporaries.newPath(),
          ...(signal === undefined ? {} : { signal }),
        });
      } catch (error) {
        if (!isAbsent(error) || attempt === ATTEMPTS) throw this.#named(error, key);
        this.forget();
      }
    }
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
    const preparing = this.#prepared ?? this.#prepare();
    this.#prepared = preparing;
    try {
      await preparing;
    } catch (error) {
      if (this.#prepared === preparing) this.#prepared = undefined;
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#options.prepare();
        await this.#folders.make(this.temporaries.path);
        await this.temporaries.sweep();
        return;
      } catch (error) {
        const erased = isAbsent(error) || error instanceof LockLostError;
        if (!erased || attempt === ATTEMPTS) throw error;
        this.#folders.forget();
      }
    }
  }

  /** Writes the journals anew, without what they tell of entries that are gone. */
  async forgetErased(): Promise<void> {
    for await (const { folders } of walk(this.root)) {
      const place = folders.join("/");
      const journal = await this.journals.fresh(`${place}/_`);
      if (journal.isEmpty) continue;
      await this.ready();
      const names = async (): Promise<Set<string>> => new Set(await namesIn(join(this.root, place)));
      await journal.compact(this.temporaries.newPath(), names);
    }
  }

  /** The folders may be gone: they are made anew by the next call that needs them. */
  forget(): void {
    this.#prepared = undefined;
    this.#folders.forget();
  }
}
