import { type Leaf, questionOf, restOf, type Said, translate } from "../criteria/translate.ts";
import type { Criteria } from "../criteria/tree.ts";
import { conjunctionsOf, fromConjunctions, productOf } from "./alternatives.ts";
import { type Bound, join, type Query, type Term, type TermValue } from "./ast.ts";
import { meaningOf } from "./evaluate.ts";
import { type QueryField, queryFields } from "./fields.ts";
import { formatQuery } from "./format.ts";

/** Criteria shared between the server and us: it selects by `query`, we select from its answer by `rest`. */
export interface QueryTranslation {
  /**
   * A search in the archive's language, which finds at least what the criteria select; empty (the search for everything)
   * when it can say none of them. May be too long for one request: see `splitQuery`.
   */
  readonly query: string;
  /** Does it find nothing more? */
  readonly isExact: boolean;
  /** What the language cannot say, or not exactly; an empty list when it says all. */
  readonly rest: Criteria;
}

/** Longer lists are left to us: as searches of one request each (`splitQuery`) they would be more than 200. */
const MOST_ALTERNATIVES = 10_000;
/** Lists multiplied with each other may have so many: the server takes about a second for 300 terms. */
const MOST_BY_PRODUCT = 512;
const MOST_TERMS = 40_000;

/**
 * Says criteria over the records of v2 (paths such as `metadata.clinical.sex`) in the archive's search language, as far as
 * it goes: the records that meet the criteria are those that meet both `query` and `rest`.
 *
 * The search is written as alternatives of conjunctions, without groups: releases of the server's parser fail (500) on a
 * group inside `AND`.
 *
 * Not said: substrings (`ni`), patterns that do not begin with `^text` or end with `text\Z`, orders of text, fields that
 * cannot be searched, and alternatives of which one cannot be said.
 *
 * @throws CriteriaError as `createPredicate`.
 * @example
 * ```ts
 * import { toQuery } from "@isic/select/query";
 * const { query, rest, isExact } = toQuery([
 *   ["metadata.clinical.age_approx", "<=", 40],
 *   ["metadata.clinical.diagnosis_3", "ni", "Nevus"],
 * ]);
 * console.log(query, rest, isExact); // age_approx:[* TO 40] [ [ 'metadata.clinical.diagnosis_3', 'ni', 'Nevus' ] ] false
 * ```
 */
export function toQuery(criteria: Criteria): QueryTranslation {
  const parts = translate<Query>(criteria, { leaf: sayLeaf, join, not: negate }).map((part) => {
    const alternatives = part.said && conjunctionsOf(part.said.said, MOST_ALTERNATIVES, MOST_BY_PRODUCT);
    return alternatives === undefined ? { ...part, said: undefined, alternatives: [] } : { ...part, alternatives };
  });
  const kept = fitting(parts.filter(({ said }) => said !== undefined));
  const rest = restOf(parts.map((part) => (kept.has(part) ? part : { ...part, said: undefined })));
  const alternatives = productOf([...kept].map((part) => part.alternatives));
  const query = kept.size === 0 ? "" : formatQuery(fromConjunctions(alternatives));
  return { query, isExact: rest.length === 0, rest };
}

/** Those parts, in their order, that together have not too many alternatives. */
function fitting<P extends { readonly alternatives: readonly (readonly Term[])[] }>(parts: readonly P[]): Set<P> {
  const count = ({ alternatives }: P): number => alternatives.length;
  // Ids select least of all, so they come first; then what multiplies least.
  const isOfIds = ({ alternatives }: P): boolean => alternatives.every((terms) => terms.some(isId));
  const order = [...parts].sort((a, b) => +isOfIds(b) - +isOfIds(a) || count(a) - count(b));
  let [product, terms] = [1, 0];
  const chosen = new Set(
    order.filter((part) => {
      const more = product * count(part);
      const all = terms + Math.max(...part.alternatives.map(({ length }) => length));
      const fits = more <= Math.max(MOST_BY_PRODUCT, product, count(part)) && more * all <= MOST_TERMS;
      if (fits) [product, terms] = [more, all];
      return fits;
    }),
  );
  return new Set(parts.filter((part) => chosen.has(part)));
}

function isId({ field, negated }: Term): boolean {
  return !negated && /^(?:isic|lesion|patient|rcm_case)_id$/.test(field);
}

function sayLeaf(leaf: Leaf): Said<Query> | undefined {
  const field = leaf.path.slice(leaf.path.lastIndexOf(".") + 1);
  const known = queryFields().get(field);
  if (known?.path !== leaf.path || !known.answered) return undefined;
  const term = (value: TermValue): Query | undefined => sayable({ kind: "term", field, negated: false, value });
  const question = questionOf(leaf);
  switch (question?.kind) {
    case "among":
      return exactly(amongQuery(field, known, question.values, question.negated));
    case "ordered": {
      const { operator, bound } = question;
      const isLow = operator.startsWith(">");
      const end = endOf(known, bound, operator.endsWith("="), isLow);
      return exactly(end && term({ kind: "range", ...(isLow ? { low: end } : { high: end }) }));
    }
    case "between": {
      const [low, high] = [endOf(known, question.low, true, true), endOf(known, question.high, true, false)];
      return exactly(low && high && term({ kind: "range", low, high }));
    }
    case "affix": {
      const { at, texts, negated, isExact } = question;
      if (known.kind !== "string" || at === "anywhere") return undefined;
      const terms = texts.map((text) =>
        term(at === "whole" ? { kind: "equals", value: text } : { kind: at === "start" ? "prefix" : "suffix", text }),
      );
      if (terms.includes(undefined)) return undefined;
      const said = join("or", terms as Query[]);
      if (!negated) return { said, isExact };
      const others = negate(said);
      return exactly(others && join("and", [{ kind: "term", field, negated: false, value: { kind: "any" } }, others]));
    }
    default:
      return undefined;
  }
}

function exactly(said: Query | undefined): Said<Query> | undefined {
  return said && { said, isExact: true };
}

function amongQuery(
  field: string,
  { kind }: QueryField,
  values: readonly unknown[],
  negated: boolean,
): Query | undefined {
  const terms = [...new Set(values)].map((value) => {
    if (value === null) return negate({ kind: "term", field, negated: false, value: { kind: "any" } });
    const wanted = kind === "boolean" && (value === 0 || value === 1) ? value === 1 : value;
    if (typeof wanted !== kind) return undefined;
    return sayable({ kind: "term", field, negated: false, value: { kind: "equals", value: wanted as string } });
  });
  if (terms.length === 0 || terms.includes(undefined)) return undefined;
  const among = join("or", terms as Query[]);
  return negated ? negate(among) : among;
}

/**
 * One end of a range. The server's columns hold whole years and hundredths of millimetres, and it rounds an end between
 * two of them in its own ways: the next that they can hold means the same and is not rounded.
 */
function endOf({ kind, step }: QueryField, bound: unknown, inclusive: boolean, isLow: boolean): Bound | undefined {
  if (kind !== "number" || typeof bound !== "number" || step === undefined) return undefined;
  const parts = Math.round(1 / step);
  if (Math.round(bound * parts) / parts === bound) return { value: bound, inclusive };
  // Plus 0, since -0 would be written so.
  return { value: (isLow ? Math.ceil(bound * parts) : Math.floor(bound * parts)) / parts + 0, inclusive: true };
}

/** Can the language write this term, and does the server read it as it was meant? */
function sayable(term: Term): Query | undefined {
  if (meaningOf(term) !== term.value) return undefined;
  try {
    formatQuery(term);
    return term;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What a search leaves out. */
function negate(query: Query): Query | undefined {
  if (query.kind === "everything") return undefined;
  if (query.kind === "term") return sayable({ ...query, negated: !query.negated });
  const parts = query.parts.map(negate);
  return parts.includes(undefined) ? undefined : join(query.kind === "and" ? "or" : "and", parts as Query[]);
}
