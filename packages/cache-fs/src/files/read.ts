/** Regular files, read whole: never through a link, never a pipe that would not end, never more than was agreed. */
import { constants, fstatSync } from "node:fs";
import { type FileHandle, open, readdir } from "node:fs/promises";
import type { Bytes } from "@isic/cache";
import { FileTooLargeError, UnsafeFolderError } from "../errors.ts";
import { codeOf, isAbsent } from "./codes.ts";

/** Windows has neither flag. Without the second, opening a pipe waits for its other end. */
export const NO_FOLLOW: number = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

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

/** None for a folder that is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/**
 * The open file, or `undefined` if there is none.
 *
 * @throws UnsafeFolderError for a symbolic link, and for what is no regular file
 */
export async function openToRead(path: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | NO_FOLLOW);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (codeOf(error) === "ELOOP") throw new UnsafeFolderError(path, "link", { cause: error });
    throw error;
  }
  if (fstatSync(handle.fd).isFile()) return handle;
  await handle.close();
  throw new UnsafeFolderError(path, "irregular");
}

export interface ReadOptions {
  /** A longer file is refused before any of it is read. @default Infinity */
  readonly maxBytes?: number;
}

/**
 * The whole file, or `undefined` if there is none.
 *
 * @throws FileTooLargeError, UnsafeFolderError
 */
export async function readWhole(path: string, options: ReadOptions = {}): Promise<WholeFile | undefined> {
  const handle = await openToRead(path);
  if (handle === undefined) return undefined;
  try {
    // The open file's own numbers are in memory: asking for them takes less time than a trip to the thread pool.
    const { ino, mtimeMs, size } = fstatSync(handle.fd);
    if (size > (options.maxBytes ?? Number.POSITIVE_INFINITY)) {
      throw new FileTooLargeError(path, size, options.maxBytes!);
    }
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

/** {@link readWhole} as text in UTF-8. */
export async function readText(path: string, options: ReadOptions = {}): Promise<string | undefined> {
  const file = await readWhole(path, options);
  return file === undefined ? undefined : Buffer.from(file.value.buffer).toString("utf8");
}
