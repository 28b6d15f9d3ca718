import { openCsvWriter } from "../../csv/write-lines.ts";
import type { MetadataRow } from "./rows.ts";

const BATCH = 500;

/** The table as CSV text, in pieces: UTF-8, CRLF, `True` and `False`, as the archive's own `metadata.csv`. */
export async function* csvOf(
  columns: readonly string[],
  rows: AsyncIterable<MetadataRow>,
): AsyncGenerator<string, void, undefined> {
  const writeLines = await openCsvWriter();
  yield writeLines([columns]);
  let batch: unknown[][] = [];
  for await (const row of rows) {
    batch.push(columns.map((name) => row.get(name)));
    if (batch.length < BATCH) continue;
    yield writeLines(batch);
    batch = [];
  }
  if (batch.length > 0) yield writeLines(batch);
}
