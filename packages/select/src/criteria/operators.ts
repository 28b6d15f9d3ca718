import { createMatcher } from "../patterns/matcher.ts";
import { compare, contains, equals, isNumeric } from "./python-values.ts";

/** Tests the value found at a criterion's path; `undefined` and `null` both stand for a missing value. */
export type Test = (value: unknown) => boolean;

/** Every operator and alias, from the original's table; `between` and `exists` are additions. */
export const OPERATORS = [
  "==",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "in",
  "not in",
  "ni",
  "not ni",
  "match",
  "~",
  "not match",
  "!~",
  "is",
  "not is",
  "is None",
  "not is None",
  "between",
  "exists",
] as const;

/** The name of an operator. */
export type Operator = (typeof OPERATORS)[number];

/**
 * The test an operator makes with its operand, by the original's rules: what Python refuses to compare is not selected.
 *
 * @param plainPatterns Refuse what Python's patterns have beyond plain ones: lookaround, back references, inline flags.
 * @throws SyntaxError or PatternLimitError for a pattern that cannot be used; the test throws the latter, too.
 */
export function createTest(operator: Operator, operand: unknown, plainPatterns: boolean): Test {
  const wanted = !isNegated(operator);
  switch (operator.replace(/^not |!/, "")) {
    case "==":
    case "=": // of "!="
      return equalTo(operand, wanted);
    case "<":
      return ordered(operand, (order) => order < 0);
    case "<=":
      return ordered(operand, (order) => order <= 0);
    case ">":
      return ordered(operand, (order) => order > 0);
    case ">=":
      return ordered(operand, (order) => order >= 0);
    case "in":
      return within(operand, wanted);
    case "ni":
      return (value) => contains(value, operand) === wanted;
    case "match":
    case "~":
      return matching(operand, wanted, plainPatterns);
    case "is":
      return identicalTo(operand, wanted);
    case "is None":
      return equalTo(null, wanted);
    case "exists":
      return equalTo(null, operand === false);
    default: {
      const [low, high] = operand as readonly [unknown, unknown];
      return (value) => compare(value, low) >= 0 && compare(value, high) <= 0;
    }
  }
}

/** `not in`, `!=`, ... */
export function isNegated(operator: string): boolean {
  return /^not|!/.test(operator);
}

function equalTo(operand: unknown, wanted: boolean): Test {
  // Texts need no rules, and most criteria compare with one.
  if (typeof operand === "string") return (value) => (value === operand) === wanted;
  return (value) => equals(value, operand) === wanted;
}

function ordered(operand: unknown, holds: (order: number) => boolean): Test {
  // Neither do numbers, but a difference of infinities is none.
  if (Number.isFinite(operand)) {
    const bound = operand as number;
    return (value) => isNumeric(value) && holds(+value - bound);
  }
  return (value) => holds(compare(value, operand));
}

function within(operand: unknown, wanted: boolean): Test {
  const items = operand instanceof Set ? [...operand] : operand;
  if (Array.isArray(items) && items.every((item) => item === null || typeof item !== "object")) {
    const known = new Set(items.map(scalarKey));
    return (value) => known.has(scalarKey(value)) === wanted;
  }
  return (value) => contains(items, value ?? null) === wanted;
}

/** Booleans are the numbers 0 and 1, and there is one way to have no value. */
function scalarKey(value: unknown): unknown {
  return typeof value === "boolean" ? +value : (value ?? null);
}

function matching(operand: unknown, wanted: boolean, plain: boolean): Test {
  if (typeof operand !== "string" && !(operand instanceof RegExp)) return () => false;
  const matches = createMatcher(operand, { plain });
  return (value) => typeof value === "string" && matches(value) === wanted;
}

/** Identity of JSON values: only null, true and false are one object. */
function identicalTo(operand: unknown, wanted: boolean): Test {
  const isOne = operand == null || typeof operand === "boolean";
  return (value) => (isOne && (value ?? null) === (operand ?? null)) === wanted;
}
