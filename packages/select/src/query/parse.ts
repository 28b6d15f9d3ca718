import { CLASS_SOURCES } from "../patterns/characters.ts";
import { nearMatches } from "../suggest/index.ts";
import { type Bound, join, type Query, type TermValue } from "./ast.ts";
import { QueryError } from "./errors.ts";
import { type QueryFieldKind, queryFields, replacementOf } from "./fields.ts";

const LONGEST = 1_000_000;
const DEEPEST = 200;
/** What Python's `strip`, which the server begins with, takes from both ends. */
const ENDS = new RegExp(`^[${CLASS_SOURCES.s}]$`, "u");
const BLANKS = /[ \t\r\n]*/y;
const WORD = /[A-Za-z0-9*_-]+/y;
const QUOTED = /"([^"\r\n]*)"/y;
const NUMBER = /[+-]?(?:\p{Nd}+\.\p{Nd}*|\.\p{Nd}+|\p{Nd}+)(?:[eE][+-]?\p{Nd}+)?/uy;
const NAME = /[A-Za-z0-9_$]+/y;
const TOUCHING = /[A-Za-z0-9_$]/;
const WHITESPACE: Readonly<Record<string, string>> = { "\\t": "\t", "\\n": "\n", "\\f": "\f", "\\r": "\r" };

/**
 * Reads a search in the archive's language, with the server's grammar and precedence: terms side by side bind tighter
 * than `AND`, which binds tighter than `OR`. A blank search is `everything`.
 *
 * @throws QueryError with the place and a hint where the server answers "Could not parse search query."
 * @example
 * ```ts
 * import { parseQuery } from "@isic/select/query";
 * try {
 *   parseQuery("sex:male and age_approx:50");
 * } catch (error) {
 *   console.log(error.position, error.hint); // 9 write AND in capitals
 * }
 * ```
 */
export function parseQuery(text: string): Query {
  if (typeof text !== "string") throw new TypeError(`expected a search as a string, got ${typeof text}`);
  return new Parser(text).parse();
}

class Parser {
  /** As it was given, for errors. */
  readonly #query: string;
  /** Without blanks at its end. */
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #measured = 0;
  #column = 0;

  constructor(query: string) {
    this.#query = query;
    let end = query.length;
    while (end > 0 && ENDS.test(query[end - 1] as string)) end--;
    while (this.#at < end && ENDS.test(query[this.#at] as string)) this.#at++;
    this.#text = query.slice(0, end);
    this.#measured = this.#at;
  }

  parse(): Query {
    if (this.#query.length > LONGEST) this.#fail(0, `The search is longer than ${LONGEST} characters`);
    if (this.#at >= this.#text.length) return { kind: "everything" };
    const query = this.#alternatives();
    if (this.#at < this.#text.length) this.#unexpected();
    return query;
  }

  #alternatives(): Query {
    const parts = [this.#conjunction()];
    while (this.#keyword("OR")) parts.push(this.#conjunction());
    return join("or", parts);
  }

  #conjunction(): Query {
    const parts = [this.#primary()];
    while (this.#keyword("AND")) parts.push(this.#primary());
    return join("and", parts);
  }

  #primary(): Query {
    const open = this.#at;
    if (!this.#eat("(")) return this.#terms();
    if (++this.#depth > DEEPEST) this.#fail(open, `Groups are nested more than ${DEEPEST} deep`);
    const query = this.#alternatives();
    if (!this.#eat(")")) {
      if (this.#at < this.#text.length) this.#unexpected();
      this.#fail(open, "This group is not closed", 'write ")"');
    }
    this.#depth--;
    return query;
  }

  #terms(): Query {
    const parts = [this.#term() ?? this.#unexpected()];
    for (let next = this.#term(); next !== undefined; next = this.#term()) parts.push(next);
    return join("and", parts);
  }

  /** `-field:value`; undefined, with nothing read, where no field begins. */
  #term(): Query | undefined {
    const start = this.#at;
    const negated = this.#eat("-");
    const nameAt = this.#at;
    const name = this.#touches(nameAt) ? undefined : this.#take(NAME)?.[0];
    const field = name === undefined ? undefined : queryFields().get(name);
    this.#blanks();
    if (name === undefined || field === undefined || this.#text[this.#at] !== ":") {
      this.#at = start;
      return undefined;
    }
    this.#eat(":");
    const value = this.#value(field.kind, name);
    return { kind: "term", field: name, negated, value };
  }

  #value(kind: QueryFieldKind, name: string): TermValue {
    const at = this.#at;
    if (kind === "string") return this.#string();
    if (this.#eat("*")) return { kind: "any" };
    if (kind === "number")
      return this.#eat("[") || this.#eat("{") ? this.#range(at) : { kind: "equals", value: this.#number() };
    const word = this.#take(/true|false/y)?.[0];
    if (word === undefined) this.#fail(at, `"${name}" is true, false or *`, "write true or false in small letters");
    this.#blanks();
    return { kind: "equals", value: word === "true" };
  }

  #string(): TermValue {
    const at = this.#at;
    const quoted = this.#take(QUOTED);
    const text =
      this.#withoutTabs(quoted?.[1], at + 1)?.replace(/\\[tnfr]/g, (pair) => WHITESPACE[pair] as string) ??
      this.#take(WORD)?.[0];
    if (text === undefined) {
      const hint =
        this.#text[at] === '"' ? "close the quotes on the same line" : 'put the value in double quotes: "..."';
      this.#fail(at, "A value is missing or not readable", hint);
    }
    this.#blanks();
    if (text === "*") return { kind: "any" };
    if (text.startsWith("*")) return { kind: "suffix", text: text.slice(1) };
    return text.endsWith("*") ? { kind: "prefix", text: text.slice(0, -1) } : { kind: "equals", value: text };
  }

  /** The server's parser makes blanks of tabs first, up to the next column of eight, and so inside quotes too. */
  #withoutTabs(text: string | undefined, start: number): string | undefined {
    if (!text?.includes("\t")) return text;
    for (; this.#measured < start; this.#measured++) this.#pass(this.#text[this.#measured] as string);
    let plain = "";
    for (const char of text) {
      const width = this.#pass(char);
      plain += char === "\t" ? " ".repeat(width) : char;
    }
    this.#measured += text.length;
    return plain;
  }

  /** How many columns a character takes; half of a surrogate pair takes none. */
  #pass(char: string): number {
    const width = char === "\t" ? 8 - (this.#column % 8) : /^[\udc00-\udfff]/.test(char) ? 0 : 1;
    this.#column = /[\r\n]/.test(char) ? 0 : this.#column + width;
    return width;
  }

  #number(): number {
    const at = this.#at;
    const text = this.#take(NUMBER)?.[0];
    if (text === undefined) {
      const quoted = this.#text[at] === '"' || this.#text[at] === "'";
      const hint = quoted ? "write it without quotes" : "write 50, or [20 TO 60] for a range";
      this.#fail(at, "A number is missing or not readable", hint);
    }
    this.#blanks();
    return Number(text.replace(/[^\d.eE+-]/gu, asciiDigit));
  }

  #range(at: number): TermValue {
    const low = this.#bound(this.#text[at] === "[");
    if (!this.#take(/TO/y)) this.#fail(this.#at, '"TO" is missing in this range', "write [20 TO 60], TO in capitals");
    this.#blanks();
    const high = this.#bound(true);
    const inclusive = this.#text[this.#at] === "]";
    if (!this.#eat("]") && !this.#eat("}")) this.#fail(this.#at, "This range is not closed", 'write "]" or "}"');
    return {
      kind: "range",
      ...(low === undefined ? {} : { low }),
      ...(high === undefined ? {} : { high: { ...high, inclusive } }),
    };
  }

  #bound(inclusive: boolean): Bound | undefined {
    return this.#eat("*") ? undefined : { value: this.#number(), inclusive };
  }

  #unexpected(): never {
    const rest = this.#text.slice(this.#at, this.#at + 80);
    const word = /^[A-Za-z0-9_$]+/.exec(rest)?.[0];
    if (rest === "") this.#fail(this.#at, "The search ends too early", "a term field:value is missing here");
    if (rest.startsWith("(")) this.#fail(this.#at, "A group must be joined by AND or OR", "write AND or OR before it");
    if (/^-\s*\(/.test(rest)) this.#fail(this.#at, "A group cannot be negated", "negate its terms: -field:value");
    if (word === undefined) this.#fail(this.#at, `Unexpected "${[...rest][0]}"`, hintFor(rest));
    if (this.#touches(this.#at)) this.#fail(this.#at, `"${word}" touches what is before it`, "put a blank between");
    if (/^(and|or|to)$/i.test(word)) {
      const hint =
        word === word.toUpperCase() ? "a term field:value is missing here" : `write ${word.toUpperCase()} in capitals`;
      this.#fail(this.#at, `Unexpected "${word}"`, hint);
    }
    if (/^not$/i.test(word)) this.#fail(this.#at, `Unexpected "${word}"`, "write -field:value for what is not so");
    if (!/^\s*:/.test(rest.slice(word.length))) {
      const isField = queryFields().has(word);
      const hint = isField
        ? `write ${word}:value`
        : "write field:value, and put a value of several words in double quotes";
      this.#fail(this.#at, isField ? `"${word}" has no value` : `"${word}" is not a term`, hint);
    }
    if (queryFields().has(word))
      this.#fail(this.#at, "A term after a group must be joined", "write AND or OR before it");
    const instead = replacementOf(word);
    const known = [...queryFields().keys()];
    const suggestions =
      instead === undefined ? nearMatches(word, known) : known.filter((name) => instead.includes(name));
    const meant = instead ?? suggestions[0];
    const hint = meant === undefined ? "it cannot be searched" : `use ${meant}`;
    throw new QueryError(this.#query, this.#at, `"${word}" is not a field`, hint, suggestions);
  }

  #fail(at: number, problem: string, hint?: string): never {
    throw new QueryError(this.#query, at, problem, hint);
  }

  #keyword(word: string): boolean {
    const end = this.#at + word.length;
    const follows = this.#text[end];
    if (!this.#text.startsWith(word, this.#at) || this.#touches(this.#at)) return false;
    if (follows !== undefined && TOUCHING.test(follows)) return false;
    this.#at = end;
    this.#blanks();
    return true;
  }

  #touches(at: number): boolean {
    return at > 0 && TOUCHING.test(this.#text[at - 1] as string);
  }

  #eat(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at++;
    this.#blanks();
    return true;
  }

  #blanks(): void {
    this.#take(BLANKS);
  }

  #take(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text);
    this.#at += found?.[0].length ?? 0;
    return found ?? undefined;
  }
}

function hintFor(rest: string): string | undefined {
  if (/^(&&|\|\|)/.test(rest)) return "write AND or OR";
  if (rest.startsWith("!")) return "write -field:value for what is not so";
  if (/^["']/.test(rest)) return 'quotes belong around the value only: field:"value"';
  return undefined;
}

/** The decimal digits of every script come in runs of ten. */
function asciiDigit(digit: string): string {
  let first = digit.codePointAt(0) as number;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String(((digit.codePointAt(0) as number) - first) % 10);
}
