import { compare, contains, equals, isDict, isNumeric, needsCodePoints } from "./python.ts";
import { createMatcher } from "./regexp.ts";

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

const never: Test = () => false;

/**
 * The test an operator makes with its operand, by the original's rules: what Python refuses to compare is not selected.
 *
 * @throws SyntaxError for a pattern that cannot be used.
 */
export function createTest(operator: Operator, operand: unknown): Test {
  switch (operator) {
    case "==":
      return equalTo(operand);
    case "!=":
      return not(equalTo(operand));
    case "<":
      return ordered(
        operand,
        (value, bound) => value < bound,
        (order) => order < 0,
      );
    case "<=":
      return ordered(
        operand,
        (value, bound) => value <= bound,
        (order) => order <= 0,
      );
    case ">":
      return ordered(
        operand,
        (value, bound) => value > bound,
        (order) => order > 0,
      );
    case ">=":
      return ordered(
        operand,
        (value, bound) => value >= bound,
        (order) => order >= 0,
      );
    case "in":
      return within(operand, true);
    case "not in":
      return within(operand, false);
    case "ni":
      return (value) => contains(value, operand) === true;
    case "not ni":
      return (value) => contains(value, operand) === false;
    case "match":
    case "~":
      return matching(operand, true);
    case "not match":
    case "!~":
      return matching(operand, false);
    case "is":
      return identicalTo(operand);
    case "not is":
      return not(identicalTo(operand));
    case "is None":
      return (value) => value == null;
    case "not is None":
      return (value) => value != null;
    case "exists":
      return operand === false ? (value) => value == null : (value) => value != null;
    case "between": {
      const [low, high] = operand as readonly [unknown, unknown];
      return (value) => compare(value, low) >= 0 && compare(value, high) <= 0;
    }
  }
}

function not(test: Test): Test {
  return (value) => !test(value);
}

function equalTo(operand: unknown): Test {
  if (operand == null) return (value) => value == null;
  if (typeof operand === "string") return (value) => value === operand;
  return (value) => value === operand || equals(value, operand);
}

/** Numbers and plain strings are compared in place, which is most of the speed; all other kinds by `compare`. */
function ordered(
  operand: unknown,
  quick: (value: number | string, bound: number | string) => boolean,
  holds: (order: number) => boolean,
): Test {
  if (isNumeric(operand)) {
    const bound = +operand;
    return (value) => (typeof value === "number" || typeof value === "boolean") && quick(+value, bound);
  }
  if (typeof operand === "string" && !needsCodePoints(operand)) {
    return (value) => typeof value === "string" && quick(value, operand);
  }
  return (value) => value != null && holds(compare(value, operand));
}

function within(operand: unknown, wanted: boolean): Test {
  if (operand instanceof Set) return within([...operand], wanted);
  if (!Array.isArray(operand)) return (value) => contains(operand, value ?? null) === wanted;
  const scalars = operand.every((item) => item == null || typeof item !== "object");
  if (!scalars) return (value) => operand.some((item) => equals(item, value)) === wanted;
  const known = new Set(operand.map(scalarKey));
  return (value) => known.has(scalarKey(value)) === wanted;
}

/** Booleans are the numbers 0 and 1, and there is one way to have no value. */
function scalarKey(value: unknown): unknown {
  return typeof value === "boolean" ? +value : value === undefined ? null : value;
}

function matching(operand: unknown, wanted: boolean): Test {
  if (typeof operand !== "string" && !(operand instanceof RegExp)) return never;
  const matches = createMatcher(operand);
  return (value) => typeof value === "string" && matches(value) === wanted;
}

/** Identity of JSON values: only null, true and false are one object. */
function identicalTo(operand: unknown): Test {
  if (operand == null) return (value) => value == null;
  return typeof operand === "boolean" ? (value) => value === operand : never;
}

/** Can `in` look into this? */
export function isContainer(value: unknown): boolean {
  return typeof value === "string" || Array.isArray(value) || value instanceof Set || isDict(value);
}
