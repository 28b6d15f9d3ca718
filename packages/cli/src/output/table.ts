import { oneLine } from "./neutral.ts";

/** One column of a table for people. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | boolean | null | undefined;
  /** Numbers stand on the right. @default "left" */
  readonly align?: "left" | "right";
  /** May be cut to make the table fit. @default false */
  readonly flexible?: boolean;
  /** Goes on below instead of being cut. @default false */
  readonly wraps?: boolean;
}

const GAP = "  ";
const NARROWEST = 8;

/** Rows under a header, in columns as wide as their content; flexible ones give way when the terminal is narrow. */
export function table<Row>(given: readonly Column<Row>[], rows: readonly Row[], width: number = Infinity): string {
  const columns = given.map((column) => ({ ...column, title: oneLine(column.title) }));
  const cells = rows.map((row) => columns.map((column) => cellText(column.value(row))));
  const widths = columns.map((column, i) => Math.max(column.title.length, ...cells.map((row) => widthOf(row[i]!))));
  shrink(columns, widths, width);
  const text = (row: readonly string[]): string =>
    row
      .map((cell, i) => fit(cell, widths[i]!, columns[i]!.align ?? "left"))
      .join(GAP)
      .trimEnd();
  const lines = (row: readonly string[]): string[] => {
    const parts = row.map((cell, i) => (columns[i]!.wraps === true ? wrapped(cell, widths[i]!) : [cell]));
    const height = Math.max(...parts.map((part) => part.length));
    return Array.from({ length: height }, (_, at) => text(parts.map((part) => part[at] ?? "")));
  };
  const header = text(columns.map((column) => column.title));
  return [header, widths.map((each) => "-".repeat(each)).join(GAP), ...cells.flatMap(lines)].join("\n");
}

/** Lines of at most `width`, broken between words where that is possible. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = segments(text);
  while (rest.length > width) {
    const blank = rest.slice(0, width + 1).lastIndexOf(" ");
    lines.push(rest.slice(0, blank > 0 ? blank : width).join(""));
    rest = rest.slice(blank > 0 ? blank + 1 : width);
  }
  return [...lines, rest.join("")];
}

function cellText(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? count(value) : oneLine(value);
}

/** A number with thin groups: 12 345. */
export function count(value: number): string {
  if (!Number.isInteger(value)) return String(value);
  return String(value).replace(/\B(?=(\d{3})+$)/g, " ");
}

function shrink<Row>(columns: readonly Column<Row>[], widths: number[], width: number): void {
  let excess = widths.reduce((sum, each) => sum + each, 0) + GAP.length * (widths.length - 1) - width;
  while (excess > 0) {
    const candidates = widths.map((each, i) => (columns[i]!.flexible === true && each > NARROWEST ? each : 0));
    const widest = Math.max(...candidates);
    if (widest === 0) return;
    widths[candidates.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
}

const segments = (text: string): string[] => Array.from(text);
const widthOf = (text: string): number => segments(text).length;

function fit(text: string, width: number, align: "left" | "right"): string {
  const shown =
    widthOf(text) > width
      ? `${segments(text)
          .slice(0, width - 1)
          .join("")}…`
      : text;
  const blank = " ".repeat(width - widthOf(shown));
  return align === "right" ? blank + shown : shown + blank;
}

/** A record as lines of `path  value`, empty values left out. */
export function recordLines(record: object): string {
  const leaves = [...leavesOf(record, "")];
  const width = Math.max(0, ...leaves.map(([path]) => path.length));
  return leaves.map(([path, value]) => `${oneLine(path).padEnd(width)}  ${oneLine(value)}`).join("\n");
}

function* leavesOf(value: unknown, path: string): Generator<[string, string]> {
  if (value === null || value === undefined || value === "") return;
  if (typeof value !== "object") yield [path, String(value)];
  else if (Array.isArray(value) && value.every((item) => typeof item !== "object")) yield [path, value.join(", ")];
  else for (const [key, each] of Object.entries(value)) yield* leavesOf(each, path === "" ? key : `${path}.${key}`);
}
