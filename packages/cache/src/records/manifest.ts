/** Which shards make up a store. Writing it is what makes a change true. */
import { InvalidContentError } from "../errors.ts";
import type { Bytes } from "../types.ts";

export interface ShardInfo {
  readonly name: string;
  readonly first: string;
  readonly last: string;
  readonly count: number;
}

export interface Manifest {
  readonly format: 1;
  /** Random, so that what was derived from a store that is gone is not taken for this one's. */
  readonly store: string;
  readonly revision: number;
  /** What the owner of the store wants to remember with it: cursors, dates. */
  readonly state: unknown;
  /** In order of their ids, without overlap. */
  readonly shards: readonly ShardInfo[];
  /** Shards of the revision before, kept for those who still read it. */
  readonly retired: readonly string[];
}

export function emptyManifest(): Manifest {
  const store = Array.from(crypto.getRandomValues(new Uint8Array(6)), (b) => b.toString(16).padStart(2, "0")).join("");
  return { format: 1, store, revision: 0, state: undefined, shards: [], retired: [] };
}

export function encodeManifest(manifest: Manifest): Bytes {
  return new TextEncoder().encode(JSON.stringify(manifest));
}

/** @throws InvalidContentError for anything but a manifest. */
export function decodeManifest(bytes: Bytes): Manifest {
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    throw new InvalidContentError("manifest of records", "it is no JSON", { cause: error });
  }
  if (!isManifest(content))
    throw new InvalidContentError("manifest of records", "its fields are not those of format 1");
  return content;
}

function isManifest(content: unknown): content is Manifest {
  if (typeof content !== "object" || content === null) return false;
  const { format, store, revision, shards, retired } = content as Record<string, unknown>;
  return (
    format === 1 &&
    typeof store === "string" &&
    typeof revision === "number" &&
    Array.isArray(shards) &&
    shards.every(isShardInfo) &&
    Array.isArray(retired) &&
    retired.every((name) => typeof name === "string")
  );
}

function isShardInfo(content: unknown): boolean {
  if (typeof content !== "object" || content === null) return false;
  const { name, first, last, count } = content as Record<string, unknown>;
  return [name, first, last].every((text) => typeof text === "string") && typeof count === "number";
}

/** The shard whose run the id belongs to: the last one that begins at or before it, or the first one. */
export function shardAt(shards: readonly ShardInfo[], id: string): number {
  let low = 0;
  let high = shards.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (shards[middle]!.first <= id) low = middle;
    else high = middle - 1;
  }
  return low;
}
