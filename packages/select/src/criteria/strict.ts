import { nearMatches } from "../suggest/index.ts";
import { CriteriaError } from "./errors.ts";
import { type FieldKind, fieldKind } from "./fields.ts";
import { isNegated, OPERATORS, type Operator } from "./operators.ts";
import { isNumeric } from "./python-values.ts";

/** What people write for an operator elsewhere; of other words the nearest operator is taken. */
const OTHER_NAMES: Readonly<Record<string, Operator>> = {
  "=": "==",
  "<>": "!=",
  contains: "ni",
  includes: "ni",
  like: "~",
  "is not": "not is",
  "is null": "is None",
};

/** Which operands operators take: what fits, how to say it, and what may have been meant by what does not. */
const OPERANDS: readonly (readonly [
  operators: RegExp,
  fits: (operand: unknown) => boolean,
  what: string,
  meant?: (operand: unknown, operator: string) => unknown,
])[] = [
  [/^[<>]/, isOrdered, "a number, a string or a list"],
  [
    /in$/,
    (operand) => typeof operand === "string" || (typeof operand === "object" && operand !== null),
    "a list, an object or a string",
    (operand) => [operand],
  ],
  [
    /^b/,
    (operand) => isPair(operand) && operand[0] <= operand[1],
    "[lowest, highest]",
    (operand) => (isPair(operand) ? [operand[1], operand[0]] : undefined),
  ],
  [/match$|~/, (operand) => typeof operand === "string" || operand instanceof RegExp, "a string or a RegExp"],
  [
    /is$/,
    (operand) => operand == null || typeof operand === "boolean",
    "null, true or false",
    (_, operator) => equality(operator),
  ],
];

/**
 * Checks one criterion: three parts (two where the operator needs no value), a known operator, an operand the operator
 * can use, and one that a field of known kind can ever meet.
 *
 * @throws CriteriaError
 */
export function checkCriterion(criterion: readonly unknown[], at: string): void {
  const fail = (problem: string, suggestion?: unknown): never => {
    const advice = suggestion === undefined ? "" : `; did you mean ${show(suggestion)}?`;
    throw new CriteriaError(`${at} ${show(criterion)}: ${problem}${advice}`, { at, criterion, suggestion });
  };
  const [path, word, operand] = criterion;
  const operator = word as Operator;
  if (typeof path !== "string") fail("the path is not a string");
  if (!OPERATORS.includes(operator)) {
    const name = asText(word);
    const known = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : nearMatches(name, OPERATORS)[0];
    fail(`${show(word)} is not an operator`, known ?? "==");
  }
  const fewest = /None$|exists/.test(operator) ? 2 : 3;
  if (criterion.length < fewest || criterion.length > 3) {
    fail(`it has ${criterion.length} parts where "${operator}" takes ${fewest === 2 ? "2 or " : ""}3`);
  }
  const [, fits, what, meant] = OPERANDS.find(([operators]) => operators.test(operator)) ?? [];
  if (fits?.(operand) === false) fail(`"${operator}" takes ${what}`, meant?.(operand, operator));
  const kind = fieldKind(path as string);
  const better = kind && meantFor(kind, operator, operand);
  if (better !== undefined) {
    const holds = kind === "boolean" ? "true or false" : kind === "decimal" ? "numbers" : `${kind}s`;
    // 0 stands for what is no number at all, too.
    const advice = better === 0 ? undefined : better;
    fail(`the field holds ${holds}, of which "${operator}" ${show(operand)} tells none apart`, advice);
  }
}

function isOrdered(operand: unknown): operand is string {
  return typeof operand === "string" || isNumeric(operand) || Array.isArray(operand);
}

function isPair(operand: unknown): operand is [string, string] {
  if (!Array.isArray(operand) || operand.length !== 2) return false;
  return isOrdered(operand[0]) && typeof operand[0] === typeof operand[1];
}

/** What to write where an operand and a field of this kind can never meet; undefined where they can. */
function meantFor(kind: FieldKind, operator: Operator, operand: unknown): unknown {
  const isText = kind === "string";
  const meets = (value: unknown): boolean => value == null || fits(kind, value);
  if (/[=<>]/.test(operator)) return meets(operand) ? undefined : convert(kind, operand);
  if (/in$|^b/.test(operator)) {
    const values = operand instanceof Set ? [...operand] : typeof operand === "string" && !isText ? [operand] : operand;
    if (!Array.isArray(values) || values.length === 0 || values.some(meets)) return undefined;
    return values.map((value) => convert(kind, value));
  }
  const possible = /ni$/.test(operator)
    ? kind === "list" || (isText && typeof operand === "string")
    : /is$/.test(operator)
      ? operand == null || kind === "boolean"
      : isText || /None|ex/.test(operator);
  return possible ? undefined : equality(operator);
}

function equality(operator: string): Operator {
  return isNegated(operator) ? "!=" : "==";
}

/** Booleans are numbers here, as in the original: `melanocytic == 1`. */
function fits(kind: FieldKind, operand: unknown): boolean {
  if (kind === "list") return Array.isArray(operand);
  return kind === "string" ? typeof operand === "string" : isNumeric(operand);
}

/** What was meant by a value of the wrong kind: `"15"` for a number, `"true"` for a boolean. */
function convert(kind: FieldKind, operand: unknown): unknown {
  if (kind === "list") return [operand];
  const text = asText(operand);
  if (kind === "string") return text;
  return kind === "boolean" ? /^[ty]/i.test(text) : Number.parseFloat(text) || 0;
}

/** A value's own text; of a list or an object none, which may go on for ever, or have no text at all. */
function asText(value: unknown): string {
  return typeof value === "object" && value !== null && !(value instanceof RegExp || value instanceof Date)
    ? ""
    : String(value);
}

/** A value as one would write it, cut where it grows long. */
function show(value: unknown): string {
  let text =
    (typeof value === "object" && value !== null) || typeof value === "function" ? typeof value : String(value);
  try {
    text = (value instanceof RegExp ? String(value) : JSON.stringify(value)) ?? text;
  } catch {
    // What JSON cannot say (cycles, large integers) is shown by its kind.
  }
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
