import { isFull } from "@isic/cache-fs/files";
import type { IdleTimeout } from "./idle-timeout.ts";

/**
 * May the same request succeed a moment later? A cut connection, a stall and an error page may pass. A status was the
 * server's word: whoever opened the file has asked again as often as that status deserves.
 */
function mayPass(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { status, retryable, tag, name, code, cause } = error as Record<string, unknown>;
  if (typeof status === "number") return false;
  if (typeof retryable === "boolean") return retryable;
  if (tag === "NotAnImageError" || tag === "StalledError" || name === "TimeoutError") return true;
  if (typeof code === "string" && /^(ECONN|EPIPE|ETIMEDOUT|EAI_|UND_ERR)/.test(code)) return true;
  if (cause !== undefined && mayPass(cause)) return true;
  // What fetch throws for a broken connection, in Node and in browsers.
  return error instanceof TypeError && /fetch|network|terminated|load failed/i.test(error.message);
}

const DISK_TROUBLE = new Set(["EROFS", "EACCES", "EPERM", "EMFILE", "ENFILE", "EIO", "ENODEV", "ENXIO"]);

/** Is the disk, not the archive, the trouble? Then going on would only fail for every further image. */
export function isDiskTrouble(error: unknown): error is NodeJS.ErrnoException {
  const code = (error as { code?: unknown } | null)?.code;
  return isFull(error) || (typeof code === "string" && (DISK_TROUBLE.has(code) || /^unknown/i.test(code)));
}

export interface Attempt {
  /** Fires with the caller's signal, or when nothing is heard for too long. */
  readonly signal: AbortSignal;
  /** To be called whenever something of `url` arrives. */
  alive(url: string): void;
}

/**
 * Runs `work` until it succeeds, fails for good, or has failed `retries` times more; waits a little longer each time.
 */
export async function withRetries<T>(
  watch: IdleTimeout,
  retries: number,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  for (let tried = 0; ; tried++) {
    watch.signal.throwIfAborted();
    try {
      return await watch.over(work);
    } catch (error) {
      watch.signal.throwIfAborted();
      if (tried >= retries || !mayPass(error)) throw error;
    }
    await pause(250 * 2 ** tried * (1 + Math.random()), watch.signal);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
