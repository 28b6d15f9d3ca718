import { cellText } from "../../csv/cells.ts";
import type { MetadataRow } from "./rows.ts";

const BATCH = 500;

/** The table as CSV text, in pieces: UTF-8, CRLF, `True` and `False`, as the archive's own `metadata.csv`. */
export async function* csvOf(
  columns: readonly string[],
  rows: AsyncIterable<MetadataRow>,
): AsyncGenerator<string, void, undefined> {
  const { stringify } = await import("csv-stringify/sync");
  const text = (lines: string[][]): string => stringify(lines, { record_delimiter: "\r\n" });
  yield text([[...columns]]);
  let batch: string[][] = [];
  for await (const row of rows) {
    batch.push(columns.map((name) => cellText(row.get(name))));
    if (batch.length < BATCH) continue;
    yield text(batch);
    batch = [];
  }
  if (batch.length > 0) yield text(batch);
}
