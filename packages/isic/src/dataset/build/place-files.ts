import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, link, mkdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readText, temporaryPath, writeWhole } from "@isic/cache-fs/files";
import { staysInside } from "../../download/manifest.ts";
import type { LockedFile } from "./lock-file.ts";
import type { SetFile } from "./set-image.ts";

/** Writes a file of a set, whole or not at all. */
export async function placeFile(folder: string, { path, content }: SetFile): Promise<LockedFile> {
  const target = join(folder, path);
  if (typeof content === "string") await writeWhole(target, content);
  else if (content instanceof Uint8Array) await writeWhole(target, [content]);
  else {
    await mkdir(dirname(target), { recursive: true });
    const temporary = temporaryPath(target);
    try {
      await content(temporary);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
  return { path, ...(await hashOf(target)) };
}

/** Gives a made file its place: as a second name of the same file, which costs no room, or as a copy of it. */
export async function placeMade(from: string, target: string): Promise<void> {
  const [made, there] = await Promise.all([stat(from), stat(target).catch(() => undefined)]);
  if (there !== undefined && there.ino === made.ino && there.dev === made.dev && made.ino !== 0) return;
  await mkdir(dirname(target), { recursive: true });
  const temporary = temporaryPath(target);
  try {
    await link(from, temporary).catch(() => copyFile(from, temporary));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
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

  private constructor(folder: string, note: string, before: Set<string>) {
    this.#folder = folder;
    this.#note = note;
    this.#before = before;
  }

  static async open(folder: string, work: string, locked: readonly LockedFile[]): Promise<PlacedFiles> {
    const note = join(work, "placing.json");
    const text = (await readText(note).catch(() => undefined)) ?? "[]";
    return new PlacedFiles(folder, note, new Set([...pathsIn(text), ...locked.map(({ path }) => path)]));
  }

  async begin(paths: Iterable<string>): Promise<void> {
    await writeWhole(this.#note, JSON.stringify([...new Set([...this.#before, ...paths])].sort()));
  }

  /** Takes away what is not among these, and the folders that are empty then. */
  async end(paths: ReadonlySet<string>): Promise<void> {
    for (const path of this.#before) {
      if (paths.has(path)) continue;
      await rm(join(this.#folder, path), { force: true });
      for (let at = dirname(path); at !== "."; at = dirname(at)) {
        const isGone = await rmdir(join(this.#folder, at)).then(
          () => true,
          () => false,
        );
        if (!isGone) break;
      }
    }
    await writeWhole(this.#note, JSON.stringify([...paths].sort()));
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
