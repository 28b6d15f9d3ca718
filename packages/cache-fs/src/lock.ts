/**
 * One at a time between processes: a file created exclusively beside the entry, with its owner and a heartbeat.
 *
 * A lock is removed, by its owner or by whoever finds it stale, only by the one who has created its claim file
 * `<lock>.<token>`: so a lock that was taken over is never removed by those who came too late.
 */
import { open, readFile, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isGone, type ProcessName, parseProcessName } from "./process-name.ts";
import { codeOf, isAbsent } from "./whole-file.ts";

/** The owner touches its lock this often. */
const HEARTBEAT_MS = 2_000;
/** A lock whose owner has been silent for so long is stale, wherever the owner ran. */
const STALE_MS = 15_000;
const POLL_MS = [5, 10, 20, 40, 80];

/** Runs `run` while holding the lock file; the signal it gets is aborted if the lock is lost. */
export async function withLock<T>(
  path: string,
  self: ProcessName,
  run: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const token = `${self.text}.${self.next()}`;
  await acquire(path, token, signal);
  const lost = new AbortController();
  const heartbeat = setInterval(() => void beat(path, token, lost), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await run(signal === undefined ? lost.signal : AbortSignal.any([signal, lost.signal]));
  } finally {
    clearInterval(heartbeat);
    await removeSurely(path, token, token);
  }
}

async function acquire(path: string, token: string, signal: AbortSignal | undefined): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    if (await create(path, token)) return;
    const stale = await staleToken(path);
    if (stale !== undefined) await remove(path, stale, token);
    else await pause(POLL_MS[Math.min(attempt, POLL_MS.length - 1)]!, signal);
  }
}

/** The waiting time is varied, so that many who wait do not ask in step. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms * (0.5 + Math.random()), undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw signal?.reason ?? error;
  }
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx");
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function beat(path: string, token: string, lost: AbortController): Promise<void> {
  try {
    if ((await readFile(path, "utf8")) !== token)
      lost.abort(new Error(`The lock ${path} was taken over by another process.`));
    const now = new Date();
    await utimes(path, now, now);
  } catch (error) {
    if (isAbsent(error)) lost.abort(new Error(`The lock ${path} was removed by another process.`));
  }
}

/** The content of the lock, or claim, if nobody can be holding it any more. */
export async function staleToken(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs } = await stat(path);
    const token = await readFile(path, "utf8");
    const silent = Date.now() - mtimeMs > STALE_MS;
    const owner = parseProcessName(token);
    return silent || (owner !== undefined && isGone(owner)) ? token : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Removes the lock if it still is the one with this token, however many have died while they did the same. */
export async function removeSurely(path: string, token: string, claimant: string): Promise<void> {
  while (!(await remove(path, token, claimant)));
}

/** The same, unless somebody else has the claim; then `false`. `claimant` is the name of who does it. */
async function remove(path: string, token: string, claimant: string): Promise<boolean> {
  const claim = `${path}.${token === "" ? "empty" : token}`;
  try {
    if (!(await create(claim, claimant))) {
      await removeStaleClaim(claim);
      return false;
    }
    if ((await readFile(path, "utf8")) === token) await rm(path, { force: true });
  } catch (error) {
    // The lock is gone, perhaps with its folder.
    if (!isAbsent(error)) throw error;
  }
  await rm(claim, { force: true });
  return true;
}

/** A claim is held for a moment only, unless its owner died in that moment. */
async function removeStaleClaim(claim: string): Promise<void> {
  if ((await staleToken(claim)) === undefined) await sleep(POLL_MS[0]);
  else await rm(claim, { force: true });
}
