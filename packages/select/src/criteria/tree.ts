import { CriteriaError } from "./errors.ts";
import type { Operator } from "./operators.ts";

/** One condition: where to look, how to compare, and with what. */
export type Criterion = readonly [path: string, operator: Operator, value?: unknown];

/**
 * Which records: one criterion, a list (all must hold), or a tree of `and`, `or`, `not`. An empty list selects everything.
 */
export type Criteria =
  | Criterion
  | readonly Criteria[]
  | { readonly and: readonly Criteria[] }
  | { readonly or: readonly Criteria[] }
  | { readonly not: Criteria };

/** Criteria read and checked for their shape; a leaf knows where it stood and is not yet checked itself. */
export type Tree =
  | { readonly kind: "leaf"; readonly at: string; readonly criterion: readonly unknown[] }
  | { readonly kind: "and" | "or"; readonly parts: readonly Tree[] }
  | { readonly kind: "not"; readonly part: Tree };

const DEEPEST = 500;

/**
 * Reads criteria into a tree. In compat mode a list of three that begins with a string is a criterion and any other list
 * holds criteria, as in the original; else every list that begins with a string is a criterion, and checked as one.
 */
export function readCriteria(criteria: unknown, compat: boolean, at = "criteria", depth = 0): Tree {
  if (depth > DEEPEST)
    throw new CriteriaError(`Criteria are nested more than ${DEEPEST} deep.`, { at, criterion: criteria });
  const list = (parts: readonly unknown[], where: string): Tree[] =>
    parts.map((part, i) =>
      compat && Array.isArray(part)
        ? leaf(part, `${where}[${i}]`)
        : readCriteria(part, compat, `${where}[${i}]`, depth + 1),
    );
  const leaf = (criterion: readonly unknown[], where: string): Tree => ({ kind: "leaf", at: where, criterion });
  if (Array.isArray(criteria)) {
    const single = typeof criteria[0] === "string" && (!compat || criteria.length === 3);
    return single ? leaf(criteria, at) : { kind: "and", parts: list(criteria, at) };
  }
  if (typeof criteria === "object" && criteria !== null && Object.keys(criteria).length === 1) {
    const { and, or, not } = criteria as Readonly<Record<string, unknown>>;
    if (Array.isArray(and)) return { kind: "and", parts: list(and, `${at}.and`) };
    if (Array.isArray(or)) return { kind: "or", parts: list(or, `${at}.or`) };
    if (not !== undefined) return { kind: "not", part: readCriteria(not, compat, `${at}.not`, depth + 1) };
  }
  if (compat && depth > 0) return leaf([], at);
  if (criteria == null) throw new TypeError(`expected criteria, got ${criteria}`);
  throw new CriteriaError(
    `${at} is neither [path, operator, value], nor a list of such, nor one of { and: [...] }, { or: [...] }, { not: ... }.`,
    { at, criterion: criteria },
  );
}

/** The criteria a tree was read from, in their plainest form. */
export function toPlainCriteria(tree: Tree): Criteria {
  if (tree.kind === "leaf") return tree.criterion as unknown as Criterion;
  if (tree.kind === "not") return { not: toPlainCriteria(tree.part) };
  const parts = tree.parts.map(toPlainCriteria);
  return tree.kind === "and" ? parts : { or: parts };
}
