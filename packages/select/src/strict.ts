import { CriteriaError } from "./errors.ts";
import { type FieldKind, fieldKind } from "./fields.ts";
import { isContainer, OPERATORS, type Operator } from "./operators.ts";
import { isNumeric } from "./python.ts";
import { nearest } from "./suggest.ts";

/** What people write for an operator elsewhere. */
const OTHER_NAMES: Readonly<Record<string, Operator>> = {
  "=": "==",
  "===": "==",
  eq: "==",
  "!==": "!=",
  "<>": "!=",
  ne: "!=",
  "=<": "<=",
  "=>": ">=",
  lt: "<",
  gt: ">",
  lte: "<=",
  gte: ">=",
  contains: "ni",
  includes: "ni",
  has: "ni",
  nin: "not in",
  like: "~",
  regex: "~",
  search: "~",
  "is not": "not is",
  "is null": "is None",
  "is not None": "not is None",
};

/** Operators that need no third part. */
const UNARY: readonly string[] = ["is None", "not is None", "exists"];

/**
 * Checks one criterion: three parts (two where the operator needs no value), a known operator, an operand the operator
 * can use, and one that a field of known kind can ever meet.
 *
 * @throws CriteriaError
 */
export function checkCriterion(criterion: readonly unknown[], at: string): void {
  const fail: Fail = (problem, hint, suggestion) => {
    const advice = suggestion === undefined ? hint : `did you mean ${show(suggestion)}${hint && ` (${hint})`}?`;
    throw new CriteriaError(`${at} ${show(criterion)}: ${problem}; ${advice}`, { at, criterion, suggestion });
  };
  const [path, operator, operand] = criterion;
  if (typeof path !== "string") fail("the path is not a string", "write [path, operator, value]");
  if (!OPERATORS.includes(operator as Operator)) {
    const meant =
      (Object.hasOwn(OTHER_NAMES, String(operator)) ? OTHER_NAMES[String(operator)] : undefined) ??
      nearest(String(operator), OPERATORS) ??
      "==";
    fail(`${show(operator)} is not an operator`, "", meant);
  }
  const shortest = UNARY.includes(operator as string) ? 2 : 3;
  if (criterion.length < shortest || criterion.length > 3) {
    fail(`it has ${criterion.length} parts`, `"${operator}" takes ${shortest === 2 ? "2 or 3" : "3"}`);
  }
  checkOperand(operator as Operator, operand, fail);
  const kind = fieldKind(path as string);
  if (kind !== undefined) checkKind(kind, operator as Operator, operand, fail);
}

type Fail = (problem: string, hint: string, suggestion?: unknown) => never;

function checkOperand(operator: Operator, operand: unknown, fail: Fail): void {
  const kind = operand == null ? "nothing" : Array.isArray(operand) ? "a list" : `a ${typeof operand}`;
  if (/^[<>]/.test(operator) && !isOrdered(operand)) {
    fail(`nothing is "${operator}" ${kind}`, "give a number, a string or a list");
  }
  if (operator === "in" || operator === "not in") {
    if (!isContainer(operand)) fail(`nothing is in ${kind}`, "give a list", [operand]);
  }
  if (operator === "between") {
    const [low, high] = Array.isArray(operand) && operand.length === 2 ? operand : [];
    if (!isOrdered(low) || typeof low !== typeof high)
      fail("it needs two bounds of one kind", "give [lowest, highest]");
    else if (low > high) fail("its bounds are the wrong way round", "", [high, low]);
  }
  if (/^(not )?match$|~/.test(operator) && typeof operand !== "string" && !(operand instanceof RegExp)) {
    fail(`${kind} is not a pattern`, "give a string or a RegExp");
  }
  if (/^(not )?is$/.test(operator) && operand != null && typeof operand !== "boolean") {
    fail(`"${operator}" compares identity, which only null, true and false have`, "", operator === "is" ? "==" : "!=");
  }
}

function isOrdered(value: unknown): value is string {
  return typeof value === "string" || isNumeric(value) || Array.isArray(value);
}

/** A comparison of a field that holds numbers with a string, and the like, tells no records apart. */
function checkKind(kind: FieldKind, operator: Operator, operand: unknown, fail: Fail): void {
  const instead = (meant: unknown): never =>
    fail(`the field holds ${PLURAL[kind]}, of which "${operator}" ${show(operand)} tells none apart`, "", meant);
  const equality = /^(not|!)/.test(operator) ? "!=" : "==";
  const list = operand instanceof Set ? [...operand] : operand;
  if (/^(==|!=|[<>])/.test(operator)) {
    if (operand != null && !fits(kind, operand)) instead(convert(kind, operand));
  } else if (operator === "between" || /in$/.test(operator)) {
    const ends = Array.isArray(list) ? list : typeof list === "string" && kind !== "string" ? [list] : [];
    if (ends.length > 0 && ends.every((end) => end != null && !fits(kind, end))) {
      instead(ends.map((end) => convert(kind, end)));
    }
  } else if (/ni$/.test(operator)) {
    if (kind !== "list" && !(kind === "string" && typeof operand === "string")) instead(equality);
  } else if (/match$|~/.test(operator)) {
    if (kind !== "string") instead(equality);
  } else if (/is$/.test(operator) && operand != null && kind !== "boolean") instead(equality);
}

const PLURAL: Readonly<Record<FieldKind, string>> = {
  number: "numbers",
  decimal: "numbers",
  boolean: "true or false",
  string: "strings",
  list: "lists",
};

/** Booleans are numbers here, as in the original: `melanocytic == 1`. */
function fits(kind: FieldKind, operand: unknown): boolean {
  if (kind === "list") return Array.isArray(operand);
  return kind === "string" ? typeof operand === "string" : isNumeric(operand);
}

/** What was meant by a value of the wrong kind: `"15"` for a number, `"true"` for a boolean. */
function convert(kind: FieldKind, operand: unknown): unknown {
  if (kind === "list") return [operand];
  if (kind === "string") return String(operand);
  if (kind === "boolean") return !/^(false|no?|)$/i.test(String(operand));
  return Number.isFinite(Number.parseFloat(String(operand))) ? Number.parseFloat(String(operand)) : 0;
}

/** A value as one would write it, cut where it grows long. */
function show(value: unknown): string {
  const text = value instanceof RegExp ? String(value) : (safeJson(value) ?? String(value));
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

function safeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? `${item}n` : item));
  } catch {
    return undefined;
  }
}
