import { rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { TokenSet, TokenStore } from "@isic/api-client/oauth";
import { type Lock, readText, removeAbandoned, withLock, writeWhole } from "@isic/cache-fs/files";

/** So long one waits for others: a refresh takes seconds. */
const WAIT_MS = 60_000;
/** Tokens have a few thousand characters; what is larger is another file. */
const MOST_BYTES = 1 << 20;

/**
 * Tokens in a file that only its owner can read (0600), written whole or not at all. Processes take turns by a lock
 * beside it; one that was left behind by a crash is taken over, and who has lost it saves nothing more.
 *
 * @throws OAuthError (`store`) when others may read the file, or its lock is never given up.
 */
export function tokenFile(path: string): TokenStore {
  let held: Lock | undefined;

  async function load(): Promise<TokenSet | undefined> {
    const text = await readText(path, { maxBytes: MOST_BYTES });
    if (text === undefined) return undefined;
    // Windows has no such bits: files in a user's profile are private there.
    if (process.platform !== "win32" && ((await stat(path)).mode & 0o077) !== 0) {
      throw await storeError(`${path} can be read by others; make it private (chmod 600) or delete it`);
    }
    return (await oauth()).tokenSetOf(text);
  }

  async function save(tokens: TokenSet | undefined): Promise<void> {
    if (tokens === undefined) {
      held?.check();
      await rm(path, { force: true });
      return;
    }
    const lock = held === undefined ? {} : { lock: held };
    await writeWhole(path, JSON.stringify(tokens), { private: true, durable: true, ...lock });
  }

  async function lock<T>(work: () => Promise<T>): Promise<T> {
    const waiting = new AbortController();
    const timer = setTimeout(() => waiting.abort(new Error("waited too long")), WAIT_MS);
    const run = (taken: Lock): Promise<T> => {
      clearTimeout(timer);
      held = taken;
      return sweep()
        .then(work)
        .finally(() => {
          held = undefined;
        });
    };
    try {
      return await withLock(`${path}.lock`, run, { private: true, signal: waiting.signal });
    } catch (error) {
      if (error !== waiting.signal.reason || !waiting.signal.aborted) throw error;
      throw await storeError(`another process holds ${path}.lock; delete it if none runs`);
    } finally {
      clearTimeout(timer);
    }
  }

  /** What a process that was killed while it wrote has left: it may hold tokens. */
  async function sweep(): Promise<void> {
    await removeAbandoned(dirname(path)).catch(() => []);
  }

  return { load, save, lock };
}

/** Loaded when a token file is used: a run without a login has no need of it. */
const oauth = () => import("@isic/api-client/oauth");

async function storeError(message: string): Promise<Error> {
  const { OAuthError } = await oauth();
  return new OAuthError("store", message, { endpoint: "token file" });
}
