export type { Bound, Query, Term, TermValue } from "./ast.ts";
export { type QueryTranslation, toCriteria, toQuery } from "./criteria.ts";
export { QueryError } from "./errors.ts";
export { createQueryPredicate, type QueryOptions } from "./evaluate.ts";
export { type QueryField, type QueryFieldKind, queryFields } from "./fields.ts";
export { type FilterField, type FilterTranslation, type FilterTree, type FilterValue, toFilterTree } from "./filter.ts";
export { formatQuery } from "./format.ts";
export { parseQuery } from "./parse.ts";
export { criteriaWarnings, type QueryWarning, queryWarnings } from "./warnings.ts";
