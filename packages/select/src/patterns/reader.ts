import type { ClassName, Member } from "./characters.ts";
import { PatternLimitError } from "./syntax.ts";

const SIMPLE: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** The characters of a pattern, read one after the other, and what a backslash makes of them. */
export class PatternReader {
  protected readonly text: readonly string[];
  protected at = 0;

  constructor(pattern: string) {
    this.text = Array.from(pattern);
  }

  protected peek(): string | undefined {
    return this.text[this.at];
  }

  protected eat(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    return true;
  }

  protected fail(problem: string): never {
    throw new SyntaxError(problem);
  }

  protected digits(): string {
    const start = this.at;
    while (isDigit(this.peek())) this.at++;
    return this.text.slice(start, this.at).join("");
  }

  /** What stands after a backslash, for a character or a class. */
  protected escapedMember(inSet: boolean, ascii: boolean): Member {
    const letter = this.text[this.at++];
    if (letter === undefined) this.fail("it ends with a backslash");
    const lower = letter.toLowerCase();
    if (lower === "d" || lower === "w" || lower === "s") {
      return { name: lower as ClassName, negated: letter !== lower, ascii };
    }
    const one = (code: number): Member => ({ from: code, to: code });
    if (inSet && letter === "b") return one(8);
    if (Object.hasOwn(SIMPLE, letter)) return one(SIMPLE[letter] as number);
    const length = letter === "x" ? 2 : letter === "u" ? 4 : letter === "U" ? 8 : 0;
    if (length > 0) {
      const digits = this.text.slice(this.at, this.at + length).join("");
      if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length !== length) this.fail(`\\${letter} takes ${length} digits`);
      this.at += length;
      const code = Number.parseInt(digits, 16);
      if (code > 0x10ffff) this.fail(`there is no character \\${letter}${digits}`);
      return one(code);
    }
    if (/^[0-7]$/.test(letter) && (inSet || letter === "0" || isDigit(this.peek()))) {
      let digits = letter;
      while (digits.length < 3 && /^[0-7]$/.test(this.peek() ?? "")) digits += this.text[this.at++];
      const code = Number.parseInt(digits, 8);
      if (code > 0o377) this.fail(`there is no character \\${digits}`);
      return one(code);
    }
    if (letter === "N" && this.peek() === "{")
      throw new PatternLimitError("characters by name, \\N{...}, are not supported");
    if (/^[0-9A-Za-z]$/.test(letter)) this.fail(`\\${letter} means nothing`);
    return one(letter.codePointAt(0) as number);
  }
}

/** Is this character one of the ten digits of ASCII? */
export function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= "0" && char <= "9";
}
