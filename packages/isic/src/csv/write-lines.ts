/** Rows as CSV text: the one writer of every table. */
import { cellText } from "./cells.ts";

/** Rows as lines that end in CRLF, headers and values alike; any reader gives the same cells back. */
export type WriteLines = (rows: readonly (readonly unknown[])[]) => string;

/**
 * A writer of CSV text. Text that a spreadsheet would run is guarded in every cell; line breaks of all kinds are quoted, and so is
 * an empty cell that is alone in its row, which would be an empty line.
 *
 * @param separator between cells
 */
export async function openCsvWriter(separator = ","): Promise<WriteLines> {
  const { stringify } = await import("csv-stringify/browser/esm/sync");
  const options = { delimiter: separator, record_delimiter: "\r\n", quoted_match: /[\r\n]/ };
  return (rows) => {
    const text = rows.map((row) => row.map(cellText));
    return stringify(text, { ...options, quoted_empty: rows[0]?.length === 1 });
  };
}
