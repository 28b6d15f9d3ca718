import { isNegated, type Operator } from "./operators.ts";
import { checkCriterion } from "./strict.ts";
import { type Criteria, readCriteria, type Tree, toPlainCriteria } from "./tree.ts";

/** A criterion taken apart. */
export interface Leaf {
  readonly path: string;
  readonly operator: Operator;
  readonly operand: unknown;
}

/** How to say criteria in another language; undefined where it has no words. */
export interface Language<T> {
  leaf(leaf: Leaf): T | undefined;
  join(kind: "and" | "or", parts: readonly T[]): T | undefined;
  not(part: T): T | undefined;
}

/** What could be said, part by part, and the criteria that are left: both together are the whole. */
export interface Translation<T> {
  readonly said: readonly T[];
  readonly rest: Criteria;
}

/**
 * Translates criteria as far as the language goes. Conditions that must all hold are taken one by one; of alternatives
 * either all are translated or none.
 */
export function translate<T>(criteria: Criteria, language: Language<T>): Translation<T> {
  const said: T[] = [];
  const rest: Criteria[] = [];
  for (const tree of conjuncts(readCriteria(criteria, false))) {
    const translated = whole(tree, language);
    if (translated === undefined) rest.push(toPlainCriteria(tree));
    else said.push(translated);
  }
  return { said, rest };
}

function conjuncts(tree: Tree): readonly Tree[] {
  return tree.kind === "and" ? tree.parts.flatMap(conjuncts) : [tree];
}

function whole<T>(tree: Tree, language: Language<T>): T | undefined {
  if (tree.kind === "leaf") {
    checkCriterion(tree.criterion, tree.at);
    const [path, operator, operand] = tree.criterion as readonly [string, Operator, unknown];
    return language.leaf({ path, operator, operand });
  }
  if (tree.kind === "not") {
    const part = whole(tree.part, language);
    return part === undefined ? undefined : language.not(part);
  }
  const parts = tree.parts.map((part) => whole(part, language));
  return parts.length === 0 || parts.includes(undefined) ? undefined : language.join(tree.kind, parts as T[]);
}

/** The same question in one of few forms, which every language has to answer. */
export type Question =
  /** Is the value one of these (`null` among them: or missing)? `negated`: is it none of these? */
  | { readonly kind: "among"; readonly values: readonly unknown[]; readonly negated: boolean }
  /** Does the list contain this? `negated`: is there a list without it? */
  | { readonly kind: "contains"; readonly item: unknown; readonly negated: boolean }
  | { readonly kind: "ordered"; readonly operator: "<" | "<=" | ">" | ">="; readonly bound: unknown }
  | { readonly kind: "between"; readonly low: unknown; readonly high: unknown }
  /** Does the text begin or end with this? `negated`: is there a text that does not? */
  | { readonly kind: "affix"; readonly at: "start" | "end"; readonly text: string; readonly negated: boolean };

/** What a criterion asks; undefined for what only a predicate can answer. */
export function questionOf({ operator, operand }: Leaf): Question | undefined {
  const negated = isNegated(operator);
  switch (operator) {
    case "==":
    case "!=":
    case "is":
    case "not is":
      return { kind: "among", values: [operand ?? null], negated };
    case "is None":
    case "not is None":
      return { kind: "among", values: [null], negated };
    case "exists":
      return { kind: "among", values: [null], negated: operand !== false };
    case "in":
    case "not in":
      if (!Array.isArray(operand) && !(operand instanceof Set)) return undefined;
      return { kind: "among", values: [...(operand as Iterable<unknown>)], negated };
    case "ni":
    case "not ni":
      return { kind: "contains", item: operand, negated };
    case "between": {
      const [low, high] = operand as readonly [unknown, unknown];
      return { kind: "between", low, high };
    }
    case "<":
    case "<=":
    case ">":
    case ">=":
      return { kind: "ordered", operator, bound: operand };
    default:
      return affixOf(operand, negated);
  }
}

/** `^text` and `text\Z` are the patterns other languages know too. */
function affixOf(pattern: unknown, negated: boolean): Question | undefined {
  if (typeof pattern !== "string") return undefined;
  const [, start, body = "", end] = /^(\^|\\A)?((?:[^\\.^$*+?{}[\]|()]|\\[^\da-zA-Z])+)(\\Z)?$/.exec(pattern) ?? [];
  if ((start === undefined) === (end === undefined)) return undefined;
  return { kind: "affix", at: end === undefined ? "start" : "end", text: body.replace(/\\(.)/g, "$1"), negated };
}

/** A text as a pattern that finds it and nothing else. */
export function escapePattern(text: string): string {
  return text.replace(/[\\.^$*+?{}[\]|()]/g, "\\$&");
}
