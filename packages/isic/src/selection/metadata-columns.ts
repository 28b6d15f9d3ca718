import { type ImageRecord, idOf, isV2Image, nameOf } from "../archive/records.ts";
import { columnsOf, flatten } from "../csv/flatten.ts";

/**
 * The metadata of records as columns: id, name, when and where from, then every field of `meta` that any has.
 * Today's records have licence and attribution instead of a date and a dataset.
 */
export function metadataColumns(records: Iterable<ImageRecord>): Record<string, unknown[]> {
  const rows = Array.from(records, rowOf);
  const first = [...new Set(rows.flatMap(({ head }) => Object.keys(head)))];
  const names = columnsOf(rows.map(({ meta }) => meta));
  const heads = first.map((name) => [name, rows.map(({ head }) => head[name] ?? null)] as const);
  const fields = names.map((name) => [name, rows.map(({ meta }) => meta.get(name) ?? null)] as const);
  return Object.fromEntries([...heads, ...fields]);
}

interface Row {
  readonly head: Readonly<Record<string, unknown>>;
  readonly meta: ReadonlyMap<string, unknown>;
}

function rowOf(record: ImageRecord): Row {
  const ids = { image_id: idOf(record), image_name: nameOf(record) };
  if (isV2Image(record)) {
    const { copyright_license, attribution, metadata } = record;
    return { head: { ...ids, copyright_license, attribution }, meta: flatten(metadata) };
  }
  return {
    head: { ...ids, image_created: record.created, dataset_name: record.dataset?.name },
    meta: flatten(record.meta),
  };
}
