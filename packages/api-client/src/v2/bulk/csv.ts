import type { Bytes } from "../../transport/body.ts";
import { ContentError, type Where } from "../../transport/errors.ts";

/**
 * The rows of a CSV as they stream in. Every row of the archive's CSV ends with a line end, so one that does not is
 * cut off. The TAB the archive puts before `= + - @` (for spreadsheets) is taken off.
 */
export async function* csvRows(
  pieces: AsyncIterable<Bytes>,
  where: Where,
): AsyncGenerator<readonly string[], void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of pieces) {
    rest += decoder.decode(piece, { stream: true });
    const { rows, used } = completeRows(rest);
    rest = rest.slice(used);
    yield* rows;
  }
  rest += decoder.decode();
  if (rest.trim() !== "") {
    throw new ContentError("length", "the CSV ends in the middle of a row", "text/csv", where);
  }
}

/** The rows that are complete, and how many characters they take. */
function completeRows(text: string): { rows: string[][]; used: number } {
  const rows: string[][] = [];
  let row: string[] = [];
  let used = 0;
  let at = 0;
  while (at < text.length) {
    const cell = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at);
    if (cell === undefined) break;
    row.push(/^\t[=+\-@]/.test(cell.value) ? cell.value.slice(1) : cell.value);
    at = cell.end + 1;
    if (text[cell.end] === ",") continue;
    if (text[cell.end] === "\r") at += 1;
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    used = at;
  }
  return { rows, used };
}

/** A cell and where it ends: at a comma or a line end. Undefined when its end has not come yet. */
function plainCell(text: string, from: number): { value: string; end: number } | undefined {
  for (let at = from; at < text.length; at += 1) {
    const sign = text[at];
    if (sign !== "," && sign !== "\n" && sign !== "\r") continue;
    if (sign === "\r" && text[at + 1] === undefined) return undefined;
    return { value: text.slice(from, at), end: at };
  }
  return undefined;
}

function quotedCell(text: string, from: number): { value: string; end: number } | undefined {
  let value = "";
  for (let at = from + 1; ; ) {
    const quote = text.indexOf('"', at);
    if (quote === -1 || quote + 1 >= text.length) return undefined;
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const end = quote + 1;
      if (text[end] === "\r" && text[end + 1] === undefined) return undefined;
      return { value, end };
    }
    value += '"';
    at = quote + 2;
  }
}
