/** Numbers that Python keeps as floats, so that it writes 4 as `4.0`. */
const FLOATS = new Set(["clin_size_long_diam_mm", "mel_thick_mm"]);

/** A number that Python keeps as a float. */
export class PythonFloat {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** JSON as Python's `json.dumps` writes it: a blank after `,` and `:`, ASCII only, keys sorted if wanted. */
export function dumps(value: unknown, sorted: "sorted" | "as given"): string {
  return write(value, sorted === "sorted", false);
}

function write(value: unknown, sorted: boolean, float: boolean): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return float && Number.isInteger(value) ? `${value}.0` : String(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  if (Array.isArray(value)) return `[${value.map((item) => write(item, sorted, float)).join(", ")}]`;
  if (value instanceof PythonFloat) return write(value.value, sorted, true);
  const object = value as { readonly [key: string]: unknown };
  const keys = sorted ? Object.keys(object).sort() : Object.keys(object);
  const parts: string[] = [];
  for (const key of keys) {
    if (object[key] !== undefined) parts.push(`${quote(key)}: ${write(object[key], sorted, FLOATS.has(key))}`);
  }
  return `{${parts.join(", ")}}`;
}

function quote(text: string): string {
  const json = JSON.stringify(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: 0x7f is the last character Python leaves alone
  return /^[\x00-\x7f]*$/.test(json) ? json : json.replace(/[\u0080-\uffff]/g, codePoint);
}

function codePoint(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** One line of CSV with CRLF: a cell is quoted when it holds a quote, a comma or a line break. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\r\n`;
}

/** A value as Python's `str` shows it; nothing for null and absent ones. */
export function pythonText(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? "True" : "False";
  return String(value);
}
