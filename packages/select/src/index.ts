export { CriteriaError, type CriteriaErrorDetails, SelectError } from "./criteria/errors.ts";
export { OPERATORS, type Operator } from "./criteria/operators.ts";
export { getPath } from "./criteria/paths.ts";
export { createPredicate, type Predicate, type PredicateOptions } from "./criteria/predicate.ts";
export type { ImageV1, ImageV2 } from "./criteria/records.ts";
export { addToSelection, removeFromSelection, type SelectOptions, selectFrom } from "./criteria/select.ts";
export type { Criteria, Criterion } from "./criteria/tree.ts";
export type { CriteriaFor, CriteriaLike, Fitting, PathOf, ValueAt } from "./criteria/types.ts";
export type { CriteriaWarning } from "./criteria/warnings.ts";
export { joinGroups, type Key } from "./sampling/groups.ts";
export {
  type HashPlace,
  type LinkedRecord,
  type Links,
  type SplitByHashOptions,
  splitByHash,
} from "./sampling/hash.ts";
export type { Shares } from "./sampling/shares.ts";
export { type DrawOptions, type SplitOptions, sample, split } from "./sampling/split.ts";
export { checkOptions, type NearMatchOptions, nearMatches } from "./suggest/index.ts";
