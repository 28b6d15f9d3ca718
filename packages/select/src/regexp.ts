import { compileProgram, runProgram } from "./regexp-machine.ts";
import { parsePattern } from "./regexp-parse.ts";

/** Texts up to this length go to the engine's own regular expressions where {@link ways} allows it. */
const SHORT = 256;

/** Backtracking paths per starting point that are still harmless on a short text. */
const HARMLESS = SHORT * SHORT;

/**
 * `re.search(pattern, text)` as a yes or no, in time bounded by the length of pattern and text.
 *
 * A pattern with few ways to match runs as a native regular expression on short texts; everything else runs on a machine
 * that follows all ways at once. A `RegExp` of the caller is his own and runs as it is.
 *
 * @throws SyntaxError when the pattern is wrong or uses what cannot be bounded (lookaround, back references).
 */
export function createMatcher(pattern: string | RegExp): (text: string) => boolean {
  if (typeof pattern !== "string") {
    const own = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ""));
    return (text) => own.test(text);
  }
  const { node, flags } = parsePattern(pattern);
  const program = compileProgram(node, flags);
  if (ways(node) > HARMLESS) return (text) => runProgram(program, text);
  const native = new RegExp(source(node), flags);
  return (text) => (text.length > SHORT ? runProgram(program, text) : native.test(text));
}

/** A part of a pattern: one character or one assertion, a sequence, alternatives, a repetition. */
export type Node =
  | { readonly kind: "leaf"; readonly source: string; readonly width: 0 | 1 }
  | { readonly kind: "all"; readonly parts: readonly Node[] }
  | { readonly kind: "any"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly part: Node; readonly min: number; readonly max: number };

/** How many ways a backtracking engine may have to try at one place of a short text: an upper bound. */
function ways(node: Node): number {
  if (node.kind === "leaf") return 1;
  if (node.kind === "all") return node.parts.reduce((product, part) => product * ways(part), 1);
  if (node.kind === "any") return node.parts.reduce((sum, part) => sum + ways(part), 0);
  const once = ways(node.part);
  if (node.min === node.max) return once ** node.max;
  if (node.max === 1) return once + 1;
  return once === 1 && node.part.kind === "leaf" ? SHORT : Number.POSITIVE_INFINITY;
}

function source(node: Node): string {
  if (node.kind === "leaf") return node.source;
  if (node.kind === "all") return node.parts.map(source).join("");
  if (node.kind === "any") return `(?:${node.parts.map(source).join("|")})`;
  const { part, min, max } = node;
  return `(?:${source(part)}){${min},${max === Number.POSITIVE_INFINITY ? "" : max}}`;
}
