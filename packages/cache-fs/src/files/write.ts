/** Files that are written whole or not at all: to a temporary file, which is renamed into place when it is complete. */
import { closeSync, constants, fstatSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { type FileHandle, link, lstat, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf, isAbsent } from "./codes.ts";
import { makeFolder, makeFolderSync, PRIVATE_FILE } from "./folders.ts";
import type { Lock } from "./lock.ts";
import { type FileIdentity, NO_FOLLOW } from "./read.ts";
import { temporaryPath } from "./temporaries.ts";

/** A text (as UTF-8), bytes, bytes in pieces, or a stream of them. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

interface CommonOptions {
  /**
   * The file is readable by its owner only (0600) from its creation, and so are folders that are made for it (0700).
   * @default false
   */
  readonly private?: boolean;
  /** Permissions of the new file, less the umask. @default 0o666, or 0o600 when private */
  readonly mode?: number;
  /** Checked at the last moment: the file is not put in place by one who has lost this lock. */
  readonly lock?: Pick<Lock, "check">;
  /** The unfinished file, on the same file system. @default a name beside the file that tells this process */
  readonly temporary?: string;
}

export interface WriteWholeOptions extends CommonOptions {
  /** Ask the disk to keep file and folder before the call resolves, so that they survive a power cut. @default false */
  readonly durable?: boolean;
  readonly signal?: AbortSignal;
  /** Throws if what was written must not be kept. */
  readonly approve?: (size: number) => void;
}

/**
 * Writes a file whole or not at all; its folder is made when missing. On any failure (a full disk, a stream that
 * breaks, a lost lock, an abort) the temporary file is gone, and what was there before is still there.
 *
 * What is in the file's place is replaced, also when it is a link: see `writeOutput` for places that a user names.
 *
 * @returns what tells this version of the file from others
 * @throws the system's error with its `code`, what `content` throws, LockLostError, or the signal's reason
 */
export async function writeWhole(
  path: string,
  content: FileContent,
  options: WriteWholeOptions = {},
): Promise<FileIdentity> {
  const { lock, signal, durable = false, temporary = temporaryPath(path) } = options;
  const handle = await openNew(temporary, options);
  let closing: Promise<void> | undefined;
  try {
    const written = await writeInto(handle, content, signal);
    if (durable) await handle.sync();
    const identity = identityOf(handle.fd, path, written);
    options.approve?.(identity.size);
    signal?.throwIfAborted();
    closing = handle.close();
    // Windows renames no open file; elsewhere the two need not wait for each other.
    if (process.platform === "win32") await closing;
    lock?.check();
    await Promise.all([closing, rename(temporary, path)]);
    if (durable) await syncFolder(dirname(path));
    return identity;
  } catch (error) {
    await (closing ?? handle.close()).catch(() => {});
    // Where the disk does not even let go of it, what went wrong first is what counts; a later run sweeps it away.
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Writes everything into an open file; a file system that takes nothing and says nothing is a failure too. */
export async function writeInto(handle: FileHandle, content: FileContent, signal?: AbortSignal): Promise<number> {
  let written = 0;
  for await (const chunk of piecesOf(content)) {
    signal?.throwIfAborted();
    for (let at = 0; at < chunk.byteLength; ) {
      const { bytesWritten } = await handle.write(chunk, at, chunk.byteLength - at);
      at += assertProgress(bytesWritten);
    }
    written += chunk.byteLength;
  }
  return written;
}

/**
 * {@link writeWhole} by the calls that hold up their thread, and so cost least: for a thread that does nothing else.
 *
 * @throws the system's error with its `code`, or LockLostError
 */
export function writeWholeSync(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
  options: CommonOptions = {},
): FileIdentity {
  const { lock, temporary = temporaryPath(path) } = options;
  const file = openNewSync(temporary, options);
  let open = true;
  try {
    let written = 0;
    for (const piece of piecesOf(content) as Iterable<Uint8Array>) {
      for (let at = 0; at < piece.byteLength; ) at += assertProgress(writeSync(file, piece, at));
      written += piece.byteLength;
    }
    const identity = identityOf(file, path, written);
    open = false;
    closeSync(file);
    lock?.check();
    renameSync(temporary, path);
    return identity;
  } catch (error) {
    try {
      if (open) closeSync(file);
      rmSync(temporary, { force: true });
    } catch {
      // As above.
    }
    throw error;
  }
}

function piecesOf(content: FileContent): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (typeof content === "string") return [Buffer.from(content)];
  return content instanceof Uint8Array ? [content] : content;
}

export function assertProgress(bytesWritten: number): number {
  if (bytesWritten > 0) return bytesWritten;
  throw Object.assign(new Error("ENOSPC: the file system took no more bytes"), { code: "ENOSPC" });
}

function identityOf(fd: number, path: string, written: number): FileIdentity {
  const { ino, mtimeMs, size } = fstatSync(fd);
  if (size !== written) throw new Error(`${path} has ${size} bytes on disk after ${written} were written`);
  return { ino, mtimeMs, size };
}

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW;
const modeOf = (options: CommonOptions): number => options.mode ?? (options.private === true ? PRIVATE_FILE : 0o666);

/** The folder is made when it turns out to be missing: mostly it is there. */
async function openNew(path: string, options: CommonOptions): Promise<FileHandle> {
  try {
    return await open(path, NEW, modeOf(options));
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await makeFolder(dirname(path), options);
    return await open(path, NEW, modeOf(options));
  }
}

function openNewSync(path: string, options: CommonOptions): number {
  try {
    return openSync(path, NEW, modeOf(options));
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    makeFolderSync(dirname(path), options);
    return openSync(path, NEW, modeOf(options));
  }
}

/** Removes the file if it still is this version of it; a newer one stays. */
export async function removeVersion(path: string, identity: FileIdentity, temporary: string): Promise<boolean> {
  try {
    await rename(path, temporary);
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
  const moved = await lstat(temporary);
  const same = moved.ino === identity.ino && moved.mtimeMs === identity.mtimeMs;
  try {
    // Somebody renamed a newer version into place in between: it goes back, unless there is an even newer one.
    if (!same) await link(temporary, path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  } finally {
    await rm(temporary, { force: true });
  }
  return same;
}

/** Keeps a rename from being lost in a power cut; Windows neither needs nor allows it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
