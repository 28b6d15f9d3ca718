import type { ManifestEntry, Part } from "./types.ts";

/** In the order of a sorted manifest. */
export const PARTS: readonly Part[] = ["image", "thumbnail", "superpixels", "mask"];
const STATES: readonly string[] = ["done", "changed", "failed", "absent"];

/** The order of the parts in a sorted manifest. */
export const partOrder = (part: Part): number => PARTS.indexOf(part);

/** One manifest line, newline included. */
export function formatEntry(entry: ManifestEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Reads one line; `undefined` for what is no entry: an empty line, the torn end that a killed process leaves, or
 * something else altogether. A file name that leaves the folder makes it no entry too.
 */
export function parseEntry(line: string): ManifestEntry | undefined {
  if (!line.startsWith("{")) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isEntry(value) ? value : undefined;
}

function isEntry(value: unknown): value is ManifestEntry {
  if (typeof value !== "object" || value === null) return false;
  const { id, name, part, state, file, stem, bytes, sha256 } = value as Record<string, unknown>;
  return (
    typeof id === "string" &&
    typeof name === "string" &&
    PARTS.includes(part as Part) &&
    STATES.includes(state as string) &&
    [file, stem].every((path) => path === undefined || (typeof path === "string" && staysInside(path))) &&
    (bytes === undefined || Number.isSafeInteger(bytes)) &&
    (sha256 === undefined || typeof sha256 === "string")
  );
}

/** Is this a relative path, with `/`, that stays below the folder it is relative to? */
export function staysInside(file: string): boolean {
  if (file === "" || file.includes("\\") || file.includes("\0") || /^[a-z]:/i.test(file)) return false;
  return file.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

/** The manifest's name in its folder; every shard writes one of its own. */
export function manifestName(shard: Shard | undefined): string {
  return shard === undefined ? "manifest.jsonl" : `manifest-${shard.index}-of-${shard.count}.jsonl`;
}

export const isManifestName = (name: string): boolean => /^manifest(-\d+-of-\d+)?\.jsonl$/.test(name);

/** One of `count` equal shares of a selection, counted from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** All of a selection. */
export const WHOLE: Shard = { index: 1, count: 1 };

/** Is the `position`-th image of a selection, counted from 1, one of this shard's? */
export function isInShard(position: number, { index, count }: Shard): boolean {
  return position % count === index % count;
}

/**
 * Reads `i/n`.
 *
 * @throws RangeError unless 1 <= i <= n.
 */
export function parseShard(text: string): Shard {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  const shard = { index: Number(match?.[1]), count: Number(match?.[2]) };
  if (match === null || shard.index < 1 || shard.index > shard.count) {
    throw new RangeError(`expected a shard i/n with 1 <= i <= n, such as 1/4, got "${text}"`);
  }
  return shard;
}
