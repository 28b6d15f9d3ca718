import { chmod, mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import type { TokenSet, TokenStore } from "@isic/api-client/oauth";

const STALE_MS = 30_000;
const WAIT_MS = 60_000;

/**
 * Tokens in a file that only its owner can read (0600), written whole or not at all. Processes take turns by a lock
 * file beside it; one that was left behind by a crash is taken over.
 *
 * @throws OAuthError (`store`) when others may read the file, or its lock is never given up.
 */
export function tokenFile(path: string): TokenStore {
  const lockPath = `${path}.lock`;

  async function load(): Promise<TokenSet | undefined> {
    const text = await readFile(path, "utf8").catch(unlessMissing);
    if (text === undefined) return undefined;
    // Windows has no such bits: files in a user's profile are private there.
    if (process.platform !== "win32" && ((await stat(path)).mode & 0o077) !== 0) {
      throw await storeError(`${path} can be read by others; make it private (chmod 600) or delete it`);
    }
    return (await oauth()).tokenSetOf(text);
  }

  async function save(tokens: TokenSet | undefined): Promise<void> {
    if (tokens === undefined) return await rm(path, { force: true });
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}.tmp`;
    try {
      const file = await open(temporary, "wx", 0o600);
      try {
        await file.writeFile(JSON.stringify(tokens));
        await file.sync();
      } finally {
        await file.close();
      }
      await chmod(temporary, 0o600);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async function lock<T>(work: () => Promise<T>): Promise<T> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const name = `${process.pid}.${Math.random().toString(36).slice(2)}`;
    await take(lockPath, name);
    const heartbeat = setInterval(
      () => void utimes(lockPath, new Date(), new Date()).catch(() => undefined),
      STALE_MS / 4,
    );
    heartbeat.unref();
    try {
      return await work();
    } finally {
      clearInterval(heartbeat);
      // Only one's own: a stale one may have been taken over meanwhile.
      if ((await readFile(lockPath, "utf8").catch(unlessMissing)) === name) await rm(lockPath, { force: true });
    }
  }

  async function take(lockFile: string, name: string): Promise<void> {
    const until = Date.now() + WAIT_MS;
    for (let wait = 5; ; wait = Math.min(200, wait * 2)) {
      try {
        const file = await open(lockFile, "wx", 0o600);
        await file.writeFile(name);
        await file.close();
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
      await removeIfStale(lockFile);
      if (Date.now() > until) throw await storeError(`another process holds ${lockFile}; delete it if none runs`);
      await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
    }
  }

  return { load, save, lock };
}

/** Loaded when a token file is used: a run without a login has no need of it. */
const oauth = () => import("@isic/api-client/oauth");

async function storeError(message: string): Promise<Error> {
  const { OAuthError } = await oauth();
  return new OAuthError("store", message, { endpoint: "token file" });
}

/** Renamed before it is removed: of several that see it stale, one gets it. */
async function removeIfStale(lockFile: string): Promise<void> {
  const seen = await stat(lockFile).catch(unlessMissing);
  if (seen === undefined || Date.now() - seen.mtimeMs < STALE_MS) return;
  const aside = `${lockFile}.${process.pid}.${Math.random().toString(36).slice(2)}.stale`;
  await rename(lockFile, aside).catch(unlessMissing);
  await rm(aside, { force: true });
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
  return undefined;
}
