// CSV as RFC 4180 has it, read within bounds and in one pass.

/** A row of a table with the line that it begins on. */
export interface CsvRow {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Where a table cannot be read on. */
export interface CsvProblem {
  readonly line: number;
  readonly kind: "too-large" | "unreadable";
  readonly problem: string;
}

/** More columns than any table of a challenge has. */
const MOST_CELLS = 10_000;

/**
 * The rows of a text, empty lines left out; quoted cells may hold commas, quotes and line ends. Ends with a problem where a
 * quote never closes, a cell is longer than `maxCellLength`, or a row has more than 10 000 cells.
 */
export function* csvRows(text: string, maxCellLength: number): Generator<CsvRow | CsvProblem> {
  let at = text.startsWith("\ufeff") ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const begins = line;
    const cells: string[] = [];
    while (true) {
      let cell: string;
      if (text[at] === '"') {
        const end = closingQuote(text, at);
        if (end === -1) {
          yield { line: begins, kind: "unreadable", problem: "has a quote that never closes" };
          return;
        }
        cell = text.slice(at + 1, end).replaceAll('""', '"');
        line += lineEnds(cell);
        at = end + 1;
      } else {
        const end = endOfCell(text, at);
        cell = text.slice(at, end);
        at = end;
      }
      if (cell.length > maxCellLength) {
        const problem = `has a cell of ${cell.length} characters, more than maxCellLength, ${maxCellLength}`;
        yield { line: begins, kind: "too-large", problem };
        return;
      }
      cells.push(cell);
      if (cells.length > MOST_CELLS) {
        yield { line: begins, kind: "too-large", problem: `has more than ${MOST_CELLS} cells` };
        return;
      }
      if (text[at] !== ",") break;
      at++;
    }
    if (at < text.length && text[at] !== "\n" && text[at] !== "\r") {
      yield { line: begins, kind: "unreadable", problem: "has characters after a closing quote" };
      return;
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    line++;
    if (cells.length > 1 || cells[0]?.trim() !== "") yield { line: begins, cells };
  }
}

function closingQuote(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return -1;
}

function endOfCell(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 44 || code === 10 || code === 13) break;
  }
  return at;
}

function lineEnds(cell: string): number {
  let count = 0;
  for (let at = cell.indexOf("\n"); at !== -1; at = cell.indexOf("\n", at + 1)) count++;
  return count;
}

/** A row of a table; a cell is quoted where it must be. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\n`;
}
