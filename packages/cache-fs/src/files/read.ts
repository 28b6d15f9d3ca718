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
 * @throws UnsafeFolderError for a symbolic link (unless those are followed), and for what is no regular file
 */
export async function openToRead(path: string, options: ReadOptions = {}): Promise<FileHandle | undefined> {
  const flags = options.followLinks === true ? (constants.O_NONBLOCK ?? 0) : NO_FOLLOW;
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | flags);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (codeOf(error) === "ELOOP") throw new UnsafeFolderError(path, "link", { cause: error });
    // A socket.
    if (codeOf(error) === "ENXIO") throw new UnsafeFolderError(path, "irregular", { cause: error });
    throw error;
  }
  if (fstatSync(handle.fd).isFile()) return handle;
  await handle.close();
  throw new UnsafeFolderError(path, "irregular");
}

/** Node ends the whole process when it is asked to read more at once. */
const MOST_BYTES = 2 ** 31 - 1;

export interface ReadOptions {
  /** A longer file is refused before any of it is read. @default 2_147_483_647 */
  readonly maxBytes?: number;
  /** A link to a regular file counts as that: in folders that people arrange themselves. @default false */
  readonly followLinks?: boolean;
}

/**
 * The whole file, or `undefined` if there is none.
 *
 * @throws FileTooLargeError, UnsafeFolderError
 */
export async function readWhole(path: string, options: ReadOptions = {}): Promise<WholeFile | undefined> {
  const handle = await openToRead(path, options);
  if (handle === undefined) return undefined;
  try {
    // The open file's own numbers are in memory: asking for them takes less time than a trip to the thread pool.
    const { ino, mtimeMs, size } = fstatSync(handle.fd);
    const { maxBytes = MOST_BYTES } = options;
    if (size > maxBytes) throw new FileTooLargeError(path, size, maxBytes);
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
