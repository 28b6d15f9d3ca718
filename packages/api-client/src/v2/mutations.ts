import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport/transport.ts";
import type { Search } from "./search.ts";

/** What became of the ids of a list. */
export interface ListOutcome {
  readonly succeeded: readonly string[];
  readonly noPermissionOrMissing: readonly string[];
  /** Private images do not go into public collections. Empty for removals. */
  readonly privateImages: readonly string[];
}

/**
 * Changes to collections: for their creator, with a login. Locked ones refuse (HttpError 409 or 400), those of
 * others too (AuthError `forbidden`). Nothing here is repeated by itself except what can be repeated without harm.
 */
export interface CollectionChanges {
  /** Makes a collection of these images; the server fills it in the background. Its number. */
  create(
    collection: { readonly name: string; readonly description?: string; readonly ids: readonly string[] },
    options?: CallOptions,
  ): Promise<number>;
  /** Adds images, 500 at a time, and tells about each. */
  add(id: number, ids: readonly string[], options?: CallOptions): Promise<ListOutcome>;
  /** Takes images out, 500 at a time, and tells about each. */
  remove(id: number, ids: readonly string[], options?: CallOptions): Promise<ListOutcome>;
  /** Adds any number of images in the background. */
  addInBackground(id: number, ids: readonly string[], options?: CallOptions): Promise<void>;
  /** Adds what a search finds, in the background. */
  addSearch(id: number, search: Omit<Search, "ids">, options?: CallOptions): Promise<void>;
  delete(id: number, options?: CallOptions): Promise<void>;
}

/** The changing functions over an API of `createV2Api`. What is behind them is loaded with the first call. */
export function collectionChangesOf(api: Transport): CollectionChanges {
  const calls = async () => (await import("./rare.ts")).changeCalls(api);
  return {
    create: async (collection, options) => (await calls()).create(collection, options),
    add: async (id, ids, options) => (await calls()).add(id, ids, options),
    remove: async (id, ids, options) => (await calls()).remove(id, ids, options),
    addInBackground: async (id, ids, options) => (await calls()).addInBackground(id, ids, options),
    addSearch: async (id, search, options) => (await calls()).addSearch(id, search, options),
    delete: async (id, options) => (await calls()).delete(id, options),
  };
}
