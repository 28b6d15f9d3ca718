import type { Codes, Column } from "./build.ts";

/** A table of combinations with more bits would not stay in the processor's nearest memory. */
const MOST_BITS = 14;

/**
 * How many of the rows have each code, column by column. Up to four columns with few values are read together and their
 * combinations counted, since the counting takes longer than the reading.
 */
export function countCodes(columns: readonly Column[], rows: Uint32Array): Uint32Array[] {
  const tallies = columns.map(({ values }) => new Uint32Array(values.length));
  for (let first = 0, next = 0; first < columns.length; first = next) {
    const shifts: number[] = [];
    let bits = 0;
    for (; next < columns.length && next < first + 4; next++) {
      const width = bitsFor(columns[next] as Column);
      if (next > first && bits + width > MOST_BITS) break;
      shifts.push(bits);
      bits += width;
    }
    const group = columns.slice(first, next);
    const table = countCombinations(
      group.map(({ codes }) => codes),
      shifts,
      rows,
      2 ** bits,
    );
    group.forEach((column, i) => {
      addUp(table, shifts[i] as number, 2 ** bitsFor(column) - 1, tallies[first + i] as Uint32Array);
    });
  }
  return tallies;
}

function bitsFor({ values }: Column): number {
  return 32 - Math.clz32(Math.max(values.length, 1) - 1);
}

/** Two rows at a time; where there are fewer than four columns, the first is read again, which changes nothing. */
function countCombinations(
  codes: readonly Codes[],
  shifts: readonly number[],
  rows: Uint32Array,
  size: number,
): Int32Array {
  const [a, b = a, c = a, d = a] = codes as [Codes, Codes?, Codes?, Codes?];
  const [aShift = 0, bShift = 0, cShift = 0, dShift = 0] = shifts;
  const table = new Int32Array(size);
  let i = rows.length & 1;
  if (i === 1) {
    const row = rows[0] as number;
    table[(a[row]! << aShift) | (b[row]! << bShift) | (c[row]! << cShift) | (d[row]! << dShift)]!++;
  }
  for (; i < rows.length; i += 2) {
    const row = rows[i] as number;
    const other = rows[i + 1] as number;
    const one = (a[row]! << aShift) | (b[row]! << bShift) | (c[row]! << cShift) | (d[row]! << dShift);
    const two = (a[other]! << aShift) | (b[other]! << bShift) | (c[other]! << cShift) | (d[other]! << dShift);
    table[one]!++;
    table[two]!++;
  }
  return table;
}

/** Sums the table over all but one of its columns. */
function addUp(table: Int32Array, shift: number, mask: number, tally: Uint32Array): void {
  for (let i = 0; i < table.length; i++) tally[(i >> shift) & mask]! += table[i] as number;
}
