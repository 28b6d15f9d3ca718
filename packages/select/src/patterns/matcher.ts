// Python's classes, which know all of Unicode.
const CLASSES: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  w: "\\p{L}\\p{N}_",
  s: "\\t-\\r\\x1c-\\x1f\\x85\\p{Z}",
};
const WORD = `[${CLASSES.w}]`;
const BOUNDARY = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
const ASSERTIONS: Readonly<Record<string, string>> = { A: "^", Z: "$", b: BOUNDARY, B: `(?!${BOUNDARY})` };
// An escape, a set, the beginning of a group, a quantifier, or any other character.
const TOKEN = /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:P<\w+>|:)|(?:[*+?]|\{(?!\})\d*,?\d*\})\??|./gsu;

/** What one unbounded repetition counts for: it may end at any place of a text. */
const LOOP = 4096;

/**
 * `re.search(pattern, text)` as a yes or no, in bounded time.
 *
 * A string is a pattern in Python's syntax: literals, `.`, sets, groups, `|`, `*`, `+`, `?`, `{m,n}` and their lazy forms,
 * `^`, `$`, `\A`, `\Z`, `\b`, `\B`, `\d`, `\w`, `\s` (Unicode), and leading flags `(?ims)`. Lookaround, back references,
 * repetitions of what can match in several ways and more than two unbounded repetitions in a row are refused. A `RegExp`
 * of the caller is his own and runs as it is.
 *
 * @throws SyntaxError when the pattern cannot be used. The matcher throws RangeError for a text too long for its pattern.
 */
export function createMatcher(pattern: string | RegExp): (text: string) => boolean {
  if (typeof pattern !== "string") {
    const own = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
    return (text) => own.test(text);
  }
  const { source, flags, ways } = translate(pattern);
  if (!(ways < 4 * LOOP * LOOP)) throw new SyntaxError("it can match in too many ways");
  const longest = ways < LOOP ? Number.POSITIVE_INFINITY : ways < 64 * LOOP ? 10_000 : 500;
  const expression = new RegExp(source, flags);
  expression.test(""); // compiles it: here is the place to fail
  return (text) => {
    if (text.length <= longest) return expression.test(text);
    throw new RangeError(`expected at most ${longest} characters for the pattern "${pattern}", got ${text.length}`);
  };
}

/** The pattern as JavaScript writes it, and in how many ways it may match from one place: an upper bound. */
function translate(pattern: string): { source: string; flags: string; ways: number } {
  const modes = /^\(\?([imsu]+)\)/.exec(pattern);
  const has = (mode: string): boolean => modes?.[1]?.includes(mode) ?? false;
  // Whatever may or may not come before and after changes nothing for a search.
  const body = pattern.slice(modes?.[0].length).replace(/^(?:\.\*)+|(?<!\\)(?:\.\*)+$/g, "");
  const fixed: Readonly<Record<string, string>> = {
    ".": has("s") ? "." : "[^\\n]",
    "^": has("m") ? "(?<![^\\n])" : "^",
    $: has("m") ? "(?=\\n|$)" : "(?=\\n?$)",
  };
  // Of each open group: the ways of its alternatives so far, of the one being read, and of the last part of that.
  const groups: [sum: number, product: number, last: number][] = [[0, 1, 1]];
  let source = "";
  for (const [token] of body.matchAll(TOKEN)) {
    const group = groups.at(-1) as [number, number, number];
    const first = token.charAt(0);
    if (first === "(") groups.push([0, 1, 1]);
    else if (first === "|") groups[groups.length - 1] = [group[0] + group[1], 1, 1];
    else if (first === ")") {
      if (groups.length > 1) groups.pop();
      multiply(groups.at(-1), group[0] + group[1]);
    } else if (/^(?:[*+?]|\{.)/.test(token)) group[1] *= repetition(token, group[2]);
    else multiply(group, 1);
    source += fixed[first] ?? part(token, first);
  }
  const [sum, product] = groups[0] as [number, number, number];
  return { source, flags: has("i") ? "isu" : "su", ways: sum + product };
}

function multiply(group: number[] | undefined, ways: number): void {
  group?.splice(1, 2, (group[1] as number) * ways, ways);
}

/** By how much a quantifier multiplies the ways of the part before it. */
function repetition(quantifier: string, ways: number): number {
  if (quantifier.startsWith("?")) return (ways + 1) / ways;
  const [, low, high = low] = /^\{(\d*)(?:,(\d*))?\}/.exec(quantifier) ?? [];
  if (low !== undefined && low === high) return ways ** (Number(low) - 1);
  if (ways > 1) throw new SyntaxError("it repeats what can match in several ways");
  return LOOP;
}

function part(token: string, first: string): string {
  if (first === "(") return "(?:";
  if (first === "\\") return escaped(token, false);
  if (first === "{" && token.length > 1) return token.replace("{,", "{0,");
  if (first !== "[" || token.length === 1) return /[*+?|)[]/.test(first) ? token : literal(token);
  const inside = token
    .slice(1, -1)
    .replace(/^\^|\\.|[^-]/gsu, (member, at) =>
      member.startsWith("\\") ? escaped(member, true) : at === 0 && member === "^" ? member : literal(member),
    );
  return `[${inside}]`;
}

/** What is not known here is left to the engine, which refuses what it does not know either. */
function escaped(token: string, inSet: boolean): string {
  const letter = token.charAt(1);
  const kind = CLASSES[letter.toLowerCase()];
  if (kind !== undefined && (letter >= "a" || !inSet)) return inSet ? kind : `[${letter < "a" ? "^" : ""}${kind}]`;
  if (/[^\da-z]/i.test(letter)) return literal(letter);
  if (/[WScpPk]/.test(letter)) throw new SyntaxError(`"${token}" is not supported here`);
  return letter === "a" ? "\\x07" : inSet ? token : (ASSERTIONS[letter] ?? token);
}

function literal(char: string): string {
  return /[\w ]/.test(char) ? char : `\\u{${(char.codePointAt(0) as number).toString(16)}}`;
}
