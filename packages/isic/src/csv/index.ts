import { TableError } from "../errors.ts";
import { checkOptions } from "../session/options.ts";
import { cellValue, withoutGuard } from "./cells.ts";
import { type Cell, columnsOf, flatten, unflatten } from "./flatten.ts";
import { openCsvWriter } from "./write-lines.ts";

export type { Cell } from "./flatten.ts";

/** A table as columns of equal length. */
export type Columns = Readonly<Record<string, readonly unknown[]>>;

export interface WriteCsvOptions {
  /** @default "," */
  readonly separator?: string;
  /** A first line with the column names. @default true */
  readonly headers?: boolean;
}

export interface ReadCsvOptions {
  /** @default "," */
  readonly separator?: string;
  /** `true`: the first line names the columns; `false`: they are `column_1` ...; or their names. @default true */
  readonly headers?: boolean | readonly string[];
  /** Turn `True`, `007`, `1e3` and `[...]` into values; otherwise every cell is text. @default true */
  readonly parseValues?: boolean;
  /** Rebuild nested records from dotted columns (`meta.clinical.sex`); their empty cells are left out. @default false */
  readonly packKeys?: boolean;
}

const READING: readonly string[] = ["separator", "headers", "parseValues", "packKeys"];

/** Rows as lists of records, records by id (a `Map`, which gets an `_id` column), or columns. */
export type TableContent = readonly object[] | ReadonlyMap<string, object> | Columns;

/**
 * A table as CSV text (CRLF, UTF-8): nested fields become dotted columns, columns without any value are left out.
 *
 * @example
 * ```ts
 * import { writeCsv } from "isic";
 *
 * await writeCsv([{ name: "ISIC_0000000", meta: { sex: "female", melanocytic: true } }]);
 * // meta.melanocytic,meta.sex,name
 * // True,female,ISIC_0000000
 * ```
 */
export async function writeCsv(content: TableContent, options: WriteCsvOptions = {}): Promise<string> {
  checkOptions("writeCsv", options, ["separator", "headers"]);
  const writeLines = await openCsvWriter(options.separator);
  const { columns, rows } = tableOf(content);
  return writeLines(options.headers === false ? rows : [columns, ...rows]);
}

/**
 * CSV text to records, one per line.
 *
 * Throws a `TableError` that says in which line the quotes or the number of cells are wrong.
 */
export async function readCsv(csv: string, options: ReadCsvOptions = {}): Promise<Record<string, unknown>[]> {
  checkOptions("readCsv", options, READING);
  const { columns, rows } = await parse(csv, options);
  return rows.map((row) => {
    const cells = new Map(columns.map((name, i) => [name, row[i] ?? null] as const));
    return options.packKeys === true ? unflatten(cells) : Object.fromEntries(cells);
  });
}

/** CSV text to columns of equal length, as the Python client's `dict_of_lists`. */
export async function readCsvColumns(csv: string, options: ReadCsvOptions = {}): Promise<Record<string, Cell[]>> {
  checkOptions("readCsvColumns", options, READING);
  const { columns, rows } = await parse(csv, options);
  return Object.fromEntries(columns.map((name, i) => [name, rows.map((row) => row[i] ?? null)]));
}

/** Records as the Python client's `read_csv` gives them: an empty cell is `""`, and only one that is missing is null. */
export async function readRawCsv(csv: string): Promise<Record<string, Cell>[]> {
  const [names = [], ...lines] = await linesOf(csv);
  return lines.map((line) => {
    const cells = names.map((name, i) => {
      const text = line[i];
      return [withoutGuard(name), text === undefined ? null : text === "" ? "" : cellValue(text)] as const;
    });
    return Object.fromEntries(cells);
  });
}

/** Characters: as many as `limits.csvCell` allows one cell of the archive's tables. */
const MOST_ROW = 1_048_576;
/** More columns than any table of the archive has. */
const MOST_CELLS = 10_000;

async function parse(csv: string, options: ReadCsvOptions): Promise<{ columns: string[]; rows: Cell[][] }> {
  const lines = await linesOf(csv, options.separator);
  const headers = options.headers ?? true;
  const names = headers === true ? lines.shift()?.map(withoutGuard) : headers === false ? undefined : headers;
  const width = lines.reduce((most, line) => Math.max(most, line.length), names?.length ?? 0);
  const columns = Array.from({ length: width }, (_, i) => names?.[i] ?? `column_${i + 1}`);
  const value = options.parseValues === false ? textOnly : cellValue;
  return { columns, rows: lines.map((line) => line.map(value)) };
}

async function linesOf(csv: string, separator = ","): Promise<string[][]> {
  checkLines(csv);
  const { parse: parseText } = await import("csv-parse/browser/esm/sync");
  // Of a text, the reader for browsers would make a list of numbers first, of ten times the size.
  const bytes = new TextEncoder().encode(csv.replace(/^\uFEFF/, ""));
  try {
    const settings = {
      delimiter: separator,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MOST_ROW,
    };
    return checkedLines(parseText(bytes as never, settings) as string[][], csv.length);
  } catch (cause) {
    if (cause instanceof TableError) throw cause;
    throw new TableError(`This is not CSV: ${(cause as Error).message}`, { cause });
  }
}

/** A row has at least a line: what is too long is refused before the reader makes room for all of the text. */
function checkLines(csv: string): void {
  let feed = -1;
  for (let start = 0; start < csv.length; ) {
    if (feed < start) feed = csv.indexOf("\n", start);
    if (feed === -1) feed = csv.length;
    let end = feed;
    // Lines may also end in a return alone; looking for one ahead pays in a long line only.
    if (end - start > MOST_ROW) {
      const back = csv.indexOf("\r", start);
      if (back !== -1) end = Math.min(end, back);
    }
    if (end - start > MOST_ROW)
      throw new TableError(`This is no table: a line of it is longer than ${MOST_ROW} characters.`);
    start = end + 1;
  }
}

function checkedLines(lines: string[][], length: number): string[][] {
  const width = lines.reduce((most, line) => Math.max(most, line.length), 0);
  if (width > MOST_CELLS) throw new TableError(`This is no table: a row has ${width} cells, more than ${MOST_CELLS}.`);
  // A cell that is missing takes room in a record, and none in the text.
  if (width * lines.length > length + 1_000_000)
    throw new TableError(
      `This is no table: most of its ${lines.length} rows have far fewer cells than its ${width} columns.`,
    );
  return lines;
}

function textOnly(text: string): Cell {
  return text === "" ? null : text;
}

function tableOf(content: TableContent): { columns: string[]; rows: unknown[][] } {
  if (content instanceof Map) {
    const rows = [...content].map(([id, record]) => flatten({ _id: id, ...record }));
    return tableOfRows(rows, ["_id"]);
  }
  if (Array.isArray(content)) return tableOfRows(content.map((record) => flatten(record)));
  return tableOfColumns(content as Columns);
}

function tableOfRows(rows: readonly Map<string, unknown>[], first: readonly string[] = []) {
  const names = columnsOf(rows).filter((name) => !first.includes(name));
  const columns = [...first, ...names].filter((name) => rows.some((row) => (row.get(name) ?? null) !== null));
  return { columns, rows: rows.map((row) => columns.map((name) => row.get(name))) };
}

function tableOfColumns(content: Columns) {
  const entries = Object.entries(content).filter(([, values]) => values.some((value) => (value ?? null) !== null));
  const length = entries[0]?.[1].length ?? 0;
  const other = entries.find(([, values]) => values.length !== length);
  if (other !== undefined) {
    const [name, values] = other;
    throw new TableError(
      `Columns must be of equal length: ${entries[0]![0]} has ${length} rows, ${name} ${values.length}.`,
    );
  }
  const rows = Array.from({ length }, (_, i) => entries.map(([, values]) => values[i]));
  return { columns: entries.map(([name]) => name), rows };
}
