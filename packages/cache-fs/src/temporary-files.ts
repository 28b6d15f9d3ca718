/** The files that are being written, in `.isic/tmp`, under names that tell who writes them. */
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PRIVATE } from "./owner.ts";
import { isGone, type ProcessName, parseProcessName } from "./process-name.ts";
import { isAbsent, namesIn } from "./whole-file.ts";

/** Files of a live process are left alone, those of unknown ones for a day. */
const FOREIGN_AGE_MS = 24 * 3_600_000;

export class TemporaryFiles {
  readonly folder: string;
  readonly #self: ProcessName;

  constructor(root: string, self: ProcessName) {
    this.folder = join(root, PRIVATE, "tmp");
    this.#self = self;
  }

  /** A path that nobody else uses. */
  newPath(): string {
    return join(this.folder, this.newName());
  }

  /** A name that tells this process, and that nobody else uses. */
  newName(): string {
    return `${this.#self.text}.${this.#self.next()}`;
  }

  /** The paths of those whose process is gone. */
  async leftovers(): Promise<string[]> {
    const found: string[] = [];
    for (const name of await namesIn(this.folder)) {
      const path = join(this.folder, name);
      const writer = parseProcessName(name);
      if ((writer !== undefined && isGone(writer)) || (await isOld(path))) found.push(path);
    }
    return found;
  }

  async sweep(): Promise<void> {
    for (const path of await this.leftovers()) await rm(path, { force: true });
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
