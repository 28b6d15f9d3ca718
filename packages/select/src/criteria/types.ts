import type { Operator } from "./operators.ts";
import type { Criteria } from "./tree.ts";

type Shallower = [never, 0, 1, 2, 3];
type Plain =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | readonly unknown[]
  | ((...args: never) => unknown);

/**
 * The paths of a record's fields, up to four keys long: `"name" | "meta" | "meta.clinical" | "meta.clinical.sex" | ...`.
 * A record with keys of any name gives `` `meta.unstructured.${string}` ``.
 */
export type PathOf<R, Depth extends number = 4> = [Depth] extends [never]
  ? never
  : R extends Plain
    ? never
    : {
        [K in keyof R & string]-?:
          | K
          | (PathOf<NonNullable<R[K]>, Shallower[Depth]> extends infer P
              ? P extends string
                ? `${K}.${P}`
                : never
              : never);
      }[keyof R & string];

/** The value at a path of a record type; `unknown` where the type does not say. */
export type ValueAt<R, P extends string> = P extends keyof R
  ? R[P]
  : P extends `${infer K}.${infer Rest}`
    ? K extends keyof R
      ? ValueAt<NonNullable<R[K]>, Rest>
      : unknown
    : unknown;

/** Paths with a list, a count or a question in them, which types cannot follow. */
type Unfollowed = `${string}${"#" | "$" | "%" | "{" | "[" | "=" | "~"}${string}` | Indexed | "";
type Indexed = `${string}.${number}` | `${string}.${string}.${number}` | `${string}.${string}.${string}.${number}`;

/** Booleans compare with 0 and 1, and the decimals of v2, which are sent as strings, with numbers. */
type Comparable<V> = V extends boolean ? boolean | 0 | 1 : V;

type Operand<V, O> = unknown extends V
  ? unknown
  : O extends "==" | "!="
    ? Comparable<V> | null
    : O extends "in" | "not in"
      ?
          | readonly (Comparable<V> | null | undefined)[]
          | ReadonlySet<Comparable<V> | null>
          | (NonNullable<V> extends string ? string : never)
      : O extends "<" | "<=" | ">" | ">="
        ? NonNullable<Comparable<V>>
        : O extends "between"
          ? readonly [NonNullable<Comparable<V>>, NonNullable<Comparable<V>>]
          : O extends "ni" | "not ni"
            ? NonNullable<V> extends readonly (infer E)[]
              ? E
              : NonNullable<V> extends string | object
                ? string
                : never
            : O extends "match" | "not match" | "~" | "!~"
              ? NonNullable<V> extends string
                ? string | RegExp
                : never
              : O extends "is" | "not is"
                ? boolean | null
                : unknown;

/** Wrong where a literal path, its operator and its value do not fit the record. */
type CheckOne<R, P extends string, O extends Operator, V> = string extends P
  ? unknown
  : P extends Unfollowed
    ? unknown
    : P extends PathOf<R>
      ? V extends readonly [infer T]
        ? T extends Operand<ValueAt<R, P>, O>
          ? unknown
          : readonly [P, O, Operand<ValueAt<R, P>, O>]
        : unknown
      : readonly [PathOf<R>, Operator, unknown?];

/** What criteria must also be to fit a record type: `unknown` where they do, the right type where they do not. */
export type Fitting<R, C> = unknown extends R
  ? unknown
  : Criteria extends C
    ? unknown
    : C extends readonly [infer P extends string, infer O extends Operator, ...infer V]
      ? CheckOne<R, P, O, V>
      : C extends readonly unknown[]
        ? { readonly [I in keyof C]: Fitting<R, C[I]> }
        : { readonly [K in keyof C]: Fitting<R, C[K]> };

/** Any criteria; an editor completes the paths of the record type. */
export type CriteriaLike<R> = unknown extends R
  ? Criteria
  :
      | readonly [path: PathOf<R> | (string & {}), operator: Operator, value?: unknown]
      | readonly CriteriaLike<R>[]
      | { readonly and: readonly CriteriaLike<R>[] }
      | { readonly or: readonly CriteriaLike<R>[] }
      | { readonly not: CriteriaLike<R> };

type CriterionOf<R, P extends string> = P extends unknown
  ? { [O in Operator]: readonly [path: P, operator: O, value?: Operand<ValueAt<R, P>, O>] }[Operator]
  : never;

/** Criteria of which every path and value fits the record type: to declare criteria before there are records. */
export type CriteriaFor<R> = unknown extends R
  ? Criteria
  :
      | CriterionOf<R, PathOf<R>>
      | readonly [path: Unfollowed, operator: Operator, value?: unknown]
      | readonly CriteriaFor<R>[]
      | { readonly and: readonly CriteriaFor<R>[] }
      | { readonly or: readonly CriteriaFor<R>[] }
      | { readonly not: CriteriaFor<R> };
