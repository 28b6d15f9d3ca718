export type { Criteria, Criterion } from "./criteria.ts";
export { CriteriaError, type CriteriaErrorDetails } from "./errors.ts";
export { OPERATORS, type Operator } from "./operators.ts";
export { getPath } from "./path.ts";
export { createPredicate, type Predicate, type PredicateOptions } from "./predicate.ts";
export { selectFrom } from "./select.ts";
