export type { Criteria, Criterion } from "./criteria.ts";
export { CriteriaError, type CriteriaErrorDetails } from "./errors.ts";
export { OPERATORS, type Operator } from "./operators.ts";
export { getPath } from "./path.ts";
export { createPredicate, type Predicate, type PredicateOptions } from "./predicate.ts";
export { type DrawOptions, type Key, sample, split } from "./sample.ts";
export { selectFrom } from "./select.ts";
export { addToSelection, removeFromSelection } from "./sets.ts";
