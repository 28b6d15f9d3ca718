import { type IgnoreCase, lowerCase, type Member } from "./characters.ts";
import { isDigit, PatternReader } from "./reader.ts";
import { type Assertion, type Node, type Pattern, PatternLimitError, widthOf } from "./syntax.ts";

const LONGEST = 200_000;
const DEEPEST = 200;
/** Python's largest number of repetitions. */
const MOST = 2 ** 32 - 2;
const PLACES: Readonly<Record<string, Assertion["place"]>> = { A: "start", Z: "end", b: "edge", B: "noEdge" };

interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
  readonly x: boolean;
  readonly a: boolean;
}

/**
 * Reads a pattern as Python's `re` (3.11) reads it, in one pass over its characters. No regular expression of the engine
 * takes part, since engines differ in what they accept.
 *
 * @throws SyntaxError where Python refuses the pattern; PatternLimitError for more than 200 000 characters, or 200 groups
 *   within each other.
 */
export function parsePattern(pattern: string): Pattern {
  if (pattern.length > LONGEST) throw new PatternLimitError(`it is longer than ${LONGEST} characters`);
  return new Parser(pattern).parse();
}

class Parser extends PatternReader {
  #depth = 0;
  #groups = 0;
  #references = 0;
  /** The highest group that a condition asks for: it may stand further on. */
  #highest = 0;
  /** How many groups there were before what is looked for behind, where one may not refer to its own. */
  #before: number | undefined;
  #isFirst = true;
  #flags: Flags = { i: false, m: false, s: false, x: false, a: false };
  readonly #names = new Map<string, number>();
  readonly #open = new Set<number>();
  readonly #beyond = new Map<string, string>();

  parse(): Pattern {
    const node = this.#alternatives();
    if (this.at < this.text.length) this.fail("a bracket ) closes no group");
    const groups = this.#groups;
    if (this.#highest > groups) this.fail(`(?(${this.#highest}) refers to a group that it does not have`);
    return { node, groups, beyond: this.#beyond, ignoreCase: this.#flags.i };
  }

  #alternatives(): Node {
    const parts = [this.#sequence()];
    while (this.eat("|")) {
      this.#isFirst = false;
      parts.push(this.#sequence());
    }
    return parts.length === 1 ? (parts[0] as Node) : { kind: "alternatives", parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    for (let next = this.peek(); next !== undefined && next !== "|" && next !== ")"; next = this.peek()) {
      if (this.#flags.x && this.#skipVerbose()) continue;
      const bounds = this.#quantifier();
      if (bounds !== undefined) {
        parts.push(this.#repeat(parts.pop(), ...bounds));
        continue;
      }
      this.#isFirst &&= parts.length === 0;
      const node = this.#atom();
      if (node !== undefined) parts.push(node);
    }
    return parts.length === 1 ? (parts[0] as Node) : { kind: "sequence", parts };
  }

  /** With the flag `x` blanks and comments mean nothing. */
  #skipVerbose(): boolean {
    const next = this.peek() as string;
    if (" \t\n\r\v\f".includes(next)) return this.eat(next);
    if (next !== "#") return false;
    while (this.at < this.text.length && this.text[this.at++] !== "\n");
    return true;
  }

  /** `*`, `+`, `?`, `{m}`, `{m,n}`; undefined, with nothing read, for a bracket that is none of these. */
  #quantifier(): readonly [low: number, high: number] | undefined {
    if (this.eat("*")) return [0, Number.POSITIVE_INFINITY];
    if (this.eat("+")) return [1, Number.POSITIVE_INFINITY];
    if (this.eat("?")) return [0, 1];
    const start = this.at;
    if (!this.eat("{") || this.peek() === "}") {
      this.at = start;
      return undefined;
    }
    const low = this.digits();
    const high = this.eat(",") ? this.digits() : low;
    if (!this.eat("}")) {
      this.at = start;
      return undefined;
    }
    const [least, most] = [Number(low), high === "" ? Number.POSITIVE_INFINITY : Number(high)];
    if (least > MOST || (most > MOST && high !== "")) this.fail("it repeats too often");
    if (most < least) this.fail(`the repetition {${low},${high}} has its numbers the wrong way round`);
    return [least, most];
  }

  #repeat(part: Node | undefined, low: number, high: number): Node {
    if (part === undefined || part.kind === "assertion") this.fail("there is nothing to repeat");
    if (this.#repeated.has(part)) this.fail("a repetition follows another");
    const lazy = this.eat("?");
    const repeat: Node = { kind: "repeat", part, low, high, lazy };
    const node: Node = !lazy && this.eat("+") ? { kind: "atomic", part: repeat } : repeat;
    if (node !== repeat) this.#beyond.set("++", "a possessive repetition");
    this.#repeated.add(node);
    return node;
  }

  readonly #repeated = new WeakSet<Node>();

  /** One character, set, place or group; undefined for what matches nothing of its own (flags, comments). */
  #atom(): Node | undefined {
    const { m, s: dotAll, a: ascii } = this.#flags;
    const char = this.text[this.at++] as string;
    const assertion = (place: Assertion["place"]): Node => ({ kind: "assertion", place, ascii });
    if (char === "(") return this.#group();
    if (char === "[") return this.#set();
    if (char === "\\") return this.#escape();
    if (char === ".") return { kind: "any", dotAll };
    if (char === "^") return assertion(m ? "lineStart" : "start");
    if (char === "$") return assertion(m ? "lineEnd" : "dollar");
    return this.#char(char.codePointAt(0) as number);
  }

  #escape(): Node {
    const { a: ascii } = this.#flags;
    const letter = this.peek();
    if (letter === undefined) this.fail("it ends with a backslash");
    const place = Object.hasOwn(PLACES, letter) ? PLACES[letter] : undefined;
    const octal = /^[0-3][0-7][0-7]$/.test(this.text.slice(this.at, this.at + 3).join(""));
    if (place !== undefined) {
      this.at++;
      return { kind: "assertion", place, ascii };
    }
    if (isDigit(letter) && letter !== "0" && !octal) {
      this.at++;
      const second = this.peek();
      if (isDigit(second)) this.at++;
      const name = `${letter}${isDigit(second) ? second : ""}`;
      return this.#reference(`\\${name}`, Number(name));
    }
    const member = this.escapedMember(false, ascii);
    if (!("from" in member)) return { kind: "set", members: [member], negated: false, ignoreCase: false };
    return this.#char(member.from);
  }

  #char(code: number): Node {
    this.#checkCase(code);
    return { kind: "char", code, ignoreCase: this.#ignoreCase() };
  }

  #ignoreCase(): IgnoreCase {
    return this.#flags.i && (this.#flags.a ? "ascii" : "unicode");
  }

  /** Whether Python finds such a letter depends on what stands beside it. */
  #checkCase(code: number): void {
    if (code > 0xffff && lowerCase(code, this.#ignoreCase()) !== code)
      throw new PatternLimitError("capital letters beyond U+FFFF are not supported where case is ignored");
  }

  #reference(written: string, index: number): Node {
    if (!(index >= 1 && index <= this.#groups)) this.fail(`${written} refers to a group that it does not have`);
    if (this.#open.has(index)) this.fail(`${written} refers to a group that is not closed yet`);
    this.#checkBehind(written, index);
    this.#beyond.set(written, "a back reference");
    this.#references++;
    return { kind: "reference", index, ignoreCase: this.#ignoreCase() };
  }

  #checkBehind(written: string, index: number): void {
    if (this.#before !== undefined && index > this.#before) this.fail(`${written} refers to what is looked for behind`);
  }

  #set(): Node {
    const start = this.at;
    const negated = this.eat("^");
    const members: Member[] = [];
    const unclosed = (): never => this.fail("a set [ is not closed");
    const member = (): Member => {
      const char = this.text[this.at++] ?? unclosed();
      if (char === "\\") return this.escapedMember(true, this.#flags.a);
      const code = char.codePointAt(0) as number;
      return { from: code, to: code };
    };
    for (let first = true; first || this.peek() !== "]"; first = false) {
      if (this.at >= this.text.length) unclosed();
      const low = member();
      if (this.peek() !== "-" || this.text[this.at + 1] === "]") {
        if ("from" in low) this.#checkCase(low.from);
        members.push(low);
        continue;
      }
      this.at++;
      const high = member();
      if (!("from" in low && "from" in high) || high.from < low.from) {
        const written = this.text.slice(start - 1, this.at).join("");
        this.fail(`the set ${written.slice(0, 40)} has a range that is none`);
      }
      members.push({ from: low.from, to: high.from });
    }
    this.at++;
    return { kind: "set", members, negated, ignoreCase: this.#ignoreCase() };
  }

  #group(): Node | undefined {
    if (++this.#depth > DEEPEST)
      throw new PatternLimitError(`its groups stand more than ${DEEPEST} deep within each other`);
    const before = this.#flags;
    const node = this.eat("?") ? this.#extension() : this.#capture();
    if (node !== undefined) this.#flags = before;
    this.#depth--;
    return node;
  }

  #capture(name?: string): Node {
    const index = ++this.#groups;
    if (name !== undefined) this.#names.set(name, index);
    this.#open.add(index);
    const part = this.#inside();
    this.#open.delete(index);
    return { kind: "group", part, index };
  }

  /** What a group holds, and its closing bracket. */
  #inside(): Node {
    this.#isFirst = false;
    const part = this.#alternatives();
    this.#close();
    return part;
  }

  /** A node of its own, which may be repeated whatever it holds. */
  #uncaptured(): Node {
    return { kind: "sequence", parts: [this.#inside()] };
  }

  #close(): void {
    if (!this.eat(")")) this.fail("a group ( is not closed");
  }

  /** What stands after `(?`. */
  #extension(): Node | undefined {
    const char = this.text[this.at++];
    if (char === ":") return this.#uncaptured();
    if (char === "P") return this.#named();
    if (char === "#") {
      this.#beyond.set("(?#", "a comment");
      while (this.at < this.text.length && this.peek() !== ")") this.at++;
      this.#close();
      return undefined;
    }
    if (char === ">") {
      this.#beyond.set("(?>", "an atomic group");
      return { kind: "atomic", part: this.#inside() };
    }
    if (char === "(") return this.#conditional();
    const behind = char === "<";
    const sign = behind ? this.text[this.at++] : char;
    if (sign === "=" || sign === "!") return this.#look(behind, sign === "!");
    if (behind) this.fail(`(?<${sign ?? ""} means nothing; a named group is (?P<name>...)`);
    this.at--;
    return this.#inlineFlags();
  }

  #look(behind: boolean, negated: boolean): Node {
    this.#beyond.set(`(?${behind ? "<" : ""}${negated ? "!" : "="}`, "lookaround");
    const [before, references] = [this.#before, this.#references];
    if (behind) this.#before ??= this.#groups;
    const part = this.#inside();
    this.#before = before;
    const [least, most] = widthOf(part);
    if (behind && this.#references > references) {
      throw new PatternLimitError("a back reference in what is looked for behind is not supported");
    }
    if (behind && least !== most) this.fail("what is looked for behind must have one length");
    return { kind: "look", part, behind, negated };
  }

  #named(): Node {
    const isReference = this.eat("=");
    if (!isReference && !this.eat("<")) this.fail("(?P means nothing but in (?P<name>...) and (?P=name)");
    const name = this.#name(isReference ? ")" : ">");
    if (isReference) {
      const index = this.#names.get(name);
      if (index === undefined) this.fail(`it has no group "${name}"`);
      return this.#reference(`(?P=${name})`, index);
    }
    if (this.#names.has(name)) this.fail(`it has two groups "${name}"`);
    return this.#capture(name);
  }

  #name(end: string): string {
    const start = this.at;
    while (this.at < this.text.length && this.peek() !== end) this.at++;
    const name = this.text.slice(start, this.at).join("");
    if (!this.eat(end)) this.fail("the name of a group is not closed");
    if (
      !/^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*$|^\d+$/u.test(name) ||
      (end !== ")" && /^\d/.test(name))
    )
      this.fail(`"${name.slice(0, 40)}" is no name of a group`);
    return name;
  }

  #conditional(): Node {
    this.#beyond.set("(?(", "a condition");
    const name = this.#name(")");
    const index = /^\d+$/.test(name) ? Number(name) : (this.#names.get(name) ?? 0);
    if (index < 1) this.fail(`(?(${name}) refers to a group that it does not have`);
    this.#highest = Math.max(this.#highest, index);
    this.#checkBehind(`(?(${name})`, index);
    this.#isFirst = false;
    const yes = this.#sequence();
    const no: Node = this.eat("|") ? this.#sequence() : { kind: "sequence", parts: [] };
    if (this.peek() === "|") this.fail("a condition has more than two branches");
    this.#close();
    return { kind: "conditional", index, yes, no };
  }

  /** `(?im)` at the start, for the whole pattern; `(?im-sx:...)` for a part of it. */
  #inlineFlags(): Node | undefined {
    const start = this.at;
    const read = (): string => {
      const from = this.at;
      while (/^[aiLmsux]$/.test(this.peek() ?? "")) this.at++;
      return this.text.slice(from, this.at).join("");
    };
    const on = read();
    const off = this.eat("-") ? read() : undefined;
    const isPart = this.eat(":");
    const written = `(?${this.text.slice(start, this.at).join("")}`;
    if ((on === "" && !off) || (!isPart && !this.eat(")"))) this.fail(`${written.slice(0, 40)} means nothing`);
    if (/L/.test(on + off) || /[au]/.test(off ?? "") || (on.includes("a") && on.includes("u")))
      this.fail(`${written} has flags that do not go together`);
    if ([...on].some((flag) => off?.includes(flag))) this.fail(`${written} sets a flag and unsets it`);
    const flagged = (flag: keyof Flags): boolean => (on.includes(flag) || this.#flags[flag]) && !off?.includes(flag);
    const a = on.includes("a") || (this.#flags.a && !on.includes("u"));
    const flags: Flags = { i: flagged("i"), m: flagged("m"), s: flagged("s"), x: flagged("x"), a };
    if (!isPart) {
      if (off !== undefined) this.fail(`${written} unsets flags for the whole pattern`);
      if (!this.#isFirst) this.fail(`${written}) stands after the start; write it first`);
      if (/[ax]/.test(on)) this.#beyond.set(`${written})`, "the flag a or x");
      this.#flags = flags;
      return undefined;
    }
    this.#beyond.set(written, "inline flags");
    this.#flags = flags;
    return this.#uncaptured();
  }
}
