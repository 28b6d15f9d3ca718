// query/: the search language of v2, read, written, answered and explained, and what criteria become in it.

export { splitQuery } from "./alternatives.ts";
export type { Bound, Query, Term, TermValue } from "./ast.ts";
export { QueryError } from "./errors.ts";
export { createQueryPredicate, type QueryOptions } from "./evaluate.ts";
export { type QueryField, type QueryFieldKind, queryFields } from "./fields.ts";
export { formatQuery } from "./format.ts";
export { parseQuery } from "./parse.ts";
export { toCriteria } from "./to-criteria.ts";
export {
  type FilterField,
  type FilterTranslation,
  type FilterTree,
  type FilterValue,
  toFilterTree,
} from "./to-filter-tree.ts";
export { type QueryTranslation, toQuery } from "./to-query.ts";
export { criteriaWarnings, type QueryWarning, queryWarnings } from "./warnings.ts";
