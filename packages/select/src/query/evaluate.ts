import { compilePath } from "../criteria/paths.ts";
import type { Predicate } from "../criteria/predicate.ts";
import { checkOptions } from "../suggest/index.ts";
import type { Query, Term, TermValue } from "./ast.ts";
import { queryFields } from "./fields.ts";
import { parseQuery } from "./parse.ts";

/** Which of the server's two engines to agree with where they differ. */
export interface QueryOptions {
  /**
   * The rows of a search come from Postgres, its sizes and facets from Elasticsearch. They differ in three cases:
   * `-field:*end` excludes in Postgres what *begins* so, and in Elasticsearch what ends so; `?`, and an asterisk inside
   * a text that has another at its end, are wildcards in Elasticsearch only; and Postgres rounds the numbers of a search
   * (`age_approx:50.5` is 50, `mel_thick_mm:0.8000001` is 0.8).
   *
   * @default "postgres"
   */
  readonly engine?: "postgres" | "elasticsearch";
}

/**
 * Compiles a search into a function over records of v2, which then selects what the server selects.
 *
 * @param query A search as text or read by `parseQuery`.
 * @throws QueryError when the text is no search; RangeError for an unknown engine, TypeError for an unknown option.
 * @example
 * ```ts
 * import { createQueryPredicate } from "@isic/select/query";
 * const matches = createQueryPredicate('diagnosis_3:"Melanoma*" -sex:male');
 * console.log(matches({ metadata: { clinical: { diagnosis_3: "Melanoma Invasive" } } })); // true
 * ```
 */
export function createQueryPredicate(query: string | Query, options: QueryOptions = {}): Predicate {
  checkOptions("createQueryPredicate", options, ["engine"]);
  const { engine = "postgres" } = options;
  if (engine !== "postgres" && engine !== "elasticsearch") {
    throw new RangeError(`expected the engine "postgres" or "elasticsearch", got ${JSON.stringify(engine)}`);
  }
  return compile(typeof query === "string" ? parseQuery(query) : query, engine === "elasticsearch");
}

function compile(query: Query, elastic: boolean): Predicate {
  if (query.kind === "everything") return () => true;
  if (query.kind === "term") return compileTerm(query, elastic);
  const parts = query.parts.map((part) => compile(part, elastic));
  const all = query.kind === "and";
  return (record) => {
    for (const part of parts) if (part(record) !== all) return !all;
    return all;
  };
}

function compileTerm(term: Term, elastic: boolean): Predicate {
  const field = queryFields().get(term.field);
  if (field === undefined) throw new RangeError(`expected a field of the search language, got "${term.field}"`);
  const read = compilePath(field.path);
  const test = compileValue(meaningOf(term, elastic), elastic);
  const { negated } = term;
  if (field.kind !== "number") return (record) => test(read(record)) !== negated;
  return (record) => {
    const value = read(record);
    return test(typeof value === "string" ? Number(value) : value) !== negated;
  };
}

/**
 * What the server makes of a value: two old names of image types, Postgres's negated suffix, and numbers as its columns
 * hold them. The same value where it means what it says.
 */
export function meaningOf({ field, negated, value }: Term, elastic = false): TermValue {
  const step = elastic ? undefined : queryFields().get(field)?.step;
  if (step !== undefined) return roundedAs(value, step === 1);
  if (field === "image_type" && value.kind === "equals") {
    if (value.value === "clinical") return { kind: "equals", value: "clinical: close-up" };
    if (value.value === "overview") return { kind: "equals", value: "clinical: overview" };
  }
  return negated && value.kind === "suffix" && !elastic ? { kind: "prefix", text: value.text } : value;
}

/**
 * Django rounds what whole numbers are compared with: up for `>=` and `<`, which changes nothing, and towards zero for `=`,
 * `>` and `<=`, which does. Decimals are rounded to the five digits of their columns, `numeric(5, 2)`.
 */
function roundedAs(value: TermValue, isWhole: boolean): TermValue {
  const round = (number: number, isUp: boolean): number =>
    isWhole ? (isUp ? Math.ceil(number) : Math.trunc(number)) : toFiveDigits(number);
  if (value.kind === "equals") {
    const wanted = round(value.value as number, false);
    return wanted === value.value ? value : { kind: "equals", value: wanted };
  }
  if (value.kind !== "range") return value;
  const { low, high } = value;
  const from = low && { value: round(low.value, low.inclusive), inclusive: low.inclusive };
  const to = high && { value: round(high.value, !high.inclusive), inclusive: high.inclusive };
  if (from?.value === low?.value && to?.value === high?.value) return value;
  return { kind: "range", ...(from && { low: from }), ...(to && { high: to }) };
}

/** Five significant digits, as Python's `decimal` rounds: a half goes to the even digit. */
function toFiveDigits(number: number): number {
  if (!Number.isFinite(number)) return number;
  const [, digits = "", after = "", power = ""] = /^(-?\d\.\d{4})(\d*)e(.*)$/.exec(number.toExponential(60)) ?? [];
  const isHalf = /^50*$/.test(after) && "02468".includes(digits.at(-1) as string);
  return isHalf ? Number(`${digits}e${power}`) : Number(number.toExponential(4));
}

/** A missing value meets no test, so the negation of every test includes it. */
function compileValue(value: TermValue, elastic: boolean): (found: unknown) => boolean {
  switch (value.kind) {
    case "any":
      return (found) => found != null;
    case "equals": {
      const wanted = value.value;
      return (found) => found === wanted;
    }
    case "prefix":
    case "suffix": {
      const { kind, text } = value;
      if (elastic && /[*?]/.test(text)) {
        const pattern = kind === "prefix" ? `${text}*` : `*${text}`;
        return (found) => typeof found === "string" && glob(pattern, found);
      }
      if (kind === "prefix") return (found) => typeof found === "string" && found.startsWith(text);
      return (found) => typeof found === "string" && found.endsWith(text);
    }
    case "range": {
      const { low, high } = value;
      return (found) =>
        typeof found === "number" &&
        (low === undefined || found > low.value || (low.inclusive && found === low.value)) &&
        (high === undefined || found < high.value || (high.inclusive && found === high.value));
    }
  }
}

/** `*` stands for any text, `?` for one character; at most one step back per asterisk. */
function glob(pattern: string, text: string): boolean {
  let [p, t, star, resume] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") [star, resume, p] = [p, t, p + 1];
    else if (pattern[p] === "?" || pattern[p] === text[t]) [p, t] = [p + 1, t + 1];
    else if (star >= 0) [p, resume, t] = [star + 1, resume + 1, resume + 1];
    else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
