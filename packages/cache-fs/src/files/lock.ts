/**
 * One at a time between processes and machines that share a folder.
 *
 * A lock is a folder that holds one file, named after its holder. The folder is made beside, with the file in it, and
 * renamed into place, which a file system does only where there is nothing or an empty folder. It is given up, and taken
 * from a holder that is gone, by removing the file by its name: so nobody removes, renews or believes in a lock that
 * has meanwhile become somebody else's.
 */
import { statSync } from "node:fs";
import { lstat, mkdir, open, readdir, rename, rm, rmdir, unlink, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LockLostError, UnsafeFolderError } from "../errors.ts";
import { codeOf, isAbsent } from "./codes.ts";
import { makeFolder, PRIVATE_FOLDER } from "./folders.ts";
import { isGone, parseProcessName, processName } from "./process-name.ts";
import { readText } from "./read.ts";
import { temporaryPath } from "./temporaries.ts";

/** The holder renews its lock this often. */
const HEARTBEAT_MS = 2_000;
/** A lock that has not been renewed for so long by its own time is stale, ... */
const STALE_MS = 15_000;
/** ... once it was seen not to be renewed for so long: clocks differ, and jump. */
const SEEN_MS = 2 * HEARTBEAT_MS + 500;
const POLL_MS = [5, 10, 20, 40, 80];

/** Who holds a lock, as far as it is known. */
export interface LockHolder {
  readonly pid: number | undefined;
  readonly host: string | undefined;
}

export interface LockOptions {
  /** Ends the waiting; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Called once if somebody else holds the lock. */
  readonly onWait?: (holder: LockHolder) => void;
  /** The lock, and folders that are made for it, are closed to other users (0700). @default false */
  readonly private?: boolean;
  /** Where the lock is made before it gets its place, on the same file system. @default a name beside it */
  readonly temporary?: string;
}

/** A lock that is held. */
export interface Lock {
  readonly path: string;
  /** A file that is there as long as the lock is held: for another thread, which cannot {@link check}. */
  readonly holder: string;
  /** Aborted, with a {@link LockLostError}, when the lock is found to be lost. */
  readonly signal: AbortSignal;
  /**
   * To be called before every append and rename that the lock protects: a process that was stopped for a while, or whose
   * machine slept, may have lost the lock without having noticed.
   *
   * @throws LockLostError
   */
  check(): void;
  /**
   * Gives the lock up; one that was lost is somebody else's and stays. Never fails: what the lock protected is done, and
   * a lock that the disk does not let go is succeeded like that of a dead process.
   */
  release(): Promise<void>;
}

/**
 * Waits until nobody else holds the lock at `path`, and holds it. A holder that has died is succeeded at once where that
 * can be known (the same machine, boot and PID namespace), and after 15 seconds of silence otherwise.
 *
 * @throws the signal's reason, or the system's error where the lock cannot be made
 * @example
 * ```ts no-run
 * import { lockFile, writeWhole } from "@isic/cache-fs/files";
 *
 * const lock = await lockFile("photos/.isic.lock", { onWait: ({ pid }) => console.warn(`waiting for process ${pid}`) });
 * try {
 *   await writeWhole("photos/list.txt", "ISIC_0000000\n", { lock });
 * } finally {
 *   await lock.release();
 * }
 * ```
 */
export async function lockFile(path: string, options: LockOptions = {}): Promise<Lock> {
  const { signal, temporary = temporaryPath(path) } = options;
  const token = processName().next();
  const observed = new Observed(path);
  let told = false;
  signal?.throwIfAborted();
  try {
    await makeDraft(temporary, token, options);
    for (let attempt = 0; ; attempt++) {
      signal?.throwIfAborted();
      // Its age begins when it is taken, not when the waiting began.
      if (attempt > 0) await renew(join(temporary, token));
      if (await take(path, temporary, token, options)) return hold(path, token);
      const holder = await observed.look();
      if (holder === "stale") {
        await observed.remove();
      } else if (holder !== "free") {
        if (!told) options.onWait?.(await describe(path, holder));
        told = true;
        await pause(POLL_MS[Math.min(attempt, POLL_MS.length - 1)]!, signal);
      }
    }
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}

/** Runs `run` while holding the lock at `path`. */
export async function withLock<T>(
  path: string,
  run: (lock: Lock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const lock = await lockFile(path, options);
  try {
    return await run(lock);
  } finally {
    await lock.release();
  }
}

async function makeDraft(temporary: string, token: string, options: LockOptions): Promise<void> {
  const mode = options.private === true ? PRIVATE_FOLDER : 0o777;
  try {
    await mkdir(temporary, mode);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await makeFolder(dirname(temporary), options);
    await mkdir(temporary, mode);
  }
  const handle = await open(join(temporary, token), "wx", 0o600);
  try {
    // For people. It may be empty on a full disk: the name says all that matters.
    await handle.writeFile(`${JSON.stringify({ pid: process.pid, host: hostname() })}\n`).catch(() => {});
  } finally {
    await handle.close();
  }
}

async function renew(file: string): Promise<boolean> {
  try {
    const now = new Date();
    await utimes(file, now, now);
    return true;
  } catch (error) {
    return !isAbsent(error);
  }
}

/** Puts the draft in the lock's place, if that is free. */
async function take(path: string, temporary: string, token: string, options: LockOptions): Promise<boolean> {
  try {
    await rename(temporary, path);
    return true;
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (TAKEN.has(code)) {
      // Some file systems replace no folder, not even an empty one; an empty one is nobody's.
      if ((await lstat(path).catch(() => undefined))?.isDirectory()) await rmdir(path).catch(() => {});
      return false;
    }
    if (code !== "ENOENT") throw error;
    // The folder of the lock is missing, or a sweep took the draft.
    await makeFolder(dirname(path), options);
    if ((await lstat(join(temporary, token)).catch(() => undefined)) === undefined) {
      await rm(temporary, { recursive: true, force: true });
      await makeDraft(temporary, token, options);
    }
    return false;
  }
}

/** What `rename` says where a folder is not empty, or a file is in its place (EPERM and EACCES: Windows). */
const TAKEN = new Set(["ENOTEMPTY", "EEXIST", "ENOTDIR", ...(process.platform === "win32" ? ["EPERM", "EACCES"] : [])]);

function hold(path: string, token: string): Lock {
  const mine = join(path, token);
  const lost = new AbortController();
  let released = false;
  const lose = (reason: string): LockLostError => {
    const error = new LockLostError(path, reason);
    if (!released) lost.abort(error);
    return error;
  };
  const beat = async (): Promise<void> => {
    if (!(await renew(mine))) lose(TAKEN_OVER);
  };
  const heartbeat = setInterval(() => void beat(), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    path,
    holder: mine,
    signal: lost.signal,
    check() {
      if (released) throw lose("it was given up before");
      if (statSync(mine, { throwIfNoEntry: false }) === undefined) throw lose(TAKEN_OVER);
    },
    async release() {
      released = true;
      clearInterval(heartbeat);
      await removeHolder(path, token).catch(() => UNREMOVED.add(token));
    },
  };
}

/** Given up by this process, and still there since the disk did not let go of them. */
const UNREMOVED = /* @__PURE__ */ new Set<string>();

const TAKEN_OVER =
  "this process was silent for too long (it was stopped, or its machine slept), or the lock was removed";

/**
 * The next holder may already be in the folder when it is to go: it stays then.
 *
 * @throws UnsafeFolderError for a folder in the holder's place, which no lock of ours has
 */
async function removeHolder(path: string, token: string): Promise<void> {
  try {
    await unlink(join(path, token));
    await rmdir(path);
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (isAbsent(error) || TAKEN.has(code)) return;
    const isFolder = (await lstat(join(path, token)).catch(() => undefined))?.isDirectory() === true;
    throw isFolder ? new UnsafeFolderError(join(path, token), "irregular", { cause: error }) : error;
  }
}

/** What one who waits knows of a lock: who held it when, by a clock that never jumps. */
class Observed {
  readonly #path: string;
  /** The holder's name and last sign of life. */
  #sign = "";
  #since = 0;
  #token: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The holder's name, `"free"` for a lock of nobody, `"stale"` for one whose holder is gone. */
  async look(): Promise<string | "free" | "stale"> {
    this.#token = await tokenOf(this.#path);
    if (this.#token === undefined) return "free";
    const file = this.#token === "" ? this.#path : join(this.#path, this.#token);
    const name = this.#token === "" ? await nameInFile(file) : this.#token;
    const holder = parseProcessName(name);
    if (UNREMOVED.has(name) || (holder !== undefined && isGone(holder))) return "stale";
    const modified = (await lstat(file).catch(() => undefined))?.mtimeMs;
    if (modified === undefined) return "free";
    const sign = `${name} ${modified}`;
    const now = performance.now();
    if (sign !== this.#sign) {
      this.#sign = sign;
      this.#since = now;
    }
    const seen = now - this.#since;
    const silent = seen > STALE_MS + SEEN_MS || (seen > SEEN_MS && Date.now() - modified > STALE_MS);
    return silent ? "stale" : name;
  }

  /** Takes the lock from the holder that was last looked at, and from no other. */
  async remove(): Promise<void> {
    if (this.#token === undefined) return;
    if (this.#token !== "") return await removeHolder(this.#path, this.#token);
    try {
      // A lock of the first versions, which were files: a folder is never removed so.
      await unlink(this.#path);
    } catch (error) {
      if (!isAbsent(error) && codeOf(error) !== "EISDIR" && codeOf(error) !== "EPERM") throw error;
    }
  }
}

/**
 * The holder's file in a lock, `""` for a lock that is itself a file, `undefined` for none.
 *
 * @throws UnsafeFolderError for a link: what it leads to is not ours to look at or to remove
 */
async function tokenOf(path: string): Promise<string | undefined> {
  try {
    const found = await lstat(path);
    if (found.isSymbolicLink()) throw new UnsafeFolderError(path, "link");
    if (!found.isDirectory()) return "";
    const names = await readdir(path);
    return names.find((name) => parseProcessName(name) !== undefined) ?? names[0];
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * What a lock's file says, if it is one. Locks of the first versions are files themselves: with their holder's name, or
 * a text that only silence can be asked of.
 */
async function nameInFile(path: string): Promise<string> {
  return (await readText(path, { maxBytes: 4096 }).catch(() => undefined)) ?? "";
}

/** The waiting time is varied, so that many who wait do not ask in step. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw signal?.reason ?? error;
  }
}

async function describe(path: string, token: string): Promise<LockHolder> {
  const text = await nameInFile(join(path, token));
  try {
    const { pid, host } = JSON.parse(text) as Record<string, unknown>;
    if (typeof pid === "number" && typeof host === "string") return { pid, host };
  } catch {
    // Cut by a full disk.
  }
  return { pid: parseProcessName(token)?.pid, host: undefined };
}

/** So old, and no clock is to blame. */
const SURELY_STALE_MS = 24 * 3_600_000;

/** The holder of a lock that nobody holds any more, as far as that is certain; one that seems silent is watched a while. */
export async function staleHolder(path: string): Promise<string | undefined> {
  const token = await tokenOf(path);
  const file = token === "" || token === undefined ? path : join(path, token);
  const modified = async (): Promise<number | undefined> => (await lstat(file).catch(() => undefined))?.mtimeMs;
  const before = await modified();
  if (before === undefined) return undefined;
  // An empty folder is nobody's, and nobody's is taken away with it: only an empty one can be removed.
  if (token === undefined) return "";
  const holder = parseProcessName(token === "" ? await nameInFile(file) : token);
  const age = Date.now() - before;
  if ((holder !== undefined && isGone(holder)) || age > SURELY_STALE_MS) return token;
  if (age <= STALE_MS) return undefined;
  await sleep(SEEN_MS);
  return (await modified()) === before ? token : undefined;
}

/** Removes a lock that {@link staleHolder} found to be stale. */
export async function removeStale(path: string, token: string): Promise<void> {
  if (token !== "") return await removeHolder(path, token);
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory()) await rmdir(path).catch(() => {});
  else await rm(path, { force: true });
}
