/** Classification tables: the CSV files of the tasks of 2016 to 2020 and 2024, ground truth and submissions. */
import { type AllBounds, boundsOf, checkOptions } from "../bounds.ts";
import { isRefused } from "../check/mistakes.ts";
import { ChallengeFileError } from "../errors.ts";
import { type TableTask, type TaskName, taskOf } from "../tasks/tasks.ts";
import { csvLine } from "./csv.ts";
import { type ClassificationTable, parseTable } from "./parse-table.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** How a table is read. */
export interface ReadTableOptions {
  /**
   * What the table is: a ground truth, whose values are 0 and 1 (or `benign` and `malignant`, in 2016) and which may have further
   * columns; or a submission, whose values are from 0 to 1. A submission unless told.
   */
  readonly as?: "truth" | "submission";
  /** The most bytes the file may have: 536 870 912 unless told. */
  readonly maxFileBytes?: number;
  /** The most characters a cell may have: 10 000 unless told. */
  readonly maxCellLength?: number;
}

/**
 * The table of a classification task.
 *
 * @throws ChallengeFileError with all that is wrong: columns that are missing, unknown or twice there, an image twice, a cell
 * that is no number, a value that is not from 0 to 1, a row without an image or with another number of cells
 */
export function readTable(task: TaskName, bytes: Bytes, options: ReadTableOptions = {}): ClassificationTable {
  checkOptions(options, ["as", "maxFileBytes", "maxCellLength"]);
  const { as = "submission" } = options;
  if (as !== "truth" && as !== "submission") throw new RangeError(`expected as "truth" or "submission", got ${as}`);
  const bounds: AllBounds = boundsOf(options);
  const { table, mistakes } = parseTable(tableTask(task), bytes, as, bounds);
  if (table === undefined || isRefused(mistakes)) throw new ChallengeFileError(mistakes);
  return table;
}

/**
 * The file of a table, as the challenge has it: without a header in 2016, with one else; values as JavaScript prints them, which
 * is read back exactly.
 *
 * @throws RangeError for other classes than the task's, another number of values than images times classes, NaN, or values that
 * are not from 0 to 1
 */
export function writeTable(task: TaskName, table: ClassificationTable): Bytes {
  const { classes, header, imageColumns } = tableTask(task);
  if (classes.join() !== table.classes.join()) {
    throw new RangeError(`expected the classes ${classes.join(", ")}, got ${table.classes.join(", ")}`);
  }
  const { images, values, weights } = table;
  if (values.length !== images.length * classes.length) {
    throw new RangeError(`expected ${images.length * classes.length} values, got ${values.length}`);
  }
  const weighted = weights !== undefined && header === "needed";
  const lines: string[] = [];
  if (header !== "none") {
    lines.push(csvLine([imageColumns[0] ?? "image", ...classes, ...(weighted ? ["score_weight"] : [])]));
  }
  images.forEach((image, row) => {
    const cells = Array.from(values.subarray(row * classes.length, (row + 1) * classes.length), (value) => {
      if (!(value >= 0 && value <= 1)) throw new RangeError(`expected values from 0 to 1, got ${value} of ${image}`);
      return decimal(value);
    });
    lines.push(csvLine([image, ...cells, ...(weighted ? [decimal(weights[row] ?? 1)] : [])]));
  });
  return new TextEncoder().encode(lines.join(""));
}

/** `1.0`, not `1`: the scorer of 2018 refuses columns of whole numbers. */
const decimal = (value: number): string => (Number.isInteger(value) ? `${value}.0` : String(value));

function tableTask(name: TaskName): TableTask {
  const task = taskOf(name);
  if (task.kind !== "table") throw new TypeError(`task ${name} has no table; tasks 3, 2019, 2020 and 2024 have`);
  return task;
}
