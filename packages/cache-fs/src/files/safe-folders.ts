/** Folders that are where they seem to be: a link on the way would lead the reader or writer elsewhere. */
import { realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { UnsafeFolderError } from "../errors.ts";
import { isAbsent } from "./codes.ts";
import { makeFolder } from "./folders.ts";
import { syncFolder } from "./write.ts";

/** A checked folder is not checked again for so long. */
const CHECKED_MS = 1_000;

export interface SafeFoldersOptions {
  /** Folders that are made survive a power cut. */
  readonly durable: boolean;
  /** They are closed to other users. */
  readonly private: boolean;
}

export class SafeFolders {
  readonly #options: SafeFoldersOptions;
  readonly #checked = new Map<string, number>();

  constructor(options: SafeFoldersOptions) {
    this.#options = options;
  }

  /**
   * Is the folder there?
   *
   * @throws UnsafeFolderError when it is reached by a link.
   */
  async has(folder: string): Promise<boolean> {
    const now = performance.now();
    const checked = this.#checked.get(folder);
    if (checked !== undefined && now - checked < CHECKED_MS) return true;
    let real: string;
    try {
      real = await realpath(folder);
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
    if (real !== folder) throw new UnsafeFolderError(folder, "link");
    this.#checked.set(folder, now);
    return true;
  }

  async make(folder: string): Promise<void> {
    if (await this.has(folder)) return;
    const first = await makeFolder(folder, this.#options);
    await this.has(folder);
    if (first === undefined || !this.#options.durable) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  }

  /** Another process has erased them. */
  forget(): void {
    this.#checked.clear();
  }
}
