import type { Codes, Column } from "./build.ts";
import { writeRows } from "./selection.ts";

/** A table of combinations with more bits would not stay in the processor's nearest memory. */
const MOST_BITS = 14;

/** So many words of a selection are counted at once, for all columns: their rows and codes stay near too. */
const BLOCK = 512;

/** Up to four columns of which the combinations of codes are counted; each column has some bits of the combination. */
interface Group {
  readonly codes: Codes[];
  readonly shifts: number[];
  bits: number;
}

/**
 * How many of the selected rows have each code, column by column. Columns with few values are read together and their
 * combinations counted, since the counting takes longer than the reading.
 */
export function countCodes(columns: readonly Column[], words: Uint32Array): Uint32Array[] {
  const groups = groupsOf(columns);
  const tables = groups.map(({ bits }) => new Int32Array(2 ** bits));
  const rows = new Uint32Array(BLOCK * 32);
  for (let first = 0; first < words.length; first += BLOCK) {
    const count = writeRows(words.subarray(first, first + BLOCK), first * 32, rows);
    groups.forEach((group, i) => {
      countCombinations(group, rows, count, tables[i] as Int32Array);
    });
  }
  const places = groups.flatMap(({ shifts }, i) => shifts.map((shift) => ({ shift, table: tables[i] as Int32Array })));
  return columns.map((column, i) => {
    const { shift, table } = places[i] as (typeof places)[number];
    return sumOf(table, shift, 2 ** bitsFor(column) - 1, column.values.length);
  });
}

function groupsOf(columns: readonly Column[]): Group[] {
  const groups: Group[] = [];
  for (const column of columns) {
    const width = bitsFor(column);
    let group = groups.at(-1);
    if (group === undefined || group.codes.length === 4 || group.bits + width > MOST_BITS) {
      group = { codes: [], shifts: [], bits: 0 };
      groups.push(group);
    }
    group.codes.push(column.codes);
    group.shifts.push(group.bits);
    group.bits += width;
  }
  return groups;
}

function bitsFor({ values }: Column): number {
  return 32 - Math.clz32(Math.max(values.length, 1) - 1);
}

/** Two rows at a time; where there are fewer than four columns, the first is read again, which changes nothing. */
function countCombinations({ codes, shifts }: Group, rows: Uint32Array, count: number, table: Int32Array): void {
  const [a, b = a, c = a, d = a] = codes as [Codes, Codes?, Codes?, Codes?];
  const [aShift = 0, bShift = 0, cShift = 0, dShift = 0] = shifts;
  let i = count & 1;
  if (i === 1) {
    const row = rows[0] as number;
    table[(a[row]! << aShift) | (b[row]! << bShift) | (c[row]! << cShift) | (d[row]! << dShift)]!++;
  }
  for (; i < count; i += 2) {
    const row = rows[i] as number;
    const other = rows[i + 1] as number;
    const one = (a[row]! << aShift) | (b[row]! << bShift) | (c[row]! << cShift) | (d[row]! << dShift);
    const two = (a[other]! << aShift) | (b[other]! << bShift) | (c[other]! << cShift) | (d[other]! << dShift);
    table[one]!++;
    table[two]!++;
  }
}

/** Sums the table over all but one of its columns. */
function sumOf(table: Int32Array, shift: number, mask: number, size: number): Uint32Array {
  const tally = new Uint32Array(size);
  for (let i = 0; i < table.length; i++) tally[(i >> shift) & mask]! += table[i] as number;
  return tally;
}
