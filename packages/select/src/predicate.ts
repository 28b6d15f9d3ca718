import { type Criteria, readCriteria, type Tree } from "./criteria.ts";
import { CriteriaError } from "./errors.ts";
import { fieldKind } from "./fields.ts";
import { createTest, OPERATORS, type Operator } from "./operators.ts";
import { compilePath, type Getter } from "./path.ts";
import { checkCriterion } from "./strict.ts";

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
export function createPredicate<R = unknown>(criteria: Criteria, options: PredicateOptions = {}): Predicate<R> {
  const compat = options.compat === true;
  return compileTree(readCriteria(criteria, compat), compat);
}

function compileTree(tree: Tree, compat: boolean): Predicate {
  if (tree.kind === "leaf") return compileLeaf(tree.criterion, tree.at, compat);
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

function compileLeaf(criterion: readonly unknown[], at: string, compat: boolean): Predicate {
  const [path, operator, operand] = criterion;
  try {
    if (compat) {
      if (criterion.length !== 3 || !OPERATORS.includes(operator as Operator)) return () => false;
      if (operator === "between" || operator === "exists") return () => false;
    } else checkCriterion(criterion, at);
    const get = getter(path as string, compat);
    const test = createTest(operator as Operator, operand);
    return (record) => test(get(record));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    if (compat) return () => false;
    const message = `${at}: the pattern ${JSON.stringify(operand)} cannot be used: ${cause.message}.`;
    throw new CriteriaError(message, { at, criterion, cause });
  }
}

function getter(path: string, compat: boolean): Getter {
  const get = compilePath(path);
  if (compat || fieldKind(path) !== "decimal") return get;
  return (record) => {
    const value = get(record);
    return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  };
}
