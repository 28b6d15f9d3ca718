// A table with everything that is wrong with it.
import type { AllBounds } from "../bounds.ts";
import { listed, type Mistake, type MistakeKind, quote } from "../check/mistakes.ts";
import type { TableTask } from "../tasks/tasks.ts";
import { type CsvRow, csvRows } from "./csv.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The values of a classification, image by image. */
export interface ClassificationTable {
  /** The classes, in the order of the columns: `MEL`, `NV`, ... */
  readonly classes: readonly string[];
  /** The images, in the order of the rows: `ISIC_0000000`. */
  readonly images: readonly string[];
  /** Row after row, a value for each class: that of image r and class c is `values[r * classes.length + c]`. */
  readonly values: Float64Array<ArrayBuffer>;
  /** How much each image counts, where the file says so (the column `score_weight` of a ground truth). */
  readonly weights?: Float64Array<ArrayBuffer>;
}

/** A number as CSV files have it: no hexadecimal, no blanks inside, no words. */
const NUMBER = /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/;
/** Nobody reads more; a file may have as many as it has cells. */
const MOST_MISTAKES = 10_000;
const WEIGHTS = ["score_weight", "validation_weight"];

/** A table (where it has all columns) and all mistakes; rows with a mistake are not in it. */
export function parseTable(
  task: TableTask,
  bytes: Bytes,
  as: "truth" | "submission",
  bounds: Pick<AllBounds, "maxFileBytes" | "maxCellLength">,
  file?: string,
): { readonly table?: ClassificationTable; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const wrong: Wrong = (kind, message, about = {}) => {
    mistakes.push({ kind, refused: true, ...about, ...(file === undefined ? {} : { file }), message });
  };
  const name = file === undefined ? "The table" : quote(file);
  if (bytes.length > bounds.maxFileBytes) {
    wrong("too-large", `${name} has ${bytes.length} bytes, more than maxFileBytes, ${bounds.maxFileBytes}.`);
    return { mistakes };
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    wrong("unreadable", `${name} is no text (UTF-8); save it as CSV.`);
    return { mistakes };
  }
  const rows = csvRows(text, bounds.maxCellLength);
  let columns: Columns | undefined;
  const images: string[] = [];
  const values: number[] = [];
  const weights: number[] = [];
  const lineOf = new Map<string, number>();
  for (const row of rows) {
    if ("problem" in row) {
      wrong(row.kind, `${name}, line ${row.line}, ${row.problem}.`, { row: row.line });
      break;
    }
    if (columns === undefined) {
      columns = columnsOf(task, row, as, name, wrong);
      if (columns === undefined) return { mistakes };
      if (columns.isHeader) continue;
    }
    readRow(row, columns);
    if (mistakes.length >= MOST_MISTAKES) {
      const message = `${name} has ${MOST_MISTAKES} mistakes up to line ${row.line}; it was not read on.`;
      wrong("too-large", message, { row: row.line });
      break;
    }
  }
  if (columns === undefined) {
    if (mistakes.length === 0) wrong("unreadable", `${name} is empty.`);
    return { mistakes };
  }
  if (as === "truth" && images.length === 0 && mistakes.length === 0) wrong("missing-image", `${name} has no rows.`);
  const table = { classes: task.classes, images, values: Float64Array.from(values) };
  return { table: columns.weight === undefined ? table : { ...table, weights: Float64Array.from(weights) }, mistakes };

  function readRow({ line, cells }: CsvRow, { image: imageColumn, classes, weight, count }: Columns): void {
    const at = `${name}, line ${line}`;
    const image = imageOf(task, cells[imageColumn] ?? "");
    if (cells.length !== count) {
      const about = image === undefined ? { row: line } : { row: line, image };
      wrong("wrong-cells", `${at}, has ${cells.length} cells; there are ${count} columns.`, about);
      return;
    }
    if (image === undefined) {
      wrong(
        "no-image-name",
        `${at}, names no image: ${quote(cells[imageColumn] ?? "")}; it should be one like ISIC_0000000.`,
        {
          row: line,
        },
      );
      return;
    }
    const before = lineOf.get(image);
    if (before !== undefined) {
      wrong("duplicate-row", `${at}, is about ${image}, as line ${before} is; each image has one row.`, {
        row: line,
        image,
      });
      return;
    }
    lineOf.set(image, line);
    let isSound = true;
    const found: number[] = [];
    classes.forEach((column, i) => {
      const cell = (cells[column] ?? "").trim();
      const feature = task.classes[i] ?? "";
      const value = valueIn(cell, as);
      if (value === undefined) {
        const told = cell === "" ? "an empty cell" : quote(cell);
        wrong("not-a-number", `${at}, ${image}: ${told} of ${feature} is no number.`, { row: line, image, feature });
        isSound = false;
      } else if (!(value >= 0 && value <= 1) || (as === "truth" && value !== 0 && value !== 1)) {
        const range = as === "truth" ? "0 or 1" : "from 0 to 1";
        const message = `${at}, ${image}: ${cell} of ${feature} is not ${range}.`;
        wrong("out-of-range", message, { row: line, image, feature });
        isSound = false;
      } else found.push(value);
    });
    const heavy = weight === undefined ? 1 : Number((cells[weight] ?? "").trim() || Number.NaN);
    if (!(heavy >= 0 && heavy < Number.POSITIVE_INFINITY)) {
      wrong("not-a-number", `${at}, ${image}: its score_weight is no number from 0.`, { row: line, image });
      isSound = false;
    }
    if (!isSound) return;
    images.push(image);
    weights.push(heavy);
    for (const value of found) values.push(value);
  }
}

interface Columns {
  /** The column of image names. */
  readonly image: number;
  /** The column of each class, in the task's order. */
  readonly classes: readonly number[];
  readonly weight: number | undefined;
  readonly count: number;
  /** False where the first row is already one of values. */
  readonly isHeader: boolean;
}

/** Tells a mistake; unless told otherwise one that a submission is refused for. */
type Wrong = (kind: MistakeKind, message: string, about?: About) => void;

interface About {
  readonly row?: number;
  readonly image?: string;
  readonly feature?: string;
  readonly refused?: boolean;
}

function columnsOf(
  task: TableTask,
  { cells, line }: CsvRow,
  as: "truth" | "submission",
  name: string,
  wrong: Wrong,
): Columns | undefined {
  const count = 1 + task.classes.length;
  const byPlace = { image: 0, classes: task.classes.map((_, i) => i + 1), weight: undefined, count };
  if (task.header !== "needed" && imageOf(task, cells[0] ?? "") !== undefined) return { ...byPlace, isHeader: false };
  const header = cells.map((cell) => cell.trim());
  const firstOf = new Map<string, number>();
  header.forEach((column, i) => {
    if (!firstOf.has(column)) firstOf.set(column, i);
  });
  const used = new Set<number>();
  const find = (names: readonly string[]): number | undefined => {
    const at = names.flatMap((each) => firstOf.get(each) ?? [])[0];
    if (at !== undefined) used.add(at);
    return at;
  };
  const image = find(task.imageColumns);
  const classes = task.classes.map((each) => find([each, ...(task.aliases[each] ?? [])]));
  const weight = as === "truth" ? find(["score_weight"]) : undefined;
  const expected = listed([task.imageColumns[0] ?? "image", ...task.classes]);
  const missing = [image, ...classes].flatMap((found, i) => (found === undefined ? [i] : []));
  // The scorer of 2017 took columns by their place, whatever a header says.
  const isByPlace = task.header === "optional" && missing.length > 0 && header.length === count;
  for (const i of isByPlace ? [] : missing) {
    const column = i === 0 ? task.imageColumns.join(" or ") : (task.classes[i - 1] ?? "");
    const hint = header.length === 1 && /[;\t]/.test(header[0] ?? "") ? " Cells are parted by commas." : "";
    const message = `${name} has no column ${column}; its columns should be ${expected}.${hint}`;
    wrong("missing-column", message, i === 0 ? { row: line } : { row: line, feature: column });
  }
  const isFree = as === "truth" && task.truthHasMoreColumns;
  header.forEach((column, i) => {
    if (firstOf.get(column) !== i) {
      wrong("duplicate-column", `${name} has the column ${quote(column)} twice.`, { row: line });
    } else if (!used.has(i) && !isFree && !(as === "truth" && WEIGHTS.includes(column))) {
      const message = `${name} has a column ${quote(column)}; its columns should be ${expected}${isByPlace ? ", and are taken in this order" : ""}.`;
      wrong("unknown-column", message, { row: line, refused: !isByPlace });
    }
  });
  if (isByPlace) return { ...byPlace, isHeader: true };
  if (missing.length > 0 || image === undefined) return undefined;
  return { image, classes: classes.map((each) => each ?? 0), weight, count: header.length, isHeader: true };
}

/** The image of a cell: `ISIC_0000000`, also of `ISIC_0000000.jpg`, and in 2016 and 2017 of anything with its seven digits. */
function imageOf(task: TableTask, cell: string): string | undefined {
  const trimmed = cell.trim().replace(/\.jpg$/i, "");
  if (task.byDigits) {
    const digits = /[0-9]{7}/.exec(trimmed)?.[0];
    return digits === undefined ? undefined : `ISIC_${digits}`;
  }
  // 2018 and 2019 may be about lesions, which have names of their own.
  const isName = task.imageColumns.includes("lesion_id") ? trimmed !== "" : /^ISIC_[0-9]{7}$/.test(trimmed);
  return isName ? trimmed : undefined;
}

function valueIn(cell: string, as: "truth" | "submission"): number | undefined {
  if (NUMBER.test(cell)) return Number(cell);
  if (as === "truth" && cell === "benign") return 0;
  if (as === "truth" && cell === "malignant") return 1;
  return undefined;
}
