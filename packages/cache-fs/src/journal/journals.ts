/** The journals of an account's folder, one per subfolder, by the path of a file relative to that folder. */
import { basename, dirname, join } from "node:path";
import { UnsafeFolderError } from "../errors.ts";
import { isForbidden, isFull } from "../files/codes.ts";
import type { FileIdentity } from "../files/read.ts";
import { Journal } from "./journal.ts";
import type { Meta } from "./line.ts";

const FLUSH_MS = 5_000;

export interface JournalsOptions {
  readonly folder: string;
  /** They tell what an account has looked at, so they are closed to others with it. */
  readonly private: boolean;
  /** Gives the path of a temporary file, its folder made. */
  readonly temporary: () => Promise<string>;
}

export class Journals {
  readonly #options: JournalsOptions;
  readonly #open = new Map<string, Journal>();
  #flushTimer: NodeJS.Timeout | undefined;

  constructor(options: JournalsOptions) {
    this.#options = options;
  }

  /** As far as it was read. */
  of(relative: string): Journal {
    const name = dirname(relative).replaceAll(/[/\\]/g, "-");
    let journal = this.#open.get(name);
    if (journal === undefined) {
      journal = new Journal(join(this.#options.folder, `${name}.jsonl`), this.#options);
      this.#open.set(name, journal);
    }
    return journal;
  }

  /** With what other processes have written. */
  async fresh(relative: string): Promise<Journal> {
    const journal = this.of(relative);
    await journal.refresh();
    return journal;
  }

  /** What was written down about this very version of the file, if anything. */
  async metaOf(relative: string, identity: FileIdentity): Promise<Meta | undefined> {
    const name = basename(relative);
    return this.of(relative).metaOf(name, identity) ?? (await this.fresh(relative)).metaOf(name, identity);
  }

  /** The file was used just now; written down a little later, with other uses. */
  use(relative: string): void {
    this.of(relative).use(basename(relative));
    if (this.#flushTimer !== undefined) return;
    this.#flushTimer = setTimeout(() => void this.flush().catch(() => {}), FLUSH_MS);
    this.#flushTimer.unref();
  }

  /** Writes down when entries were last used. Where that cannot be written, nothing else is lost with it. */
  async flush(): Promise<void> {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    for (const journal of this.#open.values()) {
      try {
        journal.flush();
        if (journal.bloated) await journal.compact(await this.#options.temporary());
      } catch (error) {
        if (!isFull(error) && !isForbidden(error) && !(error instanceof UnsafeFolderError)) throw error;
      }
    }
  }

  /** Everything that was written down is gone. */
  forget(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#open.clear();
  }
}
