import { escapePattern, type Leaf, questionOf, translate } from "../criteria/translate.ts";
import type { Criteria } from "../criteria/tree.ts";
import { join, type Query, type Term, type TermValue } from "./ast.ts";
import { meaningOf } from "./evaluate.ts";
import { queryFields } from "./fields.ts";
import { formatQuery } from "./format.ts";
import { parseQuery } from "./parse.ts";

/** Criteria shared between the server and us: it selects by `query`, we select from its answer by `rest`. */
export interface QueryTranslation {
  /** A search in the archive's language; empty when it can say none of the criteria. */
  readonly query: string;
  /** What the language cannot say; an empty list when it says all. */
  readonly rest: Criteria;
}

/**
 * Says criteria over today's records (paths such as `metadata.clinical.sex`) in the archive's search language, as far as
 * it goes: the records that meet the criteria are those that meet both `query` and `rest`.
 *
 * Not translated: substrings (`ni`), patterns other than `^text` and `text\Z`, orders of text, fields that cannot be
 * searched, and alternatives of which one part cannot be said.
 *
 * @throws CriteriaError as `createPredicate`.
 * @example
 * ```ts
 * import { toQuery } from "@isic/select/query";
 * const { query, rest } = toQuery([
 *   ["metadata.clinical.age_approx", "<=", 40],
 *   ["metadata.clinical.diagnosis_3", "ni", "Nevus"],
 * ]);
 * console.log(query, rest); // age_approx:[* TO 40] [ [ 'metadata.clinical.diagnosis_3', 'ni', 'Nevus' ] ]
 * ```
 */
export function toQuery(criteria: Criteria): QueryTranslation {
  const { said, rest } = translate<Query>(criteria, { leaf: sayLeaf, join, not: negate });
  return { query: said.length === 0 ? "" : formatQuery(withoutGroups(join("and", said))), rest };
}

function sayLeaf(leaf: Leaf): Query | undefined {
  const field = leaf.path.slice(leaf.path.lastIndexOf(".") + 1);
  const known = queryFields().get(field);
  if (known?.path !== leaf.path || !known.answered) return undefined;
  const term = (value: TermValue): Query | undefined => sayable({ kind: "term", field, negated: false, value });
  const question = questionOf(leaf);
  switch (question?.kind) {
    case "among": {
      const terms = question.values.map((value) => {
        if (value === null) return negate({ kind: "term", field, negated: false, value: { kind: "any" } });
        const wanted = known.kind === "boolean" && (value === 0 || value === 1) ? value === 1 : value;
        return typeof wanted === known.kind ? term({ kind: "equals", value: wanted as string }) : undefined;
      });
      if (terms.length === 0 || terms.includes(undefined)) return undefined;
      const among = join("or", terms as Query[]);
      return question.negated ? negate(among) : among;
    }
    case "ordered": {
      const { operator, bound } = question;
      if (typeof bound !== "number" || known.kind !== "number") return undefined;
      const end = { value: bound, inclusive: operator.endsWith("=") };
      return term({ kind: "range", ...(operator.startsWith("<") ? { high: end } : { low: end }) });
    }
    case "between": {
      const { low, high } = question;
      if (typeof low !== "number" || typeof high !== "number" || known.kind !== "number") return undefined;
      return term({ kind: "range", low: { value: low, inclusive: true }, high: { value: high, inclusive: true } });
    }
    case "affix": {
      if (known.kind !== "string") return undefined;
      const affix = term({ kind: question.at === "start" ? "prefix" : "suffix", text: question.text });
      if (affix === undefined || !question.negated) return affix;
      const without = negate(affix);
      return without && join("and", [{ kind: "term", field, negated: false, value: { kind: "any" } }, without]);
    }
    default:
      return undefined;
  }
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

/** More conjunctions than this stay grouped. */
const FEW = 32;

/** The same search as alternatives of conjunctions: a group inside `AND` makes some servers fail. */
function withoutGroups(query: Query): Query {
  const all = conjunctions(query);
  return all === undefined
    ? query
    : join(
        "or",
        all.map((terms) => join("and", terms)),
      );
}

function conjunctions(query: Query): readonly (readonly Query[])[] | undefined {
  if (query.kind === "term" || query.kind === "everything") return [[query]];
  const lists: (readonly (readonly Query[])[])[] = [];
  for (const part of query.parts) {
    const list = conjunctions(part);
    if (list === undefined) return undefined;
    lists.push(list);
  }
  if (query.kind === "or") return lists.flat();
  let all: readonly (readonly Query[])[] = [[]];
  for (const list of lists) {
    if (all.length * list.length > FEW) return undefined;
    all = all.flatMap((before) => list.map((terms) => [...before, ...terms]));
  }
  return all;
}

/**
 * Says a search as criteria over today's records: they select what `createQueryPredicate` selects.
 *
 * @throws QueryError when the text is no search.
 */
export function toCriteria(query: string | Query): Criteria {
  const read = typeof query === "string" ? parseQuery(query) : query;
  if (read.kind === "everything") return [];
  if (read.kind === "term") return termToCriteria(read);
  const parts = read.parts.map(toCriteria);
  return read.kind === "and" ? parts : { or: parts };
}

function termToCriteria(term: Term): Criteria {
  const path = queryFields().get(term.field)?.path;
  if (path === undefined) throw new RangeError(`expected a field of the search language, got "${term.field}"`);
  const value = meaningOf(term);
  const unless = (criteria: Criteria): Criteria => (term.negated ? { not: criteria } : criteria);
  switch (value.kind) {
    case "any":
      return [path, term.negated ? "is None" : "not is None", null];
    case "equals":
      return [path, term.negated ? "!=" : "==", value.value];
    case "prefix":
      return unless([path, "~", `^${escapePattern(value.text)}`]);
    case "suffix":
      return unless([path, "~", `${escapePattern(value.text)}\\Z`]);
    case "range": {
      const { low, high } = value;
      if (low === undefined && high === undefined) return [path, term.negated ? "is None" : "not is None", null];
      const bounds: Criteria[] = [];
      if (low !== undefined) bounds.push([path, low.inclusive ? ">=" : ">", low.value]);
      if (high !== undefined) bounds.push([path, high.inclusive ? "<=" : "<", high.value]);
      return unless(bounds);
    }
  }
}
