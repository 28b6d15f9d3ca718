import type { Criteria } from "../criteria/tree.ts";
import { escapePattern } from "../patterns/affixes.ts";
import type { Query, Term } from "./ast.ts";
import { meaningOf } from "./evaluate.ts";
import { queryFields } from "./fields.ts";
import { parseQuery } from "./parse.ts";

/**
 * Says a search as criteria over records of v2: they select what `createQueryPredicate` selects.
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
