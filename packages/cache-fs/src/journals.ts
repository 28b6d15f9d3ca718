/** The journals of a shelf, one per subfolder, by the path of a file relative to the shelf. */
import { basename, dirname, join } from "node:path";
import { Journal } from "./journal.ts";
import type { Meta } from "./journal-line.ts";
import { PRIVATE } from "./owner.ts";
import type { FileIdentity } from "./whole-file.ts";

const FLUSH_MS = 5_000;

export class Journals {
  readonly #folder: string;
  /** Gives the path of a temporary file, its folder made. */
  readonly #temporary: () => Promise<string>;
  readonly #open = new Map<string, Journal>();
  #flushTimer: NodeJS.Timeout | undefined;

  constructor(root: string, temporary: () => Promise<string>) {
    this.#folder = join(root, PRIVATE, "journal");
    this.#temporary = temporary;
  }

  /** As far as it was read. */
  of(relative: string): Journal {
    const name = dirname(relative).replaceAll(/[/\\]/g, "-");
    let journal = this.#open.get(name);
    if (journal === undefined) {
      journal = new Journal(join(this.#folder, `${name}.jsonl`));
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

  /** Writes down when entries were last used. */
  async flush(): Promise<void> {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    for (const journal of this.#open.values()) {
      journal.flush();
      if (journal.bloated) await journal.compact(await this.#temporary());
    }
  }
}
