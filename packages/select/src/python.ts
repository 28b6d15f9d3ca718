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

export function hasOwn(dict: object, key: string): boolean {
  return Object.hasOwn(dict, key);
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
    keys.every((key) => hasOwn(b, key) && equals(a[key], (b as Dict)[key], depth + 1))
  );
}

/** Does any code unit lie above the surrogates' beginning, where UTF-16 order and code point order part? */
export function needsCodePoints(text: string): boolean {
  return /[\ud800-\uffff]/.test(text);
}

/** Python's order of strings: by code point. */
export function compareStrings(a: string, b: string): number {
  if (!needsCodePoints(a) || !needsCodePoints(b)) return a < b ? -1 : +(a > b);
  const length = Math.min(a.length, b.length);
  let i = 0;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i === length ? a.length - b.length : rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
}

/** Code units in code point order: surrogates (which spell U+10000 and above) come last. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x2000 : unit;
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
  return typeof needle === "string" && hasOwn(haystack, needle);
}

/** `repr(value)`, as `{}` and `[]` at the end of a path print it. */
export function repr(value: unknown, depth = 0): string {
  if (value == null || depth > DEEPEST) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return reprString(value);
  if (Array.isArray(value)) return `[${value.map((item) => repr(item, depth + 1)).join(", ")}]`;
  if (!isDict(value)) return String(value);
  return `{${Object.keys(value)
    .map((key) => `${reprString(key)}: ${repr(value[key], depth + 1)}`)
    .join(", ")}}`;
}

const ESCAPES: Dict = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", "'": "\\'" };

function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu, (char) => {
    if (char === "'" && quote === '"') return char;
    const code = char.codePointAt(0) as number;
    const hex = (digits: number): string => code.toString(16).padStart(digits, "0");
    return (ESCAPES[char] as string) ?? (code < 256 ? `\\x${hex(2)}` : code < 65536 ? `\\u${hex(4)}` : `\\U${hex(8)}`);
  });
  return quote + escaped + quote;
}
