import { createHash, randomBytes } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
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

/** Writes `text` or bytes to `path`, whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = temporaryPath(path);
  try {
    if (mayWriteAtOnce(content)) {
      writeAtOnce(temporary, path, content);
    } else {
      await writeFile(temporary, content);
      await rename(temporary, path);
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Waking the threads of the pool for open, write, close and rename costs more than a small write on a local disk. */
const SMALL = 1 << 19;
/** Milliseconds: the longest that such a write may hold up everything else. */
const QUICK = 2;
/** So many files go through the pool before a disk that was slow is tried again. */
const PAUSE = 32;
let pause = 0;

function mayWriteAtOnce(content: string | Uint8Array): boolean {
  if (content.length > SMALL) return false;
  if (pause === 0) return true;
  pause -= 1;
  return false;
}

function writeAtOnce(temporary: string, path: string, content: string | Uint8Array): void {
  const started = performance.now();
  writeFileSync(temporary, content);
  renameSync(temporary, path);
  if (performance.now() - started > QUICK) pause = PAUSE;
}

/** The folder is made when it turns out to be missing: a selection usually has one, and it is there. */
export async function inFolderOf<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true });
    return write();
  }
}
