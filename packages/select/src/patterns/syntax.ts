import type { IgnoreCase, Member } from "./characters.ts";

/** A pattern in Python's syntax (module `re`), read. Characters are code points. */
export type Node =
  | { readonly kind: "char"; readonly code: number; readonly ignoreCase: IgnoreCase }
  | { readonly kind: "any"; readonly dotAll: boolean }
  | {
      readonly kind: "set";
      readonly members: readonly Member[];
      readonly negated: boolean;
      readonly ignoreCase: IgnoreCase;
    }
  | { readonly kind: "sequence" | "alternatives"; readonly parts: readonly Node[] }
  | {
      readonly kind: "repeat";
      readonly part: Node;
      readonly low: number;
      readonly high: number;
      readonly lazy: boolean;
    }
  /** A capturing group. */
  | { readonly kind: "group"; readonly part: Node; readonly index: number }
  | Assertion
  | { readonly kind: "look"; readonly part: Node; readonly behind: boolean; readonly negated: boolean }
  | { readonly kind: "reference"; readonly index: number; readonly ignoreCase: IgnoreCase }
  | { readonly kind: "conditional"; readonly index: number; readonly yes: Node; readonly no: Node }
  | { readonly kind: "atomic"; readonly part: Node };

/** A place in the text: its start and end, those of a line, `$` (the end, or before a last line end), edges of words. */
export interface Assertion {
  readonly kind: "assertion";
  readonly place: "start" | "end" | "lineStart" | "lineEnd" | "dollar" | "edge" | "noEdge";
  readonly ascii: boolean;
}

/** A pattern and what there is to know of it. */
export interface Pattern {
  readonly node: Node;
  /** How many capturing groups. */
  readonly groups: number;
  /** What in it is beyond plain patterns, in words, by what was written: `["(?=", "lookaround"]`. */
  readonly beyond: ReadonlyMap<string, string>;
  /** Is case ignored throughout? */
  readonly ignoreCase: boolean;
}

/** What Python would take and we give up: a pattern too large, or one that takes too many steps on a text. */
export class PatternLimitError extends Error {
  override readonly name = "PatternLimitError";
}

/** The text that a node stands for and nothing else; undefined where it may match several. */
export function literalOf(node: Node): string | undefined {
  if (node.kind === "char") return node.ignoreCase ? undefined : String.fromCodePoint(node.code);
  if (node.kind === "group") return literalOf(node.part);
  if (node.kind !== "sequence") return undefined;
  const texts: string[] = [];
  for (const part of node.parts) {
    const text = literalOf(part);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts.join("");
}

/** The fewest and the most characters that a node can match; a back reference may have any length. */
export function widthOf(node: Node): readonly [least: number, most: number] {
  switch (node.kind) {
    case "char":
    case "any":
    case "set":
      return [1, 1];
    case "sequence":
      return node.parts.map(widthOf).reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
    case "alternatives":
      return spanOf(node.parts);
    case "repeat": {
      const [least, most] = widthOf(node.part);
      return [least * node.low, most === 0 || node.high === 0 ? 0 : most * node.high];
    }
    case "group":
    case "atomic":
      return widthOf(node.part);
    case "conditional":
      return spanOf([node.yes, node.no]);
    case "reference":
      return [0, Number.POSITIVE_INFINITY];
    default:
      return [0, 0];
  }
}

function spanOf(parts: readonly Node[]): readonly [number, number] {
  const widths = parts.map(widthOf);
  return widths.reduce(([a, b], [c, d]) => [Math.min(a, c), Math.max(b, d)]);
}
