import type { Bytes } from "../../transport/body.ts";
import { ContentError, type Where } from "../../transport/errors.ts";
import { LIMITS, tooLarge } from "../../transport/limits.ts";

/** More columns than any table of the archive has. */
const MOST_CELLS = 10_000;

/**
 * The rows of a CSV as they stream in, in one pass over the text. Every row of the archive's CSV ends with a line end,
 * so one that does not is cut off. The TAB the archive puts before `= + - @` (for spreadsheets) is taken off.
 *
 * @param cellLimit Characters of one cell at most; a row may have four times as many.
 * @param rowLimit Lines at most, empty ones among them.
 * @throws ContentError for a row that is cut off (`length`), or a cell or row that is too long, or too many (`limit`).
 */
export async function* csvRows(
  pieces: AsyncIterable<Bytes>,
  where: Where,
  cellLimit: number,
  rowLimit: number = LIMITS.listingLength,
): AsyncGenerator<readonly string[], void, void> {
  const decoder = new TextDecoder();
  const refuse = (what: string, limit: "csvCell" | "listingLength"): Error => tooLarge(what, limit, "text/csv", where);
  const reader = new RowReader(refuse, cellLimit, rowLimit);
  for await (const piece of pieces) yield* reader.read(decoder.decode(piece, { stream: true }));
  yield* reader.read(decoder.decode());
  if (reader.isInside) throw new ContentError("length", "the CSV ends in the middle of a row", "text/csv", where);
}

/** Where the reader stands: before a cell, in a bare one, inside of quotes, or behind a quote that may be doubled. */
type Place = "start" | "bare" | "quoted" | "quote";

class RowReader {
  readonly #refuse: (what: string, limit: "csvCell" | "listingLength") => Error;
  readonly #limit: number;
  readonly #rowLimit: number;
  #rows = 0;
  #place: Place = "start";
  #cell = "";
  #row: string[] = [];
  #rowLength = 0;
  #afterReturn = false;

  constructor(refuse: (what: string, limit: "csvCell" | "listingLength") => Error, limit: number, rowLimit: number) {
    this.#refuse = refuse;
    this.#limit = limit;
    this.#rowLimit = rowLimit;
  }

  /** Has a row begun that is not at its end? */
  get isInside(): boolean {
    return this.#row.length > 0 || this.#cell.trim() !== "" || this.#place === "quoted" || this.#place === "quote";
  }

  /** The rows that this text completes. */
  *read(text: string): Generator<readonly string[], void, void> {
    const end = /[,\r\n]/g;
    for (let at = 0; at < text.length; ) {
      const sign = text[at];
      if (this.#place === "start") {
        if (this.#afterReturn && sign === "\n") at += 1;
        else if (sign === '"') at += 1;
        if (sign === '"') this.#place = "quoted";
        else if (!(this.#afterReturn && sign === "\n")) this.#place = "bare";
        this.#afterReturn = false;
      } else if (this.#place === "quoted") {
        let quote = text.indexOf('"', at);
        while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
        const to = quote === -1 ? text.length : quote;
        this.#append(text.slice(at, to).replaceAll('""', '"'));
        at = to + 1;
        if (quote !== -1) this.#place = "quote";
      } else if (this.#place === "quote") {
        if (sign === '"') this.#append('"');
        if (sign === '"') at += 1;
        this.#place = sign === '"' ? "quoted" : "bare";
      } else {
        end.lastIndex = at;
        const to = end.exec(text)?.index ?? text.length;
        this.#append(text.slice(at, to));
        at = to + 1;
        if (to === text.length) continue;
        this.#endCell();
        if (text[to] === ",") continue;
        this.#afterReturn = text[to] === "\r";
        const row = this.#row;
        this.#row = [];
        this.#rowLength = 0;
        this.#rows += 1;
        if (this.#rows > this.#rowLimit)
          throw this.#refuse(`the CSV has more than ${this.#rowLimit} rows`, "listingLength");
        if (row.length > 1 || row[0] !== "") yield row;
      }
    }
  }

  #append(text: string): void {
    this.#cell += text;
    this.#rowLength += text.length;
    if (this.#cell.length > this.#limit)
      throw this.#refuse(`a cell of the CSV is longer than ${this.#limit} characters`, "csvCell");
    if (this.#rowLength > this.#limit * 4) throw this.#refuse("a row of the CSV is too long", "csvCell");
  }

  #endCell(): void {
    this.#row.push(/^\t[=+\-@]/.test(this.#cell) ? this.#cell.slice(1) : this.#cell);
    this.#cell = "";
    this.#place = "start";
    if (this.#row.length > MOST_CELLS)
      throw this.#refuse(`a row of the CSV has more than ${MOST_CELLS} cells`, "csvCell");
  }
}
