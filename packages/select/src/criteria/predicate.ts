// criteria/: which records meet criteria, by the rules of the Python package: paths, operators, checks, predicates.

import { PatternLimitError } from "../patterns/syntax.ts";
import { checkOptions } from "../suggest/index.ts";
import { CriteriaError } from "./errors.ts";
import { fieldKind } from "./fields.ts";
import { createTest, OPERATORS, type Operator, type Test } from "./operators.ts";
import { compilePath } from "./paths.ts";
import { checkCriterion } from "./strict.ts";
import { type Criteria, readCriteria, type Tree } from "./tree.ts";
import type { CriteriaFor } from "./types.ts";
import type { CriteriaWarning } from "./warnings.ts";

/** So many operators are the original's; the others are unknown to it. */
const ORIGINAL = 18;

/** How criteria are read. */
export interface PredicateOptions {
  /**
   * The Python package's behaviour, bit for bit: whatever is wrong with a criterion selects nothing and says nothing, and
   * patterns may use all of Python's syntax, lookaround and back references too.
   *
   * @default false
   */
  readonly compat?: boolean;
  /**
   * Called, with `compat`, for a pattern that Python would answer and we give up (too large, or more than ten million steps
   * on one text), once for each; it then selects nothing. Without it that is a CriteriaError.
   */
  readonly onWarning?: (warning: CriteriaWarning) => void;
}

/** Does this record meet the criteria? */
export type Predicate<R = unknown> = (record: R) => boolean;

/**
 * Compiles criteria once into a function over records.
 *
 * Missing values follow the original's rules: they are selected by `!=`, `not in` a list and `not is`, by nothing else.
 * Numbers that v2 sends as strings (`metadata.clinical.mel_thick_mm`) are read as numbers, unless `compat`.
 *
 * @throws CriteriaError when a criterion cannot mean anything (with `compat` only for a pattern that is given up, see
 *   `onWarning`); TypeError when there are none, or for an unknown option.
 * @example
 * ```ts
 * import { createPredicate } from "@isic/select";
 * const young = createPredicate([["age", "<", 40], ["sex", "in", ["female", "male"]]]);
 * console.log([{ age: 30, sex: "male" }, { age: 30 }].map(young)); // [ true, false ]
 * ```
 */
export function createPredicate<R = unknown>(
  criteria: Criteria | CriteriaFor<NoInfer<R>>,
  options: PredicateOptions = {},
): Predicate<R> {
  checkOptions("createPredicate", options, ["compat", "onWarning"]);
  return compileTree(readCriteria(criteria, options.compat === true), options);
}

function compileTree(tree: Tree, options: PredicateOptions): Predicate {
  if (tree.kind === "leaf") {
    const leaf = compileLeaf(tree.criterion, tree.at, options);
    if (leaf === undefined) return () => false;
    const { test } = leaf;
    const get = compilePath(leaf.path, options.compat === true);
    return (record) => test(get(record));
  }
  if (tree.kind === "not") {
    const part = compileTree(tree.part, options);
    return (record) => !part(record);
  }
  const parts = tree.parts.map((part) => compileTree(part, options));
  return tree.kind === "and" ? all(parts) : any(parts);
}

// Two and three are written out: a loop costs a third more.
function all(parts: readonly Predicate[]): Predicate {
  const [a, b, c] = parts;
  if (a === undefined) return () => true;
  if (b === undefined) return a;
  if (c === undefined) return (record) => a(record) && b(record);
  if (parts.length === 3) return (record) => a(record) && b(record) && c(record);
  return (record) => {
    for (const part of parts) if (!part(record)) return false;
    return true;
  };
}

function any(parts: readonly Predicate[]): Predicate {
  return (record) => {
    for (const part of parts) if (part(record)) return true;
    return false;
  };
}

/** A criterion compiled: where to look, and what to ask of the value. */
export interface LeafTest {
  readonly path: string;
  readonly test: Test;
}

/** Compiles one criterion; undefined where compat mode selects nothing. */
export function compileLeaf(
  criterion: readonly unknown[],
  at: string,
  options: PredicateOptions,
): LeafTest | undefined {
  const compat = options.compat === true;
  const [path, operator, operand] = criterion as readonly [string, Operator, unknown];
  if (!compat) checkCriterion(criterion, at);
  else if (criterion.length !== 3 || !OPERATORS.slice(0, ORIGINAL).includes(operator)) return undefined;
  let isGivenUp = false;
  const giveUp = (cause: unknown): void => {
    if (!(cause instanceof SyntaxError || cause instanceof PatternLimitError)) throw cause;
    if (compat && (isGivenUp || cause instanceof SyntaxError)) return;
    isGivenUp = true;
    const pattern = JSON.stringify(String(operand).slice(0, LONGEST_SHOWN));
    const message = `${at}: the pattern ${pattern} cannot be used: ${cause.message}`;
    if (!compat || options.onWarning === undefined) throw new CriteriaError(`${message}.`, { at, criterion, cause });
    const details = { kind: "pattern", at, path, value: operand, suggestions: [], suggestion: undefined } as const;
    options.onWarning({ ...details, message: `${message}; it selects nothing` });
  };
  try {
    const test = createTest(operator, operand, !compat);
    if (!compat && fieldKind(path) === "decimal") return { path, test: (value) => test(decimal(value)) };
    return { path, test: /match$|~$/.test(operator) ? givingUp(test, giveUp) : test };
  } catch (cause) {
    giveUp(cause);
    return undefined;
  }
}

/** More of a pattern is not shown. */
const LONGEST_SHOWN = 100;

/** A test that is false where it gives up. */
function givingUp(test: Test, giveUp: (cause: unknown) => void): Test {
  return (value) => {
    try {
      return test(value);
    } catch (cause) {
      giveUp(cause);
      return false;
    }
  };
}

/** v2 sends decimals as strings. */
function decimal(value: unknown): unknown {
  return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
}
