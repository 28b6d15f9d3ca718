import { type Criteria, readCriteria } from "../criteria/tree.ts";
import { type CriteriaWarning, leavesOf, pathWarning } from "../criteria/warnings.ts";
import { nearMatches } from "../suggest/index.ts";
import { bytesOf } from "./alternatives.ts";
import type { Query, Term, TermValue } from "./ast.ts";
import { meaningOf } from "./evaluate.ts";
import { queryFields, replacementOf } from "./fields.ts";
import { type UnknownValue, unknownValue } from "./known-values.ts";
import { parseQuery } from "./parse.ts";

/** Something about a search that the server accepts and that is probably not meant. */
export interface QueryWarning {
  /**
   * `case`, `value`: the archive knows no such value (but one in other letters). `field`: it is a value of another field.
   * `age`: no multiple of five. `rounded`: the server reads another number. `range`: an empty one, or of ages that there are not. `asterisk`: stands for
   * itself. `negated-ending`: leaves out what begins so. `fails`: the server answers 500. `long`: longer than one request.
   */
  readonly kind: UnknownValue["kind"] | "age" | "rounded" | "range" | "asterisk" | "negated-ending" | "fails" | "long";
  /** The field of the term; undefined for what is about the whole search. */
  readonly field: string | undefined;
  /** The value as it was written; undefined for ranges and the whole search. */
  readonly value: string | number | boolean | undefined;
  /** What may have been meant, best first. */
  readonly suggestions: readonly string[];
  readonly message: string;
}

/** The archive publishes no age above this. */
const OLDEST = 85;

/** A request line of the server has at most 8,192 bytes, of which the search is not all. */
const LONGEST = 8000;

/**
 * What will surprise in a search that is well formed: values that find nothing (or, negated, everything), with what may
 * have been meant; numbers that the server rounds; searches that it fails on, or that are too long for one request.
 *
 * @throws QueryError when the text is no search.
 * @example
 * ```ts
 * import { queryWarnings } from "@isic/select/query";
 * console.log(queryWarnings("sex:femal")[0]); // { kind: 'value', field: 'sex', value: 'femal', suggestions: [ 'female' ], ...
 * ```
 */
export function queryWarnings(query: string | Query): QueryWarning[] {
  const read = typeof query === "string" ? parseQuery(query) : query;
  const warnings = surprisesIn(read);
  const bytes = typeof query === "string" ? bytesOf(query) : 0;
  if (bytes <= LONGEST) return warnings;
  const message = `the search has ${bytes} bytes in an address, and the server takes about ${LONGEST} (status 400)`;
  return [...warnings, { kind: "long", field: undefined, value: undefined, suggestions: [], message }];
}

function surprisesIn(query: Query): QueryWarning[] {
  if (query.kind === "everything") return [];
  return query.kind === "term" ? surprisesOf(query) : query.parts.flatMap(surprisesIn);
}

function surprisesOf(term: Term): QueryWarning[] {
  const { field, negated, value } = term;
  const written = value.kind === "equals" ? value.value : "text" in value ? value.text : undefined;
  const warnings: QueryWarning[] = [];
  const warn = (kind: QueryWarning["kind"], message: string, suggestions: readonly string[] = []): void => {
    warnings.push({ kind, field, value: written, suggestions, message });
  };
  const known = queryFields().get(field);
  const numbers = numbersOf(value);
  if (known?.answered === false) {
    warn("fails", `"${field}" cannot be searched: the server takes the search and fails with status 500`);
    return warnings;
  }
  if (String(written).includes("\0") || (known?.step === 1 && numbers.some((each) => !Number.isFinite(each)))) {
    const what = String(written).includes("\0") ? "a NUL" : "a number that large";
    warn("fails", `"${field}" is compared with ${what}, on which the server fails with status 500`);
    return warnings;
  }
  if (known?.kind === "number") warnOfNumbers(term, warn);
  const text = typeof written === "string" ? written : "";
  if (text.includes("*")) {
    warn("asterisk", `an asterisk is a wildcard at one end of a value only; the one in "${text}" stands for itself`);
  } else {
    const unknown = unknownValue(field, value);
    const so = negated ? "; so it leaves nothing out" : "";
    if (unknown !== undefined) warn(unknown.kind, unknown.problem + so, unknown.suggestions);
  }
  if (negated && value.kind === "suffix") {
    const says = `-${field}:*${value.text}`;
    warn("negated-ending", `${says} leaves out what begins with "${value.text}": the server does not negate endings`);
  }
  return warnings;
}

function numbersOf(value: TermValue): number[] {
  if (value.kind === "range") return [value.low, value.high].flatMap((bound) => bound?.value ?? []);
  return value.kind === "equals" && typeof value.value === "number" ? [value.value] : [];
}

function warnOfNumbers(
  term: Term,
  warn: (kind: "age" | "rounded" | "range", message: string, suggestions?: readonly string[]) => void,
): void {
  const { field, value } = term;
  const meaning = meaningOf(term);
  const [said, read] = [numbersOf(value), numbersOf(meaning)];
  // An end of a range between two whole numbers means the same as the next, unless it is negative and rounded to 0.
  const isHarmless = (number: number): boolean =>
    value.kind === "range" && queryFields().get(field)?.step === 1 && number >= 0;
  const rounded = said.findIndex((number, i) => number !== read[i] && !isHarmless(number));
  if (rounded >= 0)
    warn("rounded", `the server reads ${said[rounded]} of "${field}" as ${read[rounded]}`, [String(read[rounded])]);
  else if (field === "age_approx" && value.kind === "equals" && (value.value as number) % 5 !== 0) {
    const near = Math.round(Number(value.value) / 5) * 5;
    const message = `"age_approx" is in fives, so nothing is ${value.value}; write ${near}, or a range`;
    warn("age", message, [String(near)]);
  }
  const [lowest, highest] = value.kind === "range" ? [value.low?.value, value.high?.value] : [said[0], said[0]];
  if (field === "age_approx" && ((lowest ?? 0) > OLDEST || (highest ?? 0) < 0)) {
    warn(
      "range",
      `"age_approx" goes from 0 to ${OLDEST}, which stands for all above too; so this is none`,
      lowest !== undefined && lowest > OLDEST ? [String(OLDEST)] : [],
    );
  }
  if (value.kind === "range" && value.low !== undefined && value.high !== undefined) {
    const { low, high } = value;
    const isEmpty = low.value > high.value || (low.value === high.value && !(low.inclusive && high.inclusive));
    if (isEmpty) warn("range", `the range of "${field}" from ${low.value} to ${high.value} is empty`);
  }
}

/** Fields of the records of v2 that the search language has not. */
const UNSEARCHABLE = [
  "metadata.clinical.acquisition_day",
  "metadata.acquisition.pixels_x",
  "metadata.acquisition.pixels_y",
];

/**
 * Says which criteria over the records of v2 ask for metadata, or for values, that the archive is not known to have, as
 * after a typing error, without looking at any record.
 *
 * @throws CriteriaError when they are no criteria.
 * @example
 * ```ts
 * import { criteriaWarnings } from "@isic/select/query";
 * console.log(criteriaWarnings(["metadata.clinical.age_aprox", ">=", 50])[0]?.suggestion); // metadata.clinical.age_approx
 * ```
 */
export function criteriaWarnings(criteria: Criteria): CriteriaWarning[] {
  const paths = [...[...queryFields().values()].map((field) => field.path), ...UNSEARCHABLE];
  const known = new Map(paths.map((path) => [path.slice(path.lastIndexOf(".") + 1), path]));
  return leavesOf(readCriteria(criteria, false)).flatMap(({ at, criterion }) => {
    const path = String(criterion[0]);
    const [, name] = /^metadata\.(?:clinical|acquisition)\.([^.]+)$/.exec(path) ?? [];
    const field = path.slice(path.lastIndexOf(".") + 1);
    if (queryFields().get(field)?.path === path) return valueWarnings(field, at, criterion);
    if (name === undefined || known.get(name) === path) return [];
    const meant = replacementOf(name)?.split(" ").slice(0, 1) ?? nearMatches(name, known.keys());
    const suggestions = meant.flatMap((each) => known.get(each) ?? []);
    return [pathWarning(at, criterion, "the archive is not known to have", suggestions)];
  });
}

/** Warns of each value that the archive is not known to have in a field. */
function valueWarnings(field: string, at: string, criterion: readonly unknown[]): CriteriaWarning[] {
  const [path, operator, operand] = criterion as readonly [string, string, unknown];
  if (!/^(?:[!=]=|(?:not )?in)$/.test(operator)) return [];
  const list = Array.isArray(operand) || operand instanceof Set ? [...(operand as Iterable<unknown>)] : [operand];
  const isList = /in$/.test(operator);
  return (isList && typeof operand === "string" ? [] : list).flatMap((value) => {
    const unknown = typeof value === "string" ? unknownValue(field, { kind: "equals", value }) : undefined;
    if (unknown === undefined) return [];
    const { problem, suggestions } = unknown;
    const message = `${at}: ${problem}`;
    return [{ kind: "value", at, path, value, suggestions, suggestion: suggestions[0], message } as const];
  });
}
