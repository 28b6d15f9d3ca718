import { createHash, randomBytes } from "node:crypto";
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";

const PARTIAL = ".isic-partial.";
let run: { readonly tag: string; files: number } | undefined;

/** This process among all that ever had its number: the machine's name and a random part. */
function thisRun(): { readonly tag: string; files: number } {
  run ??= { tag: `${hostTag()}-${randomBytes(4).toString("hex")}`, files: 0 };
  return run;
}

const hostTag = (): string => createHash("sha256").update(hostname()).digest("hex").slice(0, 8);

/** A name of its own beside `path`, for the time until the file is whole. */
export function temporaryPath(path: string): string {
  const { tag, files } = thisRun();
  thisRun().files = files + 1;
  return join(dirname(path), `${PARTIAL}${process.pid}.${tag}-${files}`);
}

/** Is this a temporary that a process of this machine left when it was killed? */
export function isAbandonedPartial(name: string): boolean {
  const match = name.startsWith(PARTIAL) ? /^(\d+)\.(\w+)-(\w+)-\d+$/.exec(name.slice(PARTIAL.length)) : null;
  if (match === null || match[2] !== hostTag()) return false;
  const pid = Number(match[1]);
  return pid === process.pid ? `${match[2]}-${match[3]}` !== thisRun().tag : !isRunning(pid);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export function sha256Of(pieces: readonly Uint8Array[]): string {
  const hash = createHash("sha256");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** Writes text, or bytes in one or more pieces, to `path`, whole or not at all; its folder is made when missing. */
export async function writeWhole(path: string, content: string | readonly Uint8Array[]): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    await inFolderOf(path, () => writeFile(temporary, content, { flag: "wx" }));
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The folder is made when it turns out to be missing: a selection usually has one, and it is there. */
export async function inFolderOf<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true });
    return work();
  }
}

/** The same by the calls that hold up their thread, and so cost least: for a thread that does nothing else. */
export function writeWholeSync(temporary: string, path: string, pieces: readonly Uint8Array[]): void {
  try {
    writeNewSync(temporary, pieces);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeNewSync(path: string, pieces: readonly Uint8Array[]): void {
  const file = openInFolderSync(path);
  try {
    for (const piece of pieces) writeFileSync(file, piece);
  } finally {
    closeSync(file);
  }
}

function openInFolderSync(path: string): number {
  try {
    return openSync(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "wx");
  }
}
