/** Some of the rows of an index: one bit per row. Plain data, which can be posted to a worker. */
export interface Selection {
  /** How many rows there are to choose from. */
  readonly rows: number;
  /** Bit `row & 31` of word `row >> 5`; bits past the last row are 0. */
  readonly words: Uint32Array<ArrayBuffer>;
  /** How many rows are selected. */
  readonly count: number;
}

/** The selection these bits make. */
export function selectionOf(rows: number, words: Uint32Array<ArrayBuffer>): Selection {
  let count = 0;
  for (let i = 0; i < words.length; i++) count += bitCount(words[i] as number);
  return { rows, words, count };
}

function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** All rows. */
export function allWords(rows: number): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array((rows + 31) >>> 5).fill(0xffffffff);
  if (rows % 32 !== 0) words[words.length - 1] = 2 ** (rows % 32) - 1;
  return words;
}

/** The rows of either selection: adds one to the other. */
export function union(a: Selection, b: Selection): Selection {
  return combine(a, b, (x, y) => x | y);
}

/** The rows of both selections: refines one by the other. */
export function intersection(a: Selection, b: Selection): Selection {
  return combine(a, b, (x, y) => x & y);
}

/** The rows of the first selection that are not in the second: removes one from the other. */
export function difference(a: Selection, b: Selection): Selection {
  return combine(a, b, (x, y) => x & ~y);
}

function combine(a: Selection, b: Selection, operation: (x: number, y: number) => number): Selection {
  if (a.rows !== b.rows) throw new RangeError(`expected selections of one index, got ${a.rows} and ${b.rows} rows`);
  return selectionOf(
    a.rows,
    a.words.map((word, i) => operation(word, b.words[i] as number)),
  );
}

/** Is this row selected? */
export function isSelected(selection: Selection, row: number): boolean {
  return ((selection.words[row >>> 5] ?? 0) & (1 << (row & 31))) !== 0;
}

/** The numbers of the selected rows, ascending. */
export function rowsOf(selection: Selection): Uint32Array<ArrayBuffer> {
  const rows = new Uint32Array(selection.count);
  writeRows(selection.words, 0, rows);
  return rows;
}

/** Writes the numbers of the rows that are selected in these words, of which the first begins with row `start`. */
export function writeRows(words: Uint32Array, start: number, rows: Uint32Array): number {
  let at = 0;
  for (let i = 0; i < words.length; i++) {
    let word = words[i] as number;
    while (word !== 0) {
      rows[at++] = start + i * 32 + 31 - Math.clz32(word & -word);
      word &= word - 1;
    }
  }
  return at;
}
