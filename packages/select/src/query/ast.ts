/** What a term asks of its field. */
export type TermValue =
  | { readonly kind: "equals"; readonly value: string | number | boolean }
  /** `foo*`, `*foo`: the text without its asterisk. */
  | { readonly kind: "prefix" | "suffix"; readonly text: string }
  /** `*`: has a value. */
  | { readonly kind: "any" }
  /** `[low TO high}`; an absent bound is `*`. */
  | { readonly kind: "range"; readonly low?: Bound; readonly high?: Bound };

/** One end of a range. */
export interface Bound {
  readonly value: number;
  readonly inclusive: boolean;
}

/** `field:value` or `-field:value`. */
export interface Term {
  readonly kind: "term";
  readonly field: string;
  readonly negated: boolean;
  readonly value: TermValue;
}

/**
 * A search, read. `and` and `or` hold two or more parts, none of their own kind; `everything` is the empty search.
 */
export type Query =
  | { readonly kind: "everything" }
  | Term
  | { readonly kind: "and"; readonly parts: readonly Query[] }
  | { readonly kind: "or"; readonly parts: readonly Query[] };

/** Joins parts, taking apart those of the same kind. */
export function join(kind: "and" | "or", parts: readonly Query[]): Query {
  const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
  if (flat.length === 0) throw new RangeError("expected at least one part to join, got none");
  return flat.length === 1 ? (flat[0] as Query) : { kind, parts: flat };
}
