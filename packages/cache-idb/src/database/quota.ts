/** What to do when the browser grants no more space. */
import { CacheFullError } from "@isic/cache";
import type { Database } from "./open-database.ts";
import type { Write } from "./writes.ts";

/**
 * Larger values are Blobs, each a file of its own in most browsers. In Chromium a small value that is deleted takes its
 * space for a long time yet (twice, even: it is written down once more for a rollback); that of a Blob is given back at once.
 */
export const BLOB_BYTES: number = 4_096;

const isBlob = (size: number): boolean => size >= BLOB_BYTES;
const isSmall = (size: number): boolean => size < BLOB_BYTES;

/** A place of no entry, for asking how much room there is. */
const PROBE = "\u0000probe";
/** An eviction goes in steps of this share of what is asked for, so that little more than needed goes. */
const STEPS = 4;
const MIN_STEP = 16_384;
/** What is stored may be more than is granted by so much: browsers count late. */
const SLACK = 2 ** 21;
/** Where small entries are given up, in the hope that their space comes back, they are not many. */
const OVERHEAD = 32_768;
/** Where nothing is given back for what was evicted, nothing more is evicted for so long. */
const HOPELESS_MS = 60_000;
/** Browsers may round what they tell of their quota. */
const NEAR = 0.9;

export interface Quota {
  /**
   * Stores a value; where there is no room, entries that were not used for longest make some, pinned ones excepted.
   *
   * @throws CacheFullError when no eviction can help (nothing was evicted), or did not
   */
  store(key: string, size: number, put: () => Promise<void>): Promise<void>;
}

/** @param settle writes down when entries were used */
export function createQuota(database: Database, write: Write, settle: () => Promise<void>): Quota {
  let hopelessUntil = 0;

  /** Deletes entries, the least recently used first, until so many bytes are free. @returns how many are */
  const evict = (bytes: number, except: string, which: (size: number) => boolean): Promise<number> =>
    write(() => evictOnce(bytes, except, which));

  const evictOnce = async (bytes: number, except: string, which: (size: number) => boolean): Promise<number> => {
    let freed = 0;
    const transaction = database.transaction(["values", "infos"], "readwrite");
    let cursor = await transaction.objectStore("infos").index("lastUsed").openCursor();
    while (cursor !== null && freed < bytes) {
      const { key, size, pinned } = cursor.value;
      if (!pinned && key !== except && which(size)) {
        await Promise.all([transaction.objectStore("values").delete(key), cursor.delete()]);
        freed += size;
      }
      cursor = await cursor.continue();
    }
    await transaction.done;
    return freed;
  };

  const evictable = async (except: string): Promise<number> => {
    let bytes = 0;
    let cursor = await database.transaction("infos").store.openCursor();
    for (; cursor !== null; cursor = await cursor.continue()) {
      if (!cursor.value.pinned && cursor.value.key !== except) bytes += cursor.value.size;
    }
    return bytes;
  };

  /** Is there room for so much, beside all that is there? */
  const hasRoom = async (bytes: number): Promise<boolean> => {
    const probe = new Blob(noise(bytes));
    try {
      await write(() => database.put("values", probe, PROBE));
      return true;
    } catch {
      return false;
    } finally {
      await write(() => database.delete("values", PROBE));
      await recount();
    }
  };

  /** Would there be room if everything that may go were gone? */
  const canFit = async (key: string, size: number): Promise<boolean> => {
    const { quota } = await estimate();
    if (quota !== undefined && size > quota) return false;
    const missing = size - (await evictable(key));
    // What is stored fits, so as much as may go fits in its place.
    return missing <= 0 || (await hasRoom(missing));
  };

  const makeRoom = async (key: string, size: number, put: () => Promise<void>, cause: unknown): Promise<void> => {
    const full = (reason: string): CacheFullError => new CacheFullError(key, size, reason, { cause });
    if (Date.now() < hopelessUntil)
      throw full("the browser grants no more, and gave nothing back for what was evicted");
    if (!(await canFit(key, size))) {
      throw full(
        "the browser grants no more, even if all that is not pinned were evicted; free space or unpin entries",
      );
    }
    await settle();
    for (const [which, most] of [
      [isBlob, 2 * size + SLACK],
      [isSmall, 2 * size + OVERHEAD],
    ] as const) {
      for (let freed = 0; freed < most; ) {
        const step = await evict(Math.max(size / STEPS, MIN_STEP), key, which);
        if (step === 0) break;
        freed += step;
        await recount();
        try {
          return await put();
        } catch (error) {
          if (!(await isQuota(error, size))) throw error;
        }
      }
    }
    hopelessUntil = Date.now() + HOPELESS_MS;
    throw full("the browser grants no more, and gives nothing back for what was evicted");
  };

  return {
    async store(key, size, put) {
      try {
        await put();
      } catch (error) {
        if (!(await isQuota(error, size))) throw error;
        await makeRoom(key, size, put, error);
      }
    },
  };
}

/** Bytes that nothing makes smaller. */
function noise(bytes: number): Uint8Array<ArrayBuffer>[] {
  const piece = 65_536;
  return Array.from({ length: Math.ceil(bytes / piece) }, (_, i) =>
    crypto.getRandomValues(new Uint8Array(Math.min(piece, bytes - i * piece))),
  );
}

/** Firefox says `InvalidStateError` or nothing but that the transaction was aborted, as it does of other troubles. */
async function isQuota(error: unknown, size: number): Promise<boolean> {
  const name = error instanceof Error ? error.name : "";
  if (name === "QuotaExceededError") return true;
  if (!["InvalidStateError", "AbortError", "UnknownError"].includes(name)) return false;
  const { quota, usage } = await estimate();
  return quota !== undefined && usage !== undefined && usage + size > NEAR * quota;
}

/** Chromium may go on from an older count of what is used until it is asked. */
async function recount(): Promise<void> {
  await estimate();
}

async function estimate(): Promise<StorageEstimate> {
  try {
    return (await globalThis.navigator?.storage?.estimate?.()) ?? {};
  } catch {
    return {};
  }
}
