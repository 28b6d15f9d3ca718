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
  /** Of columns: the number of the base file; 0 for none. */
  readonly base: number;
  /** Of columns: the numbers of the files of records that came after the base. */
  readonly shards: readonly number[];
}

export async function readState(store: Store, family: "v1" | "v2"): Promise<IndexState | undefined> {
  const kept = await store.find(stateKey(store, family), parseState);
  if (kept !== undefined) return kept.value;
  const former = await store.find(formerKey(store), async (bytes) => ({
    family: asObject(await decodeGzipJson(bytes), "the state of the image index").family,
    state: await parseState(bytes),
  }));
  return former?.value.family === family ? former.value.state : undefined;
}

/** Is there a state, under the key of the first versions too? */
export async function hasState(store: Store, family: "v1" | "v2"): Promise<boolean> {
  return (await store.has(stateKey(store, family))) || (await store.has(formerKey(store)));
}

/** Of the first versions: one for both APIs, and the state said which it was of. */
function formerKey(store: Store): string {
  return store.key("imstate", WHOLE_ARCHIVE);
}

/** @returns whether it is stored; an index that is not is none the worse for this session */
export async function writeState({ store, archive }: Context, state: IndexState): Promise<boolean> {
  return writePart(store, stateKey(store, archive.family), await encodeGzipJson({ format: 1, ...state }));
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

async function parseState(bytes: Bytes): Promise<IndexState> {
  const { format, position, isComplete, base, shards } = asObject(
    await decodeGzipJson(bytes),
    "the state of the image index",
  );
  if (format !== 1 || typeof base !== "number" || !Array.isArray(shards))
    throw new TypeError("it is of another version");
  return {
    position: isPosition(position) ? position : undefined,
    isComplete: isComplete === true,
    base,
    shards: shards.filter((shard) => typeof shard === "number"),
  };
}

function isPosition(value: unknown): value is ListPosition {
  const { page, seen } = (value ?? {}) as { page?: unknown; seen?: unknown };
  return typeof page === "string" && Array.isArray(seen);
}
