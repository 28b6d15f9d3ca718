import type { Bytes } from "@isic/cache";
import type { ListPosition } from "../archive/archive.ts";
import { decodeGzipJson, encodeGzipJson } from "../codecs/gzip-json.ts";
import type { Context } from "../session/context.ts";
import { asObject } from "../session/options.ts";
import type { Store } from "../session/store.ts";

/** The id of files that belong to no single object, as the Python client has it. */
export const WHOLE_ARCHIVE = "000000000000000000000000";

/** Where it is written how far the index of an API has come: a server may speak both, and their positions differ. */
export function stateKey(store: Store, family: "v1" | "v2"): string {
  return store.key("imstate", WHOLE_ARCHIVE, family);
}

/** Where the index stands; written last, so that it never speaks of what is not there. */
export interface IndexState {
  /** Where to go on asking. */
  readonly position: ListPosition | undefined;
  /** False while the first fill is under way. */
  readonly isComplete: boolean;
  /** Of objects: how many records there were. */
  readonly count?: number;
  /** Of columns: the number of the base file; 0 for none. */
  readonly base: number;
  /** Of columns: the numbers of the files of records that came after the base. */
  readonly shards: readonly number[];
}

/** Where earlier versions kept one state for both APIs; it says whose it is. */
function formerKey(store: Store): string {
  return store.key("imstate", WHOLE_ARCHIVE);
}

export async function readState(store: Store, family: "v1" | "v2"): Promise<IndexState | undefined> {
  const own = await store.find(stateKey(store, family), parseState);
  const kept = (own ?? (await store.find(formerKey(store), parseState)))?.value;
  // In a folder of the Python client the state may be another account's, of a list of fewer images.
  const isOurs = kept?.family === family && (kept.of === undefined || kept.of === store.key());
  return isOurs ? kept.state : undefined;
}

/** Without looking into it. */
export async function mayHaveState(store: Store, family: "v1" | "v2"): Promise<boolean> {
  return (await store.has(stateKey(store, family))) || (await store.has(formerKey(store)));
}

/** @returns whether it is stored; an index that is not is none the worse for this session */
export async function writeState({ store, archive }: Context, state: IndexState): Promise<boolean> {
  return writePart(
    store,
    stateKey(store, archive.family),
    await encodeGzipJson({ format: 1, family: archive.family, of: store.key(), ...state }),
  );
}

/** A file of the index, whole or not at all. */
export function writePart(store: Store, key: string, value: Bytes): Promise<boolean> {
  return store.trySet(key, value, "The image index");
}

/** Do both speak of the same files? */
export function sameFiles(a: IndexState, b: IndexState): boolean {
  const files = ({ position, base, shards }: IndexState): string => JSON.stringify([position?.page, base, shards]);
  return files(a) === files(b);
}

async function parseState(
  bytes: Bytes,
): Promise<{ readonly family: unknown; readonly of: unknown; readonly state: IndexState }> {
  const { format, family, position, isComplete, base, shards, count, of } = asObject(
    await decodeGzipJson(bytes),
    "the state of the image index",
  );
  if (format !== 1 || typeof base !== "number" || !Array.isArray(shards))
    throw new TypeError("it is of another version");
  const state = {
    position: isPosition(position) ? position : undefined,
    isComplete: isComplete === true,
    base,
    shards: shards.filter((shard) => typeof shard === "number"),
    ...(typeof count === "number" && { count }),
  };
  return { family, of, state };
}

function isPosition(value: unknown): value is ListPosition {
  const { page, seen } = (value ?? {}) as { page?: unknown; seen?: unknown };
  return typeof page === "string" && Array.isArray(seen);
}
