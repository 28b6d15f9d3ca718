// patterns/: Python's regular expressions, read, refused and answered in bounded time.

import { longestFor, MOST_WAYS, mistakesPairs, toRegExp, waysOf } from "./native.ts";
import { parsePattern } from "./parse.ts";
import { compileProgram } from "./program.ts";
import { search } from "./run.ts";
import { literalOf, type Node, type Pattern } from "./syntax.ts";

/** Which patterns are taken. */
export interface MatcherOptions {
  /**
   * Plain patterns only: literals, `.`, sets, classes, groups, `|`, repetitions and their lazy forms, `^`, `$`, `\A`, `\Z`,
   * `\b`, `\B`, and flags `(?ims)` at the start. What else Python has is refused by its name.
   *
   * @default false
   */
  readonly plain?: boolean;
}

/**
 * `re.search(pattern, text)` as a yes or no, in bounded time. A string is a pattern in Python's syntax; a `RegExp` is the
 * caller's own and runs as it is.
 *
 * Where a pattern can match in few ways, the engine's own regular expressions answer; else our own, which never take a
 * step at one place of a text twice, and give up after ten million.
 *
 * @throws SyntaxError for what Python refuses, and with `plain` for what is more than plain. PatternLimitError for a
 *   pattern that is too large; the matcher throws it for a text that takes too long.
 */
export function createMatcher(pattern: string | RegExp, options: MatcherOptions = {}): (text: string) => boolean {
  if (typeof pattern !== "string") {
    const own = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
    return (text) => own.test(text);
  }
  const read = parsePattern(pattern);
  const node = withoutEnds(read.node);
  const ways = waysOf(node);
  if (options.plain === true) refuseBeyondPlain(read, ways);
  const compiled: Pattern = { ...read, node };
  const literal = literalOf(node);
  if (literal !== undefined) return (text) => text.includes(literal);
  const program = compileProgram(compiled, pattern.length);
  const longest = read.beyond.size > 0 ? 0 : Math.min(longestFor(ways), MOST_WORK / program.steps.length);
  const native = longest > 0 ? toRegExp(compiled) : undefined;
  if (native === undefined) return (text) => search(program, text);
  const mistakes = mistakesPairs(native);
  // Beyond ASCII engines and Python have different ideas of which letters are the same.
  const isOurs = (text: string): boolean =>
    text.length > longest || (read.ignoreCase && /[^\0-\x7f]/.test(text)) || (mistakes && /[\ud800-\udfff]/.test(text));
  return (text) => (isOurs(text) ? search(program, text) : native.test(text));
}

function refuseBeyondPlain({ beyond }: Pattern, ways: number): void {
  const [first] = beyond;
  if (first !== undefined) {
    const [written, what] = first;
    throw new SyntaxError(
      `${written} is ${what}, which plain patterns have not; selectFrom answers it with { compat: true }`,
    );
  }
  if (ways === Number.POSITIVE_INFINITY) throw new SyntaxError("it repeats what can match in several ways");
  if (!(ways < MOST_WAYS)) throw new SyntaxError("it can match in too many ways");
}

/** The engine's expressions get no text of more characters times steps than this. */
const MOST_WORK = 50_000_000;

/** Whatever may or may not come before and after changes nothing for a search: `.*nevus.*` is `nevus`. */
function withoutEnds(node: Node): Node {
  if (node.kind === "alternatives") return { kind: "alternatives", parts: node.parts.map(withoutEnds) };
  const parts = node.kind === "sequence" ? [...node.parts] : [node];
  while (parts.length > 0 && isAnything(parts[0] as Node)) parts.shift();
  while (parts.length > 0 && isAnything(parts.at(-1) as Node)) parts.pop();
  return { kind: "sequence", parts };
}

function isAnything(node: Node): boolean {
  return node.kind === "repeat" && node.part.kind === "any" && node.low === 0 && node.high === Number.POSITIVE_INFINITY;
}
