export type { Bound, Query, Term, TermValue } from "./ast.ts";
export { QueryError } from "./errors.ts";
export { createQueryPredicate, type QueryOptions } from "./evaluate.ts";
export { type QueryField, type QueryFieldKind, queryFields } from "./fields.ts";
export { formatQuery } from "./format.ts";
export { parseQuery } from "./parse.ts";
