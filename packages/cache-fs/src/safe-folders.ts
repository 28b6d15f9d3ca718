/** Folders that are where they seem to be: a link on the way would lead the reader or writer elsewhere. */
import { mkdir, realpath } from "node:fs/promises";
import { dirname } from "node:path";
import { UnsafeFolderError } from "./errors.ts";
import { isAbsent, syncFolder } from "./whole-file.ts";

/** A checked folder is not checked again for so long. */
const CHECKED_MS = 1_000;

export class SafeFolders {
  readonly #durable: boolean;
  readonly #checked = new Map<string, number>();

  constructor(options: { readonly durable: boolean }) {
    this.#durable = options.durable;
  }

  /**
   * Is the folder there?
   *
   * @throws UnsafeFolderError when it is reached by a link.
   */
  async has(folder: string): Promise<boolean> {
    const now = Date.now();
    const checked = this.#checked.get(folder);
    if (checked !== undefined && now - checked < CHECKED_MS) return true;
    let real: string;
    try {
      real = await realpath(folder);
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
    if (real !== folder) throw new UnsafeFolderError(folder, "a symbolic link leads out of its place");
    this.#checked.set(folder, now);
    return true;
  }

  async make(folder: string): Promise<void> {
    if (await this.has(folder)) return;
    const first = await mkdir(folder, { recursive: true });
    await this.has(folder);
    if (first === undefined || !this.#durable) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  }

  /** Another process has erased them. */
  forget(): void {
    this.#checked.clear();
  }
}
