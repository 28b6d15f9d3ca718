import { ASCII_CLASS_SOURCES, CLASS_SOURCES, type Member } from "./characters.ts";
import type { Assertion, Node, Pattern } from "./syntax.ts";

/** What one unbounded repetition counts for: it may end at any place of a text. */
const LOOP = 4096;

/** In so many ways a plain pattern may match from one place; more is refused as more work than any text is worth. */
export const MOST_WAYS: number = 4 * LOOP * LOOP;

/**
 * In how many ways a pattern can match from one place: an upper bound, infinite where it repeats what can itself match in
 * several ways. The engine's own regular expressions may need that many steps for each place of a text.
 */
export function waysOf(node: Node): number {
  switch (node.kind) {
    case "sequence":
      return node.parts.reduce((ways, part) => ways * waysOf(part), 1);
    case "alternatives":
      return node.parts.reduce((ways, part) => ways + waysOf(part), 0);
    case "repeat": {
      const ways = waysOf(node.part);
      if (node.low === node.high) return ways ** node.low;
      if (node.low === 0 && node.high === 1) return ways + 1;
      return ways > 1 ? Number.POSITIVE_INFINITY : LOOP;
    }
    case "group":
    case "atomic":
      return waysOf(node.part);
    default:
      return 1;
  }
}

/** So long may a text be for the engine's own regular expression, which is the faster way where there are few ways. */
export function longestFor(ways: number): number {
  return ways < LOOP ? Number.POSITIVE_INFINITY : ways < 64 * LOOP ? 2000 : ways < MOST_WAYS ? 150 : 0;
}

/** An engine writes a class of Unicode out, in some 30 kB for each place that it stands at. */
const MOST_CLASSES = 500;

/** The pattern as a regular expression of the engine; undefined for what that says otherwise than Python. */
export function toRegExp({ node, beyond, ignoreCase }: Pattern): RegExp | undefined {
  const source = beyond.size === 0 ? sourceOf(node) : undefined;
  if (source === undefined || source.split("\\p{").length > MOST_CLASSES) return undefined;
  if (ignoreCase && BEYOND_ASCII.test(source)) return undefined;
  try {
    const expression = new RegExp(source, ignoreCase ? "iu" : "u");
    expression.test(""); // compiles it: engines that find it too large say so here
    return expression;
  } catch {
    return undefined;
  }
}

/** A character of the pattern, as `charSource` writes it, that engines and Python may fold in different ways. */
const BEYOND_ASCII = /\\u\{(?:[89a-f][0-9a-f]|[0-9a-f]{3,})\}/;

let readsHalves: boolean | undefined;

/** WebKit's lookbehinds also stand in the middle of a character of two units, and take its halves for characters. */
export function mistakesPairs({ source }: RegExp): boolean {
  readsHalves ??= "\u{1f600}".search(/(?<=.)/su) === 1;
  return readsHalves && source.includes("(?<");
}

const WORD = `[${CLASS_SOURCES.w}]`;
const EDGE = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
const PLACES: Readonly<Record<Assertion["place"], string>> = {
  start: "^",
  end: "$",
  lineStart: "(?<![^\\n])",
  lineEnd: "(?=\\n|$)",
  dollar: "(?=\\n?$)",
  edge: EDGE,
  noEdge: `(?:(?!${EDGE})(?:(?=[^])|(?<=[^])))`,
};

function sourceOf(node: Node): string | undefined {
  switch (node.kind) {
    case "char":
      return charSource(node.code);
    case "any":
      return node.dotAll ? "[^]" : "[^\\n]";
    case "set": {
      const members = node.members.map(memberSource);
      return members.includes(undefined) ? undefined : `[${node.negated ? "^" : ""}${members.join("")}]`;
    }
    case "assertion":
      return node.ascii ? undefined : PLACES[node.place];
    case "sequence":
      return joined(node.parts, "");
    case "alternatives":
      return grouped(joined(node.parts, "|"));
    case "group":
      return grouped(sourceOf(node.part));
    case "repeat": {
      const part = grouped(sourceOf(node.part));
      const high = Number.isFinite(node.high) ? node.high : "";
      return part && `${part}{${node.low},${high}}`;
    }
    default:
      return undefined;
  }
}

function grouped(source: string | undefined): string | undefined {
  return source === undefined ? undefined : `(?:${source})`;
}

function joined(parts: readonly Node[], between: string): string | undefined {
  const sources = parts.map(sourceOf);
  return sources.includes(undefined) ? undefined : sources.join(between);
}

function memberSource(member: Member): string | undefined {
  if ("from" in member) return `${charSource(member.from)}-${charSource(member.to)}`;
  if (member.negated) return undefined;
  return (member.ascii ? ASCII_CLASS_SOURCES : CLASS_SOURCES)[member.name];
}

function charSource(code: number): string {
  const char = String.fromCodePoint(code);
  return /[A-Za-z0-9_ ]/.test(char) && code < 128 ? char : `\\u{${code.toString(16)}}`;
}
