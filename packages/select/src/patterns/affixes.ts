import { parsePattern } from "./parse.ts";
import type { Node } from "./syntax.ts";

/** What a pattern asks of a text, where that is no more than one of a few texts at one place. */
export interface Affixes {
  readonly at: "start" | "end" | "anywhere" | "whole";
  readonly texts: readonly string[];
  /** False where every text that the pattern finds begins (or ends) so, and not all that do are found. */
  readonly isExact: boolean;
}

/** More alternatives are not written out. */
const MOST = 64;

/**
 * The texts that a pattern looks for: `^Mel` (begins so), `oma\Z` (ends so), `\ANevus\Z` (is so), `situ` (contains it),
 * `^(Melanoma|Nevus)`, and of `^Mel.*oma` that what it finds begins with `Mel`. Undefined for other patterns, and for what
 * is no pattern.
 */
export function affixesOf(pattern: string): Affixes | undefined {
  try {
    return affixesOfNode(parsePattern(pattern).node);
  } catch {
    return undefined;
  }
}

function affixesOfNode(node: Node): Affixes | undefined {
  if (node.kind === "alternatives") {
    const all = node.parts.map(affixesOfNode);
    const [first] = all;
    if (first === undefined || all.some((each) => each?.at !== first.at)) return undefined;
    const texts = all.flatMap((each) => each?.texts ?? []);
    return texts.length > MOST ? undefined : { at: first.at, texts, isExact: all.every((each) => each?.isExact) };
  }
  const parts = flatten(node);
  const isStart = isPlace(parts[0], "start");
  const middle = parts.slice(isStart ? 1 : 0);
  const isEnd = isPlace(middle.at(-1), "end") || isPlace(middle.at(-1), "dollar");
  const isBeforeLineEnd = isPlace(middle.at(-1), "dollar");
  if (isEnd) middle.pop();
  const { texts, isWhole, rest } = leadingTexts(middle);
  const withLineEnd = isBeforeLineEnd ? texts.flatMap((text) => [text, `${text}\n`]) : texts;
  if (isWhole) {
    const at = isStart ? (isEnd ? "whole" : "start") : isEnd ? "end" : "anywhere";
    if (at !== "whole" && withLineEnd.includes("")) return undefined;
    return { at, texts: withLineEnd, isExact: true };
  }
  if (!isStart || texts.includes("")) return undefined;
  const isAnything = !isEnd && rest.every((part) => part.kind === "repeat" && part.low === 0);
  return { at: "start", texts, isExact: isAnything };
}

/** A sequence without sequences in it. */
function flatten(node: Node): readonly Node[] {
  if (node.kind === "group") return flatten(node.part);
  return node.kind === "sequence" ? node.parts.flatMap(flatten) : [node];
}

function isPlace(node: Node | undefined, place: string): boolean {
  return node?.kind === "assertion" && node.place === place;
}

/** What texts the parts begin with: all of it, or as far as it is certain. */
function leadingTexts(parts: readonly Node[]): { texts: readonly string[]; isWhole: boolean; rest: readonly Node[] } {
  let texts: readonly string[] = [""];
  for (const [i, part] of parts.entries()) {
    const more = textsOf(part);
    if (more === undefined || texts.length * more.length > MOST) return { texts, isWhole: false, rest: parts.slice(i) };
    texts = texts.flatMap((text) => more.map((each) => text + each));
  }
  return { texts: [...new Set(texts)], isWhole: true, rest: [] };
}

/** All texts that a node stands for, if they are few. */
function textsOf(node: Node): readonly string[] | undefined {
  switch (node.kind) {
    case "char":
      return node.ignoreCase ? undefined : [String.fromCodePoint(node.code)];
    case "group":
    case "sequence": {
      const { texts, isWhole } = leadingTexts(flatten(node));
      return isWhole ? texts : undefined;
    }
    case "alternatives": {
      const all = node.parts.map(textsOf);
      return all.includes(undefined) ? undefined : all.flatMap((texts) => texts ?? []);
    }
    case "set": {
      if (node.negated || node.ignoreCase) return undefined;
      const codes: number[] = [];
      for (const member of node.members) {
        if (!("from" in member) || member.to - member.from > MOST) return undefined;
        for (let code = member.from; code <= member.to; code++) codes.push(code);
      }
      return codes.map((code) => String.fromCodePoint(code));
    }
    case "repeat":
      return node.low === 0 && node.high === 1 ? withNothing(textsOf(node.part)) : undefined;
    default:
      return undefined;
  }
}

function withNothing(texts: readonly string[] | undefined): readonly string[] | undefined {
  return texts && ["", ...texts];
}

/** A text as a pattern that finds it and nothing else. */
export function escapePattern(text: string): string {
  return text.replace(/[\\.^$*+?{}[\]|()]/g, "\\$&");
}
