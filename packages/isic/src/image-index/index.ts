import type { Context } from "../session/context.ts";
import { hasState, stateKey } from "./state.ts";
import type { CacheImagesOptions, IndexResult, KnownIndex } from "./types.ts";

/**
 * Brings the list of all images up to date, and stores it. Of several that do so at the same time (in other processes
 * too, where the cache can lock), one waits for the other and goes on from what that has stored.
 */
export function updateIndex(context: Context, options: CacheImagesOptions, known?: KnownIndex): Promise<IndexResult> {
  const { store, archive } = context;
  return store.lock(stateKey(store, archive.family), options, async (signal) => {
    const underLock = { ...options, signal };
    if (archive.indexFormat === "columns")
      return (await import("./column-index.ts")).updateColumnIndex(context, underLock, known);
    return (await import("./object-index.ts")).updateObjectIndex(context, underLock, known);
  });
}

/** The list that was stored, without asking the server. */
export async function openIndex(context: Context): Promise<KnownIndex | undefined> {
  if (context.archive.indexFormat === "objects") return (await import("./object-index.ts")).openObjectIndex(context);
  // Where nothing was stored, what reads it is not loaded.
  const isStored = await hasState(context.store, context.archive.family);
  return isStored ? (await import("./column-index.ts")).openColumnIndex(context) : undefined;
}
