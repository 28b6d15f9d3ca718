/** Rows as CSV text: the one writer of every table. */
import { cellText } from "./cells.ts";

/** Rows as lines, headers and values alike; any reader gives the same cells back. */
export type WriteLines = (rows: readonly (readonly unknown[])[]) => string;

/**
 * A writer of CSV text. Text that a spreadsheet would run is guarded in every cell; line breaks of all kinds are quoted, and so is
 * an empty cell that is alone in its row, which would be an empty line. Readers drop a byte order mark and, some of them, lines
 * that begin with `#`: those are quoted too.
 *
 * @param separator between cells
 * @param lineEnd CRLF, as RFC 4180 and the archive's own tables have it, or LF
 */
export async function openCsvWriter(separator = ",", lineEnd: "\r\n" | "\n" = "\r\n"): Promise<WriteLines> {
  const { stringify } = await import("csv-stringify/browser/esm/sync");
  const options = { delimiter: separator, record_delimiter: lineEnd, quoted_match: /[\r\n]|^[\ufeff#]/ };
  return (rows) => {
    const text = rows.map((row) => row.map(cellText));
    return stringify(text, { ...options, quoted_empty: rows[0]?.length === 1 });
  };
}
