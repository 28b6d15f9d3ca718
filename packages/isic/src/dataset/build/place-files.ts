import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { link, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder, temporaryPath, writeWhole } from "@isic/cache-fs/files";
import type { WritingRules } from "../../download/file-writer.ts";
import type { LockedFile } from "./lock-file.ts";
import type { SetFile } from "./set-image.ts";

/** Writes a file of a set, whole or not at all. */
export async function placeFile(folder: string, { path, content }: SetFile, rules: WritingRules): Promise<LockedFile> {
  const target = join(folder, path);
  await writeWhole(target, typeof content === "function" ? content() : content, rules);
  return { path, ...(await hashOf(target)) };
}

/** Gives a made file its place: as a second name of the same file, which costs no room, or as a copy of it. */
export async function placeMade(from: string, target: string, rules: WritingRules): Promise<void> {
  const [made, there] = await Promise.all([stat(from), stat(target).catch(() => undefined)]);
  if (there !== undefined && there.ino === made.ino && there.dev === made.dev && made.ino !== 0) return;
  await makeFolder(dirname(target), rules);
  const temporary = temporaryPath(target);
  const isLinked = await link(from, temporary).then(
    () => true,
    () => false,
  );
  if (!isLinked) {
    await writeWhole(target, createReadStream(from), rules);
    return;
  }
  try {
    rules.lock?.check();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
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

/**
 * What a build writes, noted before it begins, so that a later one can take away what the set no longer has. Files that
 * no build has written are left alone.
 */
export class PlacedFiles {
  readonly #folder: string;
  readonly #note: string;
  readonly #before: Set<string>;
  readonly #rules: WritingRules;

  private constructor(folder: string, note: string, before: Set<string>, rules: WritingRules) {
    this.#folder = folder;
    this.#note = note;
    this.#before = before;
    this.#rules = rules;
  }

  static async open(
    folder: string,
    work: string,
    locked: readonly LockedFile[],
    rules: WritingRules,
  ): Promise<PlacedFiles> {
    const note = join(work, "placing.json");
    const text = await readFile(note, "utf8").catch(() => "[]");
    const noted = JSON.parse(text) as readonly string[];
    return new PlacedFiles(folder, note, new Set([...noted, ...locked.map(({ path }) => path)]), rules);
  }

  async begin(paths: Iterable<string>): Promise<void> {
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
}
