import { type Cell, MOST_LEVELS } from "./flatten.ts";

/**
 * What begins like a formula, also with the full-width and small signs that East Asian spreadsheets take for it. Blanks
 * and what cannot be seen do not count: some spreadsheets strip them, and the guard is a tab.
 */
const FORMULA = /^[\s\p{Cc}\p{Cf}]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]/u;
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A value as the text of a cell, as the Python client writes it: `True`, `False`, lists as Python lists, nothing for null.
 * Text that a spreadsheet would run as a formula gets a tab in front, as in the archive's own tables; numbers are none.
 */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" ? value : pythonText(value);
  return FORMULA.test(text) && !NUMBER.test(text) ? `\t${text}` : text;
}

/** The text of a cell as a value: booleans, numbers and lists where it reads as one, text otherwise, null when empty. */
export function cellValue(text: string): Cell {
  if (text === "") return null;
  const lower = text.toLowerCase();
  if (lower === "true" || lower === "false") return lower === "true";
  if (NUMBER.test(text)) return Number(text);
  if (text.startsWith("[") && text.endsWith("]")) return new ListReader(text).read() ?? text;
  return withoutGuard(text);
}

/** The text of a cell as it was before {@link cellText} guarded it. */
export function withoutGuard(text: string): string {
  return text.startsWith("\t") && FORMULA.test(text) ? text.slice(1) : text;
}

/** A value as Python writes it: `True`, `None`, `['a', 1]`. */
export function pythonText(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(pythonText).join(", ")}]`;
  if (typeof value === "string") return pythonQuoted(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function pythonQuoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll("\n", "\\n");
  return `${quote}${escaped.replaceAll("\r", "\\r").replaceAll("\t", "\\t")}${quote}`;
}

const WORDS: Readonly<Record<string, Cell>> = {
  True: true,
  False: false,
  None: null,
  true: true,
  false: false,
  null: null,
};
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Reads a list as Python or JSON writes it; nothing is evaluated. `undefined` when it is neither. */
class ListReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Cell[] | undefined {
    const list = this.#list();
    return list !== undefined && this.#at === this.#text.length ? list : undefined;
  }

  #list(): Cell[] | undefined {
    const items: Cell[] = [];
    this.#depth += 1;
    if (this.#depth > MOST_LEVELS) return undefined;
    this.#at += 1;
    this.#blanks();
    while (this.#text[this.#at] !== "]") {
      const item = this.#item();
      if (item === undefined) return undefined;
      items.push(item);
      this.#blanks();
      if (this.#text[this.#at] === ",") this.#at += 1;
      else if (this.#text[this.#at] !== "]") return undefined;
      this.#blanks();
    }
    this.#at += 1;
    this.#depth -= 1;
    return items;
  }

  #item(): Cell | undefined {
    const first = this.#text[this.#at];
    if (first === "[") return this.#list();
    if (first === "'" || first === '"') return this.#string(first);
    const word = /^[^\s,\]]+/.exec(this.#text.slice(this.#at))?.[0] ?? "";
    this.#at += word.length;
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    return NUMBER.test(word) ? Number(word) : undefined;
  }

  #string(quote: string): string | undefined {
    let text = "";
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const char = this.#text[this.#at]!;
      if (char === quote) {
        this.#at += 1;
        return text;
      }
      if (char !== "\\") text += char;
      else {
        this.#at += 1;
        const escaped = this.#text[this.#at] ?? "";
        text += ESCAPES[escaped] ?? escaped;
      }
    }
    return undefined;
  }

  #blanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }
}
