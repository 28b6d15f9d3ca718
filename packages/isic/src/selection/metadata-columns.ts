import { headOf, type ImageRecord, metadataOf } from "../archive/records.ts";
import { columnsOf, flatten } from "../csv/flatten.ts";

/**
 * The metadata of records as columns: id, name, then when and where from on v1, licence and attribution on v2, then every
 * field of the metadata that any has.
 */
export function metadataColumns(records: Iterable<ImageRecord>): Record<string, unknown[]> {
  const rows = Array.from(records, (record) => ({ head: headOf(record), meta: flatten(metadataOf(record)) }));
  const first = [...new Set(rows.flatMap(({ head }) => Object.keys(head)))];
  const names = columnsOf(rows.map(({ meta }) => meta));
  const heads = first.map((name) => [name, rows.map(({ head }) => head[name] ?? null)] as const);
  const fields = names.map((name) => [name, rows.map(({ meta }) => meta.get(name) ?? null)] as const);
  return Object.fromEntries([...heads, ...fields]);
}
