import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { isRunning } from "./whole-files.ts";

const HEARTBEAT = 2_000;
/** A holder that has not been heard of for this long (on another machine, or stopped) has lost the lock. */
const SILENT = 30_000;
const POLL = 250;

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

export interface TargetLock {
  release(): Promise<void>;
}

/**
 * One download at a time writes one manifest. Waits while another process of this or another machine holds the lock;
 * takes it over at once when that process has died, and after half a minute of silence otherwise.
 */
export async function lockTarget(
  path: string,
  signal: AbortSignal,
  onWait?: (holder: { readonly pid: number; readonly host: string }) => void,
): Promise<TargetLock> {
  const me: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  let told = false;
  while (!(await create(path, me))) {
    signal.throwIfAborted();
    const holder = await read(path);
    if (await isStale(path, holder)) {
      await evict(path, holder);
      continue;
    }
    if (!told && holder !== undefined) {
      told = true;
      onWait?.(holder);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  return hold(path, me);
}

function hold(path: string, me: Holder): TargetLock {
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, HEARTBEAT);
  beat.unref();
  return {
    async release() {
      clearInterval(beat);
      if ((await read(path))?.token === me.token) await rm(path, { force: true });
    },
  };
}

/** The lock appears with its content in it: a link to a finished file, which fails when the name is taken. */
async function create(path: string, me: Holder): Promise<boolean> {
  const draft = `${path}.${me.token}`;
  try {
    await writeFile(draft, JSON.stringify(me), { flag: "wx" });
    await link(draft, path).catch((error: unknown) => {
      if (!NO_LINKS.has((error as NodeJS.ErrnoException).code)) throw error;
      return writeFile(path, JSON.stringify(me), { flag: "wx" });
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** So say file systems without hard links, those of memory cards for example; a lock may be seen empty there. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

async function read(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

async function isStale(path: string, holder: Holder | undefined): Promise<boolean> {
  if (holder?.host === hostname() && !isRunning(holder.pid)) return true;
  try {
    return Date.now() - (await stat(path)).mtimeMs > SILENT;
  } catch {
    return false;
  }
}

/** Moves a stale lock out of the way; puts it back when it turns out to be somebody's fresh one. */
async function evict(path: string, holder: Holder | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await read(aside);
  if (moved?.token !== holder?.token) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
