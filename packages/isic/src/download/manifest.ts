import { withoutSignatures } from "../archive/file.ts";
import { isNestedDeeper } from "../codecs/nesting.ts";
import type { ManifestEntry, Part } from "./types.ts";

/** In the order of a sorted manifest. */
export const PARTS: readonly Part[] = ["image", "thumbnail", "superpixels", "mask"];
const STATES: readonly string[] = ["done", "changed", "failed", "absent", "pruned"];

/** The order of the parts in a sorted manifest. */
export const partOrder = (part: Part): number => PARTS.indexOf(part);

/** One manifest line, without its newline. Addresses lose the signatures by which anybody could use them. */
export function formatEntry(entry: ManifestEntry): string {
  return JSON.stringify(withoutSignatures(entry));
}

/** The same line without signatures, which those of earlier versions may have. */
export function withoutSecrets(line: string): string {
  if (!line.includes("?") && !line.includes("@")) return line;
  const entry = parseEntry(line);
  return entry === undefined ? line : formatEntry(entry);
}

/**
 * Reads one line; `undefined` for what is no entry: an empty line, the torn end that a killed process leaves, or
 * something else altogether. A file name that leaves the folder makes it no entry too.
 */
export function parseEntry(line: string): ManifestEntry | undefined {
  if (!line.startsWith("{") || isNestedDeeper(line, MOST_DEPTH)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isEntry(value) ? value : undefined;
}

/** No answer may be nested so deep (`limits.depth`), and what is could not be written again: it goes beyond the stack. */
const MOST_DEPTH = 1000;

const TEXTS: readonly (keyof ManifestEntry)[] = [
  "url",
  "expectedSha256",
  "licence",
  "attribution",
  "attributionOf",
  "split",
  "label",
  "error",
  "server",
];

function isEntry(value: unknown): value is ManifestEntry {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Record<string, unknown>;
  const { id, name, part, state, file, stem, bytes, sha256, record } = fields;
  const holds =
    typeof id === "string" &&
    typeof name === "string" &&
    PARTS.includes(part as Part) &&
    STATES.includes(state as string) &&
    [file, stem].every((path) => path === undefined || (typeof path === "string" && staysInside(path))) &&
    (bytes === undefined || (Number.isSafeInteger(bytes) && (bytes as number) >= 0)) &&
    (sha256 === undefined || typeof sha256 === "string");
  if (!holds) return false;
  // What else is of the wrong kind costs itself only: a file that is there is not lost for its licence's sake.
  if (!isTime(fields.fetchedAt)) fields.fetchedAt = "";
  if (!isTime(fields.refreshedAt)) delete fields.refreshedAt;
  for (const key of TEXTS) if (fields[key] !== undefined && typeof fields[key] !== "string") delete fields[key];
  if (record !== undefined && (typeof record !== "object" || record === null || Array.isArray(record)))
    delete fields.record;
  const { resized } = fields as { resized?: { longerSide?: unknown } | null };
  if (resized !== undefined && !(Number(resized?.longerSide) > 0)) delete fields.resized;
  return true;
}

/** Clocks of machines differ, by zones at most. */
const DAY_MS = 86_400_000;

/** A time as we write it. What is later than now would hold against all that comes to be known. */
function isTime(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return false;
  return Date.parse(value) <= Date.now() + DAY_MS;
}

/** Is this a relative path, with `/`, that stays below the folder it is relative to? */
export function staysInside(file: string): boolean {
  if (file === "" || file.includes("\\") || file.includes("\0") || /^[a-z]:/i.test(file)) return false;
  return file.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

/** The manifest's name in its folder; every shard writes one of its own. */
export function manifestName(shard: Shard | undefined): string {
  return `manifest${shardSuffix(shard)}.jsonl`;
}

export const isManifestName = (name: string): boolean => /^manifest(-\d+-of-\d+)?\.jsonl$/.test(name);

/** What the names of a shard's tables have before their extension; nothing for a whole download. */
export function shardSuffix(shard: Shard | undefined): string {
  return shard === undefined ? "" : `-${shard.index}-of-${shard.count}`;
}

/** The shard that wrote a manifest of this name; nothing for a whole download's. */
export function shardOf(name: string): Shard | undefined {
  const [, index, count] = /^manifest-(\d+)-of-(\d+)\.jsonl$/.exec(name) ?? [];
  return index === undefined ? undefined : { index: Number(index), count: Number(count) };
}

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
