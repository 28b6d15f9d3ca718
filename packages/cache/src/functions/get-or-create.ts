import { notesOf } from "../contract/entries.ts";
import { isCorruptEntry } from "../contract/errors.ts";
import { CALL_OPTIONS, checkOptions } from "../contract/options.ts";
import type {
  ByteCache,
  Bytes,
  CallOptions,
  EntryInfo,
  EntryNotes,
  MaybePromise,
  RichCache,
} from "../contract/types.ts";
import { orAborted } from "../memory/mutex.ts";

/** What `load` is given. */
export interface LoadContext {
  /** Aborted when every caller that waits has given up. */
  readonly signal: AbortSignal;
  /** The entry that is no longer fresh, for a conditional request ("changed since?"). */
  readonly stale?: { readonly value: Bytes; readonly info: EntryInfo | undefined };
}

/**
 * What `load` gives: bytes, bytes with notes, or `"unchanged"` when the stale entry is still right. With a `key`, the
 * value is stored under that one instead (a photo whose format is known only when it has come).
 */
export type Loaded = Bytes | ({ readonly value: Bytes; readonly key?: string } & EntryNotes) | "unchanged";

export interface GetOrCreateOptions extends CallOptions {
  /** Is the stored entry recent enough? Without it, every entry is. Unknown metadata come as `undefined`. */
  readonly isFresh?: (info: EntryInfo | undefined) => boolean;
  /** Says what is wrong with a stored entry, or nothing; a broken one is reported and loaded again. */
  readonly check?: (key: string, value: Bytes) => MaybePromise<string | undefined>;
  /**
   * Hears what went wrong and was survived: a broken entry that is loaded again, a place that cannot be read or locked, a
   * value that could not be stored (a full disk). Without it, all but the first are errors of the call.
   */
  readonly onProblem?: (problem: { readonly key: string; readonly message: string; readonly cause?: unknown }) => void;
}

const OPTIONS = [...CALL_OPTIONS, "isFresh", "check", "onProblem"];

interface Flight {
  readonly promise: Promise<Bytes>;
  readonly controller: AbortController;
  waiting: number;
}

const flights = new WeakMap<ByteCache, Map<string, Flight>>();

/**
 * The entry, or what `load` gives, which is stored first. However many ask for a key at the same time, `load` runs once:
 * within a process for any cache, between processes and tabs where the cache has `lock`. Each caller may give up on
 * his own; the load is aborted when the last one does.
 *
 * @throws whatever `load` throws; nothing is stored then.
 * @example
 * ```ts
 * import { createMemoryCache, getOrCreate } from "@isic/cache";
 *
 * const cache = createMemoryCache();
 * let loads = 0;
 * const load = async () => new Uint8Array([++loads]);
 * const both = await Promise.all([getOrCreate(cache, "a", load), getOrCreate(cache, "a", load)]);
 * console.log(both[1][0], loads); // 1 1
 * ```
 */
export async function getOrCreate(
  cache: ByteCache,
  key: string,
  load: (context: LoadContext) => Promise<Loaded>,
  options: GetOrCreateOptions = {},
): Promise<Bytes> {
  checkOptions("getOrCreate", options, OPTIONS);
  options.signal?.throwIfAborted();
  const own = flightsOf(cache);
  let flight = own.get(key);
  let first = false;
  if (flight === undefined || flight.controller.signal.aborted) {
    first = true;
    const controller = new AbortController();
    const promise = fly(cache, key, load, { ...options, signal: controller.signal });
    const started: Flight = { promise, controller, waiting: 0 };
    flight = started;
    own.set(key, started);
    const land = (): void => {
      if (own.get(key) === started) own.delete(key);
    };
    promise.then(land, land);
  }
  const value = await board(flight, options.signal);
  // Everyone but the first gets a copy: results belong to their callers.
  return first ? value : value.slice();
}

function flightsOf(cache: ByteCache): Map<string, Flight> {
  let own = flights.get(cache);
  if (own === undefined) {
    own = new Map();
    flights.set(cache, own);
  }
  return own;
}

async function board(flight: Flight, signal: AbortSignal | undefined): Promise<Bytes> {
  flight.waiting++;
  try {
    return await orAborted(flight.promise, signal);
  } finally {
    flight.waiting--;
    if (flight.waiting === 0 && signal?.aborted) flight.controller.abort(signal.reason);
  }
}

type FlightOptions = GetOrCreateOptions & { readonly signal: AbortSignal };

async function fly(
  cache: RichCache,
  key: string,
  load: (context: LoadContext) => Promise<Loaded>,
  options: FlightOptions,
): Promise<Bytes> {
  const { onProblem } = options;
  // A broken entry is reported once: under the lock, where it is loaded again.
  const found = await lookUp(cache, key, options, cache.lock === undefined);
  if (found.fresh) return found.value;
  if (cache.lock === undefined) return await loadAndStore(cache, key, load, found, options);
  let inside = false;
  try {
    return await cache.lock(
      key,
      async (lockSignal) => {
        inside = true;
        // Another process may have loaded it while we waited.
        const again = await lookUp(cache, key, options, true);
        return again.fresh ? again.value : await loadAndStore(cache, key, load, again, options, lockSignal);
      },
      { signal: options.signal },
    );
  } catch (error) {
    if (inside || onProblem === undefined || options.signal.aborted) throw error;
    // Nobody can be kept from loading it too, which costs a second load and no more.
    onProblem({ key, message: `The entry could not be locked: ${(error as Error).message}`, cause: error });
    return await loadAndStore(cache, key, load, found, options);
  }
}

/** Something that is no entry lies in its place, such as a link or a pipe (`@isic/cache-fs`). */
function isUnsafe(error: unknown): boolean {
  return error instanceof Error && (error as { tag?: unknown }).tag === "UnsafeFolderError";
}

type Found =
  | { readonly fresh: true; readonly value: Bytes }
  | { readonly fresh: false; readonly stale?: { readonly value: Bytes; readonly info: EntryInfo | undefined } };

async function lookUp(cache: RichCache, key: string, options: FlightOptions, report: boolean): Promise<Found> {
  const { signal } = options;
  const onProblem = report ? options.onProblem : undefined;
  let value: Bytes | undefined;
  try {
    value = await cache.get(key, { signal });
  } catch (error) {
    const survived = isCorruptEntry(error) || (isUnsafe(error) && options.onProblem !== undefined);
    if (!survived) throw error;
    onProblem?.({ key, message: (error as Error).message, cause: error });
    return { fresh: false };
  }
  if (value === undefined) return { fresh: false };
  const wrong = await options.check?.(key, value);
  if (wrong !== undefined) {
    onProblem?.({ key, message: `The cache entry ${key} is not usable (${wrong}); it is fetched again.` });
    return { fresh: false };
  }
  if (options.isFresh === undefined) return { fresh: true, value };
  const info = await cache.stat?.(key, { signal });
  return options.isFresh(info) ? { fresh: true, value } : { fresh: false, stale: { value, info } };
}

async function loadAndStore(
  cache: RichCache,
  key: string,
  load: (context: LoadContext) => Promise<Loaded>,
  found: Found & { readonly fresh: false },
  options: FlightOptions,
  lockSignal?: AbortSignal,
): Promise<Bytes> {
  const { signal, onProblem } = options;
  const stale = found.stale;
  const loaded = await load(stale === undefined ? { signal } : { signal, stale });
  signal.throwIfAborted();
  if (loaded === "unchanged" && stale === undefined) {
    throw new TypeError(`load answered "unchanged" for ${key}, but there was no entry to be unchanged`);
  }
  // An unchanged entry is stored again, so that its age starts anew.
  const {
    value,
    key: place = key,
    ...notes
  } = loaded === "unchanged"
    ? { value: stale!.value, key, ...notesOf(stale!.info) }
    : loaded instanceof Uint8Array
      ? { value: loaded, key }
      : loaded;
  const storing = lockSignal === undefined ? signal : AbortSignal.any([signal, lockSignal]);
  try {
    await cache.set(place, value, { signal: storing, ...notes });
  } catch (error) {
    // The value is right even where the lock was lost; whoever has it now stores his.
    const survived = onProblem !== undefined || lockSignal?.aborted;
    if (!survived || signal.aborted) throw error;
    onProblem?.({ key, message: `The loaded value could not be stored: ${(error as Error).message}`, cause: error });
  }
  return value;
}
