import { cellText } from "../../csv/cells.ts";
import { csvText, type ImageTable } from "./table.ts";

/** The tables of a set's parts for `datasets`, and the columns that they cannot have. */
export interface HubMetadata {
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly leftOut: readonly string[];
}

/** `datasets` guesses the type of a column anew for so many rows. */
const CHUNK = 10_000;

/** Columns of metadata that `datasets` would take for paths of pictures, or put its own in the place of. */
const PICTURES = /_file_names?$|^file_names$|^image$/;

/**
 * `metadata.csv` of each part, for `datasets`. It lets pandas guess each column's type in each part, and refuses the set
 * where two parts differ: numbers are written alike in all of them (with a point where one part has gaps), and a column
 * that would still differ, such as a text that one part has nowhere, is left out.
 *
 * @param parts those that have images
 */
export async function hubMetadata(table: ImageTable, parts: readonly string[]): Promise<HubMetadata> {
  const rowsOf = new Map(
    // Names are relative to the folder of the file.
    parts.map((part) => [
      part,
      table.rows
        .filter((row) => row.get("split") === part)
        .map((row) => new Map(row).set("file_name", String(row.get("file_name")).slice(part.length + 1))),
    ]),
  );
  const leftOut: string[] = [];
  const columns = table.columns.filter((column) => {
    const values = [...rowsOf.values()].map((rows) => rows.map((row) => row.get(column)));
    const kinds = kindsOf(values);
    if (kinds.size === 1 && !PICTURES.test(column)) return true;
    const isNumber =
      !PICTURES.test(column) && values.flat().every((value) => value === undefined || typeof value === "number");
    if (!isNumber) {
      leftOut.push(column);
      return false;
    }
    for (const rows of rowsOf.values())
      for (const row of rows) if (row.has(column)) row.set(column, withPoint(row.get(column) as number));
    return true;
  });
  const files: { path: string; content: string }[] = [];
  for (const [part, rows] of rowsOf)
    files.push({ path: `${part}/metadata.csv`, content: await csvText({ columns, rows }) });
  return { files, leftOut };
}

/** A number that is read as a fraction, whatever else is in its column. */
const withPoint = (value: number): string =>
  Number.isInteger(value) && !/e/.test(`${value}`) ? `${value}.0` : `${value}`;

type Kind = "text" | "truth" | "whole" | "fraction" | "empty";

/** What pandas takes a column for, in each part and each chunk of it. A later chunk without a value is of any kind. */
function kindsOf(parts: readonly (readonly unknown[])[]): ReadonlySet<Kind> {
  const kinds = new Set<Kind>();
  for (const values of parts) {
    for (let at = 0; at < values.length; at += CHUNK) {
      const kind = kindOf(values.slice(at, at + CHUNK).map(cellText));
      if (at === 0 || kind !== "empty") kinds.add(kind);
    }
  }
  return kinds;
}

const NOTHING = /^(|#N\/A( N\/A)?|#NA|-?1\.#(IND|QNAN)|[+-]?nan|-?NaN|<NA>|N\/A|n\/a|NA|NULL|null|None)$/;
const TRUTH = /^(true|false)$/i;
const WHOLE = /^\s*[+-]?\d+\s*$/;
const FRACTION = /^\s*[+-]?(\d+\.?\d*|\.\d+|inf(inity)?)(e[+-]?\d+)?\s*$/i;

function kindOf(cells: readonly string[]): Kind {
  const there = cells.filter((cell) => !NOTHING.test(cell));
  if (there.length === 0) return "empty";
  if (there.every((cell) => TRUTH.test(cell))) return "truth";
  if (!there.every((cell) => FRACTION.test(cell))) return "text";
  // Whole numbers with gaps are fractions to it.
  return there.length === cells.length && there.every((cell) => WHOLE.test(cell)) ? "whole" : "fraction";
}
