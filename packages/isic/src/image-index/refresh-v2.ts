import type { MetadataRecord, V2Client } from "@isic/api-client/v2";
import type { V2Image } from "../archive/records.ts";
import { present } from "../session/present.ts";
import type { ColumnTable } from "./column-table.ts";
import type { CacheImagesOptions, CacheImagesReport } from "./types.ts";

interface Refreshed {
  readonly table: ColumnTable;
  readonly report: CacheImagesReport;
}

/** Not in the table of a search: they never change. */
const ONLY_IN_RECORDS: readonly string[] = ["pixels_x", "pixels_y"];

/**
 * Compares the index with the table of all metadata, which the server gives in two requests, and asks only for the
 * records that are new or differ. Where the server gives no table, the records come page by page.
 */
export async function refreshV2(client: V2Client, table: ColumnTable, options: CacheImagesOptions): Promise<Refreshed> {
  const { signal, onProgress } = options;
  const gone = new Set(table.rowById.values());
  const wanted: string[] = [];
  // The public snapshot is of some day before: only what the server says now tells what changed.
  for await (const row of await client.fetchAllMetadata({}, present({ maxAgeDays: 0, signal, onProgress }))) {
    const at = table.rowById.get(row.isic_id);
    if (at !== undefined) gone.delete(at);
    if (at === undefined || differs(table.record(at), row)) wanted.push(row.isic_id);
  }
  const fresh = new Map<string, V2Image>();
  if (wanted.length > 0) {
    for await (const record of client.images.search({ ids: wanted }, present({ signal })))
      fresh.set(record.isic_id, record);
  }
  const left = gone.size === 0 ? table : table.without(gone);
  const known = [...fresh.values()].filter(({ isic_id }) => left.rowById.has(isic_id));
  const added = [...fresh.values()].filter(({ isic_id }) => !left.rowById.has(isic_id));
  left.replace(known);
  left.append(added);
  return {
    table: left,
    report: { total: left.index.count, added: added.length, changed: known.length, removed: gone.size },
  };
}

function differs(record: V2Image, row: MetadataRecord): boolean {
  if (record.copyright_license !== row.copyright_license) return true;
  const known = fieldsOf(record.metadata);
  const said = fieldsOf(row.metadata);
  if (known.size !== said.size) return true;
  for (const [key, value] of said) if (String(known.get(key)) !== String(value)) return true;
  return false;
}

/** Both branches as one, since tables know of none. Numbers that one side sends as text count as the same. */
function fieldsOf(metadata: { readonly acquisition?: object; readonly clinical?: object }): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const branch of [metadata.acquisition, metadata.clinical]) {
    for (const [key, value] of Object.entries(branch ?? {})) {
      if (!ONLY_IN_RECORDS.includes(key) && value !== null) fields.set(key, value);
    }
  }
  return fields;
}
