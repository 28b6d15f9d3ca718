import type { Node } from "./regexp.ts";

// Python's classes, which know all of Unicode.
const CLASSES: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  w: "\\p{L}\\p{N}_",
  s: "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000",
};
const CONTROLS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", a: "\x07", 0: "\0" };
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const WORD = `[${CLASSES.w}]`;
const END = "(?![^])";
const ASSERTIONS: Readonly<Record<string, string>> = {
  A: "^",
  Z: END,
  b: `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`,
  B: `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`,
};
const DEEPEST = 100;

/**
 * Reads a pattern in Python's `re` syntax: literals, `.`, classes, groups (numbered, named, `(?:`), `|`, `*`, `+`, `?`,
 * `{m,n}` and their lazy forms, `^`, `$`, `\A`, `\Z`, `\b`, `\B`, `\d`, `\w`, `\s`, and leading flags `(?ims)`.
 *
 * @throws SyntaxError with the reason, for everything else.
 */
export function parsePattern(pattern: string): { readonly node: Node; readonly flags: string } {
  const leading = /^\(\?([imsu]+)\)/.exec(pattern);
  const modes = leading?.[1] ?? "";
  const node = new Parser(pattern.slice(leading?.[0].length ?? 0), modes).parse();
  return { node, flags: modes.includes("i") ? "iu" : "u" };
}

class Parser {
  readonly #chars: readonly string[];
  readonly #modes: string;
  #at = 0;
  #depth = 0;

  constructor(pattern: string, modes: string) {
    this.#chars = [...pattern];
    this.#modes = modes;
  }

  parse(): Node {
    const node = this.#alternatives();
    if (this.#at < this.#chars.length) throw new SyntaxError("a bracket closes what was never opened");
    return node;
  }

  #alternatives(): Node {
    const parts = [this.#sequence()];
    while (this.#eat("|")) parts.push(this.#sequence());
    return parts.length === 1 ? (parts[0] as Node) : { kind: "any", parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#chars.length && this.#peek() !== "|" && this.#peek() !== ")") {
      parts.push(this.#repeated(this.#atom()));
    }
    return { kind: "all", parts };
  }

  #repeated(part: Node): Node {
    const range = this.#quantifier();
    if (range === undefined) return part;
    if (part.kind === "leaf" && part.width === 0) throw new SyntaxError("there is nothing to repeat");
    if (this.#eat("+")) throw new SyntaxError("possessive repetition is not supported");
    this.#eat("?");
    if (this.#quantifier() !== undefined) throw new SyntaxError("it repeats a repetition");
    return { kind: "repeat", part, min: range[0], max: range[1] };
  }

  #quantifier(): [min: number, max: number] | undefined {
    if (this.#eat("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.#eat("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.#eat("?")) return [0, 1];
    const found = this.#take(/^\{(?=\d|,)(\d*)(?:(,)(\d*))?\}/);
    if (found === undefined) return undefined;
    const [, low = "", comma, high = ""] = found;
    const max = comma === undefined ? Number(low) : high === "" ? Number.POSITIVE_INFINITY : Number(high);
    if (Number(low) > max) throw new SyntaxError("a repetition's minimum is above its maximum");
    return [Number(low), max];
  }

  #atom(): Node {
    const char = this.#next();
    const multiline = this.#modes.includes("m");
    if (char === "(") return this.#group();
    if (char === "[") return this.#set();
    if (char === "\\") return this.#escape();
    if (char === ".") return leaf(this.#modes.includes("s") ? "[^]" : "[^\\n]");
    if (char === "^") return leaf(multiline ? "(?<![^\\n])" : "^", 0);
    if (char === "$") return leaf(multiline ? `(?=\\n|${END})` : `(?=\\n?${END})`, 0);
    if ("*+?".includes(char)) throw new SyntaxError("there is nothing to repeat");
    return leaf(literal(char));
  }

  #group(): Node {
    if (++this.#depth > DEEPEST) throw new SyntaxError("its groups are nested too deeply");
    if (this.#eat("?") && !this.#eat(":") && this.#take(/^P<[^\W\d]\w*>/) === undefined) {
      throw new SyntaxError(`"(?${this.#peek()}" is not supported: neither lookaround nor flags inside`);
    }
    const node = this.#alternatives();
    if (!this.#eat(")")) throw new SyntaxError("a group is not closed");
    this.#depth--;
    return node;
  }

  #escape(): Node {
    const char = this.#peek();
    const assertion = ASSERTIONS[char];
    const kind = CLASSES[char.toLowerCase()];
    if (assertion === undefined && kind === undefined) return leaf(literal(this.#escaped()));
    this.#at++;
    return assertion === undefined ? leaf(`[${char < "a" ? "^" : ""}${kind}]`) : leaf(assertion, 0);
  }

  /** The character an escape stands for; the backslash is already read. */
  #escaped(): string {
    const char = this.#next();
    const digits = DIGITS[char];
    if (digits !== undefined) {
      const point = Number.parseInt(this.#take(new RegExp(`^[\\da-fA-F]{${digits}}`))?.[0] ?? "x", 16);
      if (!(point <= 0x10ffff)) throw new SyntaxError(`"\\${char}" needs ${digits} hexadecimal digits`);
      return String.fromCodePoint(point);
    }
    if (/[1-9]/.test(char)) throw new SyntaxError("back references are not supported");
    if (/[a-zA-Z]/.test(char) && CONTROLS[char] === undefined) throw new SyntaxError(`"\\${char}" means nothing`);
    return CONTROLS[char] ?? char;
  }

  #set(): Node {
    const negated = this.#eat("^") ? "^" : "";
    let source = "";
    for (let first = true; first || this.#peek() !== "]"; first = false) source += this.#member();
    this.#at++;
    return leaf(`[${negated}${source}]`);
  }

  /** A character, class or range of a set, as it is written in JavaScript. */
  #member(): string {
    const low = this.#single();
    if (this.#peek() !== "-" || (this.#chars[this.#at + 1] ?? "]") === "]") return low.source;
    this.#at++;
    const high = this.#single();
    if (!(low.code <= high.code)) throw new SyntaxError("a range of characters has no order");
    return `${low.source}-${high.source}`;
  }

  #single(): { source: string; code: number } {
    const char = this.#next("a set of characters is not closed");
    if (char !== "\\") return single(char);
    const letter = this.#peek();
    const kind = CLASSES[letter.toLowerCase()];
    if (kind === undefined) return single(this.#eat("b") ? "\b" : this.#escaped());
    this.#at++;
    if (letter === "W" || letter === "S") throw new SyntaxError(`"\\${letter}" is not supported inside a set`);
    return { source: letter === "D" ? "\\P{Nd}" : kind, code: Number.NaN };
  }

  #peek(): string {
    return this.#chars[this.#at] ?? "";
  }

  #next(problem = "it ends in a backslash"): string {
    const char = this.#chars[this.#at++];
    if (char === undefined) throw new SyntaxError(problem);
    return char;
  }

  #eat(char: string): boolean {
    if (this.#peek() !== char) return false;
    this.#at++;
    return true;
  }

  /** Reads what an expression finds right here. */
  #take(expression: RegExp): RegExpExecArray | undefined {
    const found = expression.exec(this.#chars.slice(this.#at, this.#at + 64).join(""));
    this.#at += found?.[0].length ?? 0;
    return found ?? undefined;
  }
}

function leaf(source: string, width: 0 | 1 = 1): Node {
  return { kind: "leaf", source, width };
}

function single(char: string): { source: string; code: number } {
  return { source: literal(char), code: char.codePointAt(0) as number };
}

function literal(char: string): string {
  return /[\w ]/.test(char) ? char : `\\u{${(char.codePointAt(0) as number).toString(16)}}`;
}
