/** Whole files in and out: a reader sees all of a file or none of it. */
import { constants, fstatSync } from "node:fs";
import { type FileHandle, link, lstat, open, readdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Bytes } from "@isic/cache";
import { UnsafeFolderError } from "./errors.ts";

/** Windows has no such flag; there the check of the folder has to do. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/** What tells one version of a file from the next: renaming a new file into place changes it. */
export interface FileIdentity {
  readonly ino: number;
  readonly mtimeMs: number;
  readonly size: number;
}

export interface WholeFile {
  readonly value: Bytes;
  readonly identity: FileIdentity;
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

export function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOENT" || code === "ENOTDIR";
}

/** None for a folder that is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** The open file, or `undefined` if there is none. A symbolic link in its place is an error, not a file. */
export async function openToRead(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | NO_FOLLOW);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (codeOf(error) === "ELOOP") throw new UnsafeFolderError(path, "it is a symbolic link", { cause: error });
    throw error;
  }
}

/** The open file's own numbers are in memory: asking for them takes less time than a trip to the thread pool. */
export async function readWhole(path: string): Promise<WholeFile | undefined> {
  const handle = await openToRead(path);
  if (handle === undefined) return undefined;
  try {
    const { ino, mtimeMs, size } = fstatSync(handle.fd);
    const value = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const { bytesRead } = await handle.read(value, at, size - at, at);
      if (bytesRead === 0) throw new Error(`${path} ended after ${at} of ${size} bytes`);
      at += bytesRead;
    }
    return { value, identity: { ino, mtimeMs, size } };
  } finally {
    // Nobody needs to wait for it, and after reading there is nothing it could fail to do.
    handle.close().catch(() => {});
  }
}

export interface WriteOptions {
  /** Ask the disk to keep file and folder before the call resolves, so that they survive a power cut. */
  readonly durable: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Throws if what was written must not be kept. */
  readonly approve?: (size: number) => void;
}

/** Writes the chunks to `temporary` and renames it to `path`; on any failure the temporary file is gone and `path` as before. */
export async function writeWhole(
  path: string,
  temporary: string,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: WriteOptions,
): Promise<FileIdentity> {
  const handle = await open(temporary, "wx");
  let closing: Promise<void> | undefined;
  try {
    for await (const chunk of chunks) {
      options.signal?.throwIfAborted();
      await writeAll(handle, chunk);
    }
    if (options.durable) await handle.sync();
    const { ino, mtimeMs, size } = fstatSync(handle.fd);
    options.approve?.(size);
    options.signal?.throwIfAborted();
    closing = handle.close();
    // Windows renames no open file; elsewhere the two need not wait for each other.
    if (process.platform === "win32") await closing;
    await Promise.all([closing, rename(temporary, path)]);
    if (options.durable) await syncFolder(dirname(path));
    return { ino, mtimeMs, size };
  } catch (error) {
    await (closing ?? handle.close()).catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.byteLength; ) {
    at += (await handle.write(chunk, at, chunk.byteLength - at)).bytesWritten;
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
