import { type Affixes, affixesOf } from "../patterns/affixes.ts";
import { isNegated, type Operator } from "./operators.ts";
import { checkCriterion } from "./strict.ts";
import { type Criteria, readCriteria, type Tree, toPlainCriteria } from "./tree.ts";

/** A criterion taken apart. */
export interface Leaf {
  readonly path: string;
  readonly operator: Operator;
  readonly operand: unknown;
}

/** Something said in another language; where it is not exact, it selects more than was meant, never less. */
export interface Said<T> {
  readonly said: T;
  readonly isExact: boolean;
}

/** How to say criteria in another language; undefined where it has no words. */
export interface Language<T> {
  leaf(leaf: Leaf): Said<T> | undefined;
  join(kind: "and" | "or", parts: readonly T[]): T;
  /** What selects the others; asked for what was said of one leaf, exactly. */
  not(said: T): T | undefined;
}

/** One of the criteria that must all hold, and how the other language says it, if it does. */
export interface Translated<T> {
  readonly criteria: Criteria;
  readonly said: Said<T> | undefined;
}

/**
 * Translates criteria as far as the language goes, so that what was said selects at least what the criteria select. Of
 * conditions that must all hold, those are left out that cannot be said; alternatives must all be said.
 */
export function translate<T>(criteria: Criteria, language: Language<T>): readonly Translated<T>[] {
  const parts = conjuncts(readCriteria(criteria, false));
  return parts.map((tree) => ({ criteria: toPlainCriteria(tree), said: say(tree, false, language) }));
}

/** What of the criteria is left to check afterwards; an empty list when everything is said exactly. */
export function restOf(parts: readonly Translated<unknown>[]): readonly Criteria[] {
  return parts.filter(({ said }) => said?.isExact !== true).map(({ criteria }) => criteria);
}

function conjuncts(tree: Tree): readonly Tree[] {
  return tree.kind === "and" ? tree.parts.flatMap(conjuncts) : [tree];
}

/** A negation goes down to the leaves (De Morgan), where alone it can be said whether it is exact. */
function say<T>(tree: Tree, negated: boolean, language: Language<T>): Said<T> | undefined {
  if (tree.kind === "not") return say(tree.part, !negated, language);
  if (tree.kind === "leaf") {
    checkCriterion(tree.criterion, tree.at);
    const [path, operator, operand] = tree.criterion as readonly [string, Operator, unknown];
    const leaf = language.leaf({ path, operator, operand });
    if (!negated || leaf === undefined) return leaf;
    const said = leaf.isExact ? language.not(leaf.said) : undefined;
    return said === undefined ? undefined : { said, isExact: true };
  }
  const all = tree.parts.map((part) => say(part, negated, language));
  const parts = all.filter((part) => part !== undefined);
  const kind = negated === (tree.kind === "and") ? "or" : "and";
  const isComplete = parts.length === all.length;
  if (parts.length === 0 || (kind === "or" && !isComplete)) return undefined;
  const said = language.join(
    kind,
    parts.map((part) => part.said),
  );
  return { said, isExact: isComplete && parts.every((part) => part.isExact) };
}

/** The same question in one of few forms, which every language has to answer. */
export type Question =
  /** Is the value one of these (`null` among them: or missing)? `negated`: is it none of these? */
  | { readonly kind: "among"; readonly values: readonly unknown[]; readonly negated: boolean }
  /** Does the list, or the text, contain this? `negated`: is there one without it? */
  | { readonly kind: "contains"; readonly item: unknown; readonly negated: boolean }
  | { readonly kind: "ordered"; readonly operator: "<" | "<=" | ">" | ">="; readonly bound: unknown }
  | { readonly kind: "between"; readonly low: unknown; readonly high: unknown }
  /** Does the text begin with, end with, contain or equal one of these? `negated`: is there a text that does not? */
  | (Affixes & { readonly kind: "affix"; readonly negated: boolean });

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
    default: {
      const affixes = typeof operand === "string" ? affixesOf(operand) : undefined;
      // A superset of what a pattern finds is none of what it does not find.
      if (affixes === undefined || (negated && !affixes.isExact)) return undefined;
      return { kind: "affix", ...affixes, negated };
    }
  }
}
