/** Text files of lines that are only ever appended to: manifests and journals. */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { UnsafeFolderError } from "../errors.ts";
import { codeOf, isAbsent } from "./codes.ts";
import { makeFolderSync, PRIVATE_FILE } from "./folders.ts";
import type { Lock } from "./lock.ts";
import { NO_FOLLOW } from "./read.ts";
import { assertProgress } from "./write.ts";

const NEWLINE = 10;

export interface LineFileOptions {
  /** Only its owner may read the file (0600), and folders that are made for it (0700). @default false */
  readonly private?: boolean;
  /** Checked before every line: who has lost this lock appends nothing more. */
  readonly lock?: Pick<Lock, "check">;
}

/** A file of lines, open for appending and for reading. */
export interface LineFile {
  readonly path: string;
  /** For reading with `readSync`. */
  readonly fd: number;
  /**
   * Appends one line, at the end that the file has now. When it returns, the line is with the operating system: no
   * kill can lose it. A line that could not be written whole is taken back, or at least ended before the next one.
   *
   * @param line without its newline
   * @returns where the line begins, in bytes
   * @throws LockLostError; the system's error with its `code`, such as `ENOSPC`
   */
  append(line: string): number;
  close(): void;
}

/**
 * Opens a file of lines, which is made when missing. A last line without its end (a process was killed while it wrote)
 * is ended before the next one, so that that is not lost with it.
 *
 * @throws UnsafeFolderError for a link or what is no regular file; LockLostError; the system's error with its `code`
 */
export function openLineFile(path: string, options: LineFileOptions = {}): LineFile {
  const { lock } = options;
  lock?.check();
  const fd = openToAppend(path, constants.O_RDWR, options);
  // Does the file end within a line?
  let isTorn = false;
  try {
    const { size } = fstatSync(fd);
    const last = new Uint8Array(1);
    isTorn = size > 0 && readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return {
    path,
    fd,
    append(line) {
      const bytes = Buffer.from(`${line}\n`);
      lock?.check();
      const before = fstatSync(fd).size;
      try {
        writeAll(fd, isTorn ? Buffer.concat([Buffer.from("\n"), bytes]) : bytes);
        isTorn = false;
      } catch (error) {
        // Under a lock, what is behind `before` is ours.
        if (fstatSync(fd).size > before && (lock === undefined || !takenBack(fd, before))) isTorn = true;
        throw error;
      }
      return fstatSync(fd).size - bytes.byteLength;
    },
    close: () => closeSync(fd),
  };
}

/** A disk that did not take a line may not let go of its beginning either. */
function takenBack(fd: number, size: number): boolean {
  try {
    ftruncateSync(fd, size);
    return true;
  } catch {
    return false;
  }
}

/** Appends a text with one open and one write: to files that several processes append to without a lock. */
export function appendText(path: string, text: string, options: LineFileOptions = {}): void {
  const fd = openToAppend(path, constants.O_WRONLY, options);
  try {
    writeAll(fd, Buffer.from(text));
  } finally {
    closeSync(fd);
  }
}

/** The same for a text that is of no use by itself: where there is no such file, none is made. */
export function appendIfThere(path: string, text: string): void {
  let fd: number;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_APPEND | NO_FOLLOW);
  } catch (error) {
    if (isAbsent(error)) return;
    throw openError(path, error);
  }
  try {
    if (!fstatSync(fd).isFile()) throw new UnsafeFolderError(path, "irregular");
    writeAll(fd, Buffer.from(text));
  } finally {
    closeSync(fd);
  }
}

/** To the end of the file itself, never of one that a link in its place names. */
function openToAppend(path: string, access: number, options: LineFileOptions): number {
  const flags = access | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW;
  const mode = options.private === true ? PRIVATE_FILE : 0o666;
  let fd: number;
  try {
    fd = openSync(path, flags, mode);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw openError(path, error);
    makeFolderSync(dirname(path), options);
    fd = openSync(path, flags, mode);
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new UnsafeFolderError(path, "irregular");
}

function openError(path: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (code === "ELOOP") return new UnsafeFolderError(path, "link", { cause });
  return code === "ENXIO" || code === "EISDIR" ? new UnsafeFolderError(path, "irregular", { cause }) : cause;
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; ) at += assertProgress(writeSync(fd, bytes, at));
}
