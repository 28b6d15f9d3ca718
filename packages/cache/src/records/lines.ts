/** Records as texts in order of their ids. */
import { type ShardInfo, shardAt } from "./manifest.ts";

/** One record as its line has it. */
export interface Line {
  readonly id: string;
  readonly json: string;
}

/** Lines of about so many characters make a shard: small enough to unpack for one record, large enough to pack well. */
export const SHARD_TEXT: number = 2 ** 18;
/** Old and new lines in order, the new ones winning; `undefined` when nothing would change. */
export function mergeLines(
  old: readonly Line[],
  news: readonly Line[],
): { lines: Line[]; added: number; changed: number } | undefined {
  const lines: Line[] = [];
  let added = 0;
  let changed = 0;
  let i = 0;
  for (const line of news) {
    while (i < old.length && old[i]!.id < line.id) lines.push(old[i++]!);
    if (old[i]?.id !== line.id) added++;
    else if (old[i++]!.json !== line.json) changed++;
    lines.push(line);
  }
  if (added === 0 && changed === 0) return undefined;
  while (i < old.length) lines.push(old[i++]!);
  return { lines, added, changed };
}

/** The lines cut into runs of about {@link SHARD_TEXT}; the last one may be shorter, and grows with the next records. */
export function splitLines(lines: readonly Line[]): Line[][] {
  const runs: Line[][] = [];
  let run: Line[] = [];
  let size = 0;
  for (const line of lines) {
    run.push(line);
    size += line.id.length + line.json.length + 2;
    if (size >= SHARD_TEXT) {
      runs.push(run);
      run = [];
      size = 0;
    }
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

/** In order of their ids; of two records with one id the later one. */
export function toLines<R>(records: Iterable<R>, idOf: (record: R) => string): Line[] {
  const lines = new Map<string, Line>();
  for (const record of records) {
    const id = idOf(record);
    if (typeof id !== "string" || !/^[^\t\n]+$/.test(id)) {
      throw new TypeError(`expected an id of one line without tabs, got ${JSON.stringify(id)}`);
    }
    lines.set(id, { id, json: JSON.stringify(record) });
  }
  return [...lines.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Each run of lines with the index of the shard it falls into. */
export function* byShard(shards: readonly ShardInfo[], lines: readonly Line[]): Generator<[number, Line[]]> {
  for (let at = 0; at < lines.length; ) {
    const index = shardAt(shards, lines[at]!.id);
    const next = shards[index + 1];
    let end = at;
    while (end < lines.length && (next === undefined || lines[end]!.id < next.first)) end++;
    yield [index, lines.slice(at, end)];
    at = end;
  }
}

export function find(lines: readonly Line[], id: string): Line | undefined {
  let low = 0;
  let high = lines.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const line = lines[middle]!;
    if (line.id === id) return line;
    if (line.id < id) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
