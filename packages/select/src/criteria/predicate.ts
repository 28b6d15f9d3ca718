import { CriteriaError } from "./errors.ts";
import { fieldKind } from "./fields.ts";
import { createTest, OPERATORS, type Operator, type Test } from "./operators.ts";
import { compilePath } from "./paths.ts";
import { checkCriterion } from "./strict.ts";
import { type Criteria, readCriteria, type Tree } from "./tree.ts";
import type { CriteriaFor } from "./types.ts";

/** So many operators are the original's; the others are unknown to it. */
const ORIGINAL = 18;

/** How criteria are read. */
export interface PredicateOptions {
  /**
   * The Python package's behaviour, bit for bit: whatever is wrong with a criterion selects nothing and says nothing.
   *
   * @default false
   */
  readonly compat?: boolean;
}

/** Does this record meet the criteria? */
export type Predicate<R = unknown> = (record: R) => boolean;

/**
 * Compiles criteria once into a function over records.
 *
 * Missing values follow the original's rules: they are selected by `!=`, `not in` a list and `not is`, by nothing else.
 * Numbers that today's server sends as strings (`metadata.clinical.mel_thick_mm`) are read as numbers, unless `compat`.
 *
 * @throws CriteriaError when a criterion cannot mean anything (never with `compat`); TypeError when there are none.
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
  const compat = options.compat === true;
  return compileTree(readCriteria(criteria, compat), compat);
}

function compileTree(tree: Tree, compat: boolean): Predicate {
  if (tree.kind === "leaf") {
    const leaf = compileLeaf(tree.criterion, tree.at, compat);
    if (leaf === undefined) return () => false;
    const { test } = leaf;
    const get = compilePath(leaf.path, compat);
    return (record) => test(get(record));
  }
  if (tree.kind === "not") {
    const part = compileTree(tree.part, compat);
    return (record) => !part(record);
  }
  const parts = tree.parts.map((part) => compileTree(part, compat));
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

/** Compiles one criterion; undefined where compat mode silently selects nothing. */
export function compileLeaf(criterion: readonly unknown[], at: string, compat: boolean): LeafTest | undefined {
  const [path, operator, operand] = criterion as readonly [string, Operator, unknown];
  if (!compat) checkCriterion(criterion, at);
  else if (criterion.length !== 3 || !OPERATORS.slice(0, ORIGINAL).includes(operator)) return undefined;
  try {
    const test = createTest(operator, operand);
    return { path, test: compat || fieldKind(path) !== "decimal" ? test : (value) => test(decimal(value)) };
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    if (compat) return undefined;
    const message = `${at}: the pattern ${JSON.stringify(operand)} cannot be used: ${cause.message}.`;
    throw new CriteriaError(message, { at, criterion, cause });
  }
}

/** Today's server sends decimals as strings. */
function decimal(value: unknown): unknown {
  return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
}
