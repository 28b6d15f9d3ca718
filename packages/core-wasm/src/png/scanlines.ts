import type { PngHeader } from "./chunks.ts";
import { bitsPerPixel, type Pass, passesOf, rowLengthOf } from "./passes.ts";
import { tooFewBytes, tooManyBytes, unknownFilter } from "./rows.ts";
import { unfilter } from "./unfilter.ts";

/** Takes a row of a pass, unfiltered; its bytes are only good until the function returns. */
export type VisitRow = (row: Uint8Array, y: number, pass: Pass) => void;

/** The rows of a file of any kind: takes the inflated bytes piece by piece, and hands over row by row. */
export class Scanlines {
  readonly #header: PngHeader;
  readonly #visit: VisitRow;
  readonly #passes: readonly Pass[];
  /** Whole bytes of a pixel, at least one: how far filters look to the left. */
  readonly #pixelBytes: number;
  #pass = 0;
  #y = 0;
  /** Rows of all passes so far. */
  #done = 0;
  #line: Uint8Array;
  #above: Uint8Array;
  #filled = 0;

  constructor(header: PngHeader, visit: VisitRow) {
    this.#header = header;
    this.#visit = visit;
    this.#passes = passesOf(header);
    this.#pixelBytes = Math.ceil(bitsPerPixel(header) / 8);
    this.#line = this.#newLine();
    this.#above = this.#newLine();
  }

  /** @throws PngError for more bytes than rows, or a row with an unknown filter */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#pass === this.#passes.length) throw tooManyBytes();
      const piece = bytes.subarray(at, at + this.#line.length - this.#filled);
      this.#line.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled === this.#line.length) this.#endOfLine();
    }
  }

  /** After the last piece. @throws PngError when rows are missing */
  end(): void {
    if (this.#pass === this.#passes.length) return;
    throw tooFewBytes(
      this.#done,
      this.#passes.reduce((sum, pass) => sum + pass.height, 0),
    );
  }

  #endOfLine(): void {
    const pass = this.#passes[this.#pass]!;
    const row = this.#line.subarray(1);
    if (!unfilter(this.#line[0]!, row, this.#above.subarray(1), this.#pixelBytes)) throw unknownFilter(this.#done);
    this.#visit(row, this.#y, pass);
    [this.#line, this.#above] = [this.#above, this.#line];
    this.#filled = 0;
    this.#done++;
    if (++this.#y < pass.height) return;
    this.#y = 0;
    this.#pass++;
    this.#line = this.#newLine();
    this.#above = this.#newLine();
  }

  /** Above the first row of a pass, PNG has zeros. */
  #newLine(): Uint8Array {
    const pass = this.#passes[this.#pass];
    return new Uint8Array(pass === undefined ? 0 : 1 + rowLengthOf(this.#header, pass));
  }
}
