import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readText, writeWhole } from "@isic/cache-fs/files";
import type { WritingRules } from "../../download/file-writer.ts";
import { staysInside } from "../../download/manifest.ts";
import type { LockedFile } from "./lock-file.ts";
import type { SetFile } from "./set-image.ts";

/** Writes a file of a set, whole or not at all. */
export async function placeFile(folder: string, { path, content }: SetFile, rules: WritingRules): Promise<LockedFile> {
  const target = join(folder, path);
  await writeWhole(target, typeof content === "function" ? content() : content, rules);
  return { path, ...(await hashOf(target)) };
}

export async function hashOf(path: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of createReadStream(path)) {
    hash.update(piece as Buffer);
    bytes += (piece as Buffer).length;
  }
  return { sha256: hash.digest("hex"), bytes };
}

/** What a build writes. */
const NOTE = "placing.json";
/** Is there while files of a set are put in their places, until its lock says so. */
const UNFINISHED = "unfinished";

/** Was a build stopped while it changed the files of a set? */
export async function isUnfinished(work: string): Promise<boolean> {
  return (await stat(join(work, UNFINISHED)).catch(() => undefined)) !== undefined;
}

/**
 * What a build writes, noted before it begins, so that a later one can take away what the set no longer has. Files that
 * no build has written are left alone.
 */
export class PlacedFiles {
  readonly #folder: string;
  readonly #work: string;
  readonly #note: string;
  readonly #before: Set<string>;
  readonly #rules: WritingRules;

  private constructor(folder: string, work: string, before: Set<string>, rules: WritingRules) {
    this.#folder = folder;
    this.#work = work;
    this.#note = join(work, NOTE);
    this.#before = before;
    this.#rules = rules;
  }

  static async open(
    folder: string,
    work: string,
    locked: readonly LockedFile[],
    rules: WritingRules,
  ): Promise<PlacedFiles> {
    const text = (await readText(join(work, NOTE)).catch(() => undefined)) ?? "[]";
    return new PlacedFiles(folder, work, new Set([...pathsIn(text), ...locked.map(({ path }) => path)]), rules);
  }

  async begin(paths: Iterable<string>): Promise<void> {
    await writeWhole(join(this.#work, UNFINISHED), "", this.#rules);
    await writeWhole(this.#note, JSON.stringify([...new Set([...this.#before, ...paths])].sort()), this.#rules);
  }

  /** Takes away what is not among these, and the folders that are empty then. */
  async end(paths: ReadonlySet<string>): Promise<void> {
    for (const path of this.#before) {
      if (paths.has(path)) continue;
      this.#rules.lock?.check();
      await rm(join(this.#folder, path), { force: true });
      for (let at = dirname(path); at !== "."; at = dirname(at)) {
        const isGone = await rmdir(join(this.#folder, at)).then(
          () => true,
          () => false,
        );
        if (!isGone) break;
      }
    }
    await writeWhole(this.#note, JSON.stringify([...paths].sort()), this.#rules);
  }

  /** To be called when the lock is there. */
  async finish(): Promise<void> {
    await rm(join(this.#work, UNFINISHED), { force: true });
  }
}

/** The paths of a note. The folder may be somebody else's: what leads out of it is none, and is never taken away. */
function pathsIn(note: string): string[] {
  try {
    const paths: unknown = JSON.parse(note);
    return Array.isArray(paths) ? paths.filter((path) => typeof path === "string" && staysInside(path)) : [];
  } catch {
    return [];
  }
}
