import { type Criteria, nearMatches } from "@isic/select";
import type { Archive } from "../archive/archive.ts";
import { pathsOf } from "../archive/criteria.ts";
import { headOf, type ImageRecord, idOf, isUnknown, metadataOf } from "../archive/records.ts";
import { columnsOf, flatten } from "../csv/flatten.ts";
import { type ImageTable, RecordTable } from "../image-index/table.ts";
import type { LongCallOptions } from "../session/calls.ts";

export interface CombineOptions {
  readonly subSelect?: unknown;
  /** Add what is found to the current selection instead of replacing it. @default false */
  readonly add?: boolean | undefined;
  /** Take what is found out of the current selection. @default false */
  readonly remove?: boolean | undefined;
}

/** Images by id. */
export type Found = readonly (readonly [id: string, record: ImageRecord])[];

/**
 * The images that meet criteria, looked for by the server as far as it can. Nothing where it would have to send the
 * record of every image: then a list of all that is stored serves the next selection too.
 */
export async function searchArchive(
  archive: Archive,
  criteria: Criteria,
  { signal, onProgress }: LongCallOptions,
): Promise<Found | undefined> {
  const selected = archive.select({ criteria });
  if (await selected.readsAll()) return undefined;
  const found: [string, ImageRecord][] = [];
  for await (const page of selected.pages({ signal })) {
    for (const record of page.records) if (!isUnknown(record)) found.push([idOf(record), record]);
    onProgress?.({ done: found.length, total: page.total });
  }
  return found;
}

/** So many images have, together, nearly every field there is. */
const FEW = 100;

/** Some of the archive's images: where nothing was found, they tell a mistyped path. */
export async function someImages(archive: Archive, options: LongCallOptions): Promise<RecordTable> {
  const table = new RecordTable();
  for await (const record of archive.select({ limit: FEW }).records({ signal: options.signal }))
    if (!isUnknown(record)) table.add(record);
  return table;
}

/** One sentence per path that no record has: most likely a typing error, but no error to the archive's open records. */
export function unknownPaths(criteria: Criteria, table: Pick<ImageTable, "hasPath" | "paths">): string[] {
  const unknown = pathsOf(criteria).filter((path) => !table.hasPath(path));
  if (unknown.length === 0) return [];
  const known = table.paths();
  return unknown.map((path) => {
    const near = nearMatches(path, known);
    const hint = near.length === 0 ? "" : ` Did you mean ${near.map((name) => JSON.stringify(name)).join(" or ")}?`;
    return `No image here has the field ${JSON.stringify(path)}.${hint}`;
  });
}

/** What a selection is after new ones were found: replaced, added to, or taken from. Adding beats taking, as ever. */
export function combineSelections(
  current: ReadonlyMap<string, ImageRecord>,
  found: Found,
  { subSelect, add, remove }: CombineOptions,
): Map<string, ImageRecord> {
  if (add === true && subSelect !== true) return new Map([...current, ...found]);
  if (remove !== true) return new Map(found);
  const gone = new Set(found.map(([id]) => id));
  return new Map([...current].filter(([id]) => !gone.has(id)));
}

/**
 * The metadata of records as columns: id, name, then when and where from on v1, licence and attribution on v2, then every
 * field of the metadata that any has.
 */
export function metadataColumns(records: Iterable<ImageRecord>): Record<string, unknown[]> {
  const rows = Array.from(records, (record) => ({ head: headOf(record), meta: flatten(metadataOf(record)) }));
  const first = [...new Set(rows.flatMap(({ head }) => Object.keys(head)))];
  const names = columnsOf(rows.map(({ meta }) => meta));
  const heads = first.map((name) => [name, rows.map(({ head }) => head[name] ?? null)] as const);
  // No field takes the place of an image's id or name.
  const columnOf = (name: string): string => (first.includes(name) ? `metadata.${name}` : name);
  const fields = names.map((name) => [columnOf(name), rows.map(({ meta }) => meta.get(name) ?? null)] as const);
  return Object.fromEntries([...heads, ...fields]);
}
