import { type Criteria, createPredicate } from "@isic/select";
import type { Archive } from "../archive/types.ts";
import { RecordTable } from "../image-index/table.ts";
import type { LongCallOptions } from "../session/calls.ts";

/**
 * What today's server finds for the part of the criteria that its search language can say: at least what they select.
 * Nothing when it can say none of them, or is a server of the old API.
 */
export async function searchServer(
  archive: Archive,
  criteria: Criteria,
  { signal, onProgress }: LongCallOptions,
): Promise<RecordTable | undefined> {
  if (archive.family === "v1") return undefined;
  // Criteria that cannot mean anything are an error before anything is asked for.
  createPredicate(criteria);
  const { queryOf } = await import("./criteria-query.ts");
  const query = queryOf(criteria);
  if (query === undefined) return undefined;
  const table = new RecordTable();
  for await (const page of archive.imagePages({ query, signal })) {
    for (const record of page.records) table.add(record);
    onProgress?.({ done: table.records.size, total: page.total });
  }
  return table;
}
