// The original compares with Python's operators; these are their rules for the values JSON can hold.

export type Dict = Record<string, unknown>;

/** What `$` gives: the values of a dictionary, which answer `#`, `ni` and `field=value` but not an index. */
export class ValuesView {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}

/** Deeper values than this are never equal, as Python gives up at its recursion limit. */
const DEEPEST = 900;

export function isDict(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ValuesView);
}

/** `a == b`: numbers and booleans compare as numbers, lists and dictionaries deeply, everything else by itself. */
export function equals(a: unknown, b: unknown, depth = 0): boolean {
  if (a === b) return true;
  if (a == null || b == null) return (a ?? null) === (b ?? null);
  if (typeof a !== "object") return typeof a === "boolean" ? +a === b : typeof b === "boolean" && a === +b;
  if (typeof b !== "object" || depth > DEEPEST) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => equals(item, b[i], depth + 1));
  }
  if (!isDict(a) || !isDict(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equals(a[key], (b as Dict)[key], depth + 1))
  );
}

/** Python's order of strings: by code point, where surrogates (which spell U+10000 and above) come last. */
function compareStrings(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return rank(a, i) - rank(b, i);
}

function rank(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return at === text.length ? -1 : unit >= 0xd800 && unit < 0xe000 ? unit + 0x2000 : unit;
}

/** Negative, zero or positive like a comparison; NaN (which is neither) where Python raises a TypeError. */
export function compare(a: unknown, b: unknown, depth = 0): number {
  if (typeof a === "string" && typeof b === "string") return compareStrings(a, b);
  if (isNumeric(a) && isNumeric(b)) return +a - +b || (+a === +b ? 0 : Number.NaN);
  if (!Array.isArray(a) || !Array.isArray(b) || depth > DEEPEST) return Number.NaN;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (!equals(a[i], b[i], depth)) return compare(a[i], b[i], depth + 1);
  return a.length - b.length;
}

export function isNumeric(value: unknown): value is number | boolean {
  return typeof value === "number" || typeof value === "boolean";
}

/** `needle in haystack`; undefined where Python raises a TypeError. */
export function contains(haystack: unknown, needle: unknown): boolean | undefined {
  if (typeof haystack === "string") return typeof needle === "string" ? haystack.includes(needle) : undefined;
  if (Array.isArray(haystack))
    return typeof needle === "string" ? haystack.includes(needle) : haystack.some((item) => equals(item, needle));
  if (haystack instanceof ValuesView) return haystack.items.some((item) => equals(item, needle));
  if (!isDict(haystack) || (typeof needle === "object" && needle !== null)) return undefined;
  return typeof needle === "string" && Object.hasOwn(haystack, needle);
}

/** `repr(value)`, as `{}` and `[]` at the end of a path print it. */
export function repr(value: unknown, depth = 0): string {
  if (value == null || depth > DEEPEST) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return reprString(value);
  if (Array.isArray(value)) return `[${value.map((item) => repr(item, depth + 1)).join(", ")}]`;
  if (!isDict(value)) return String(value);
  const items = Object.entries(value).map(([key, item]) => `${reprString(key)}: ${repr(item, depth + 1)}`);
  return `{${items.join(", ")}}`;
}

function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (char) => {
    const named = "\\\t\n\r".indexOf(char);
    if (named >= 0) return `\\${"\\tnr"[named]}`;
    if (char === "'") return quote === char ? "\\'" : char;
    const code = char.codePointAt(0) as number;
    const [letter, digits] = code < 256 ? ["x", 2] : code < 65536 ? ["u", 4] : (["U", 8] as const);
    return `\\${letter}${code.toString(16).padStart(digits, "0")}`;
  });
  return quote + escaped + quote;
}
