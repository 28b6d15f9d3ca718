import { fieldKind } from "../criteria/fields.ts";
import { type Leaf, questionOf, restOf, type Said, translate } from "../criteria/translate.ts";
import type { Criteria } from "../criteria/tree.ts";

/** A field of the Girder server's documents (v1), which are not quite its responses. */
export interface FilterField {
  readonly identifier: string;
  readonly type?: "objectid";
}

/** The `filter` parameter of the Girder API (v1), before `JSON.stringify`. */
export type FilterTree =
  | { readonly operator: "and" | "or"; readonly operands: readonly [FilterTree, FilterTree] }
  | { readonly operator: "not"; readonly operands: FilterTree }
  | { readonly operator: "in" | "not in"; readonly operands: readonly [FilterField, readonly FilterValue[]] }
  | {
      readonly operator: "=" | "!=" | "<" | "<=" | ">" | ">=";
      readonly operands: readonly [FilterField, FilterValue];
    };

/** What a field is compared with. */
export type FilterValue = string | number | boolean;

/** Criteria shared between the Girder server and us. */
export interface FilterTranslation {
  /** Undefined when the server can answer none of the criteria. */
  readonly filter: FilterTree | undefined;
  /** Does the filter select nothing more than the criteria? */
  readonly isExact: boolean;
  /** What it cannot answer, or not exactly; an empty list when it answers all. */
  readonly rest: Criteria;
}

/** Stands for "null or missing" in a list. */
const NULL = "__null__";

/**
 * Says criteria over the Girder API's records (v1) as its filter tree, as far as the server goes: the records that meet
 * the criteria are those that meet both `filter` and `rest`.
 *
 * Translated are `name`, `meta.clinical.*`, `meta.acquisition.*`, `meta.unstructured.*`, `notes.tags`, `_id` and
 * `dataset._id`, in comparisons with numbers, strings and booleans. Not: patterns, substrings, dates, `dataset.name`.
 *
 * @throws CriteriaError as `createPredicate`.
 */
export function toFilterTree(criteria: Criteria): FilterTranslation {
  const parts = translate<FilterTree>(criteria, {
    leaf: sayLeaf,
    join: joinFilters,
    not: (operands) => ({ operator: "not", operands }),
  });
  const filters = parts.flatMap(({ said }) => said?.said ?? []);
  const rest = restOf(parts);
  return { filter: filters.length === 0 ? undefined : joinFilters("and", filters), isExact: rest.length === 0, rest };
}

/** The server joins exactly two, and reads no more than about a thousand levels: halves, not a chain. */
function joinFilters(operator: "and" | "or", parts: readonly FilterTree[]): FilterTree {
  if (parts.length === 1) return parts[0] as FilterTree;
  const half = Math.ceil(parts.length / 2);
  return {
    operator,
    operands: [joinFilters(operator, parts.slice(0, half)), joinFilters(operator, parts.slice(half))],
  };
}

function sayLeaf(leaf: Leaf): Said<FilterTree> | undefined {
  const said = filterOf(leaf);
  return said && { said, isExact: true };
}

function filterOf(leaf: Leaf): FilterTree | undefined {
  const question = questionOf(leaf);
  const field = fieldOf(leaf.path);
  if (question === undefined || field === undefined) return undefined;
  const isList = leaf.path === "notes.tags";
  switch (question.kind) {
    case "among": {
      const values = question.values.map((value) => (value === null ? NULL : valueFor(leaf.path, field, value)));
      if (values.includes(undefined) || question.values.includes(NULL)) return undefined;
      if (isList && question.values.some((value) => value !== null)) return undefined;
      if (field.type === "objectid" && values.includes(NULL)) return undefined;
      return { operator: question.negated ? "not in" : "in", operands: [field, values as FilterValue[]] };
    }
    case "contains": {
      if (!isList || typeof question.item !== "string" || question.item === NULL) return undefined;
      // A missing list does not contain anything, and is not selected for that.
      return {
        operator: question.negated ? "not in" : "in",
        operands: [field, question.negated ? [question.item, NULL] : [question.item]],
      };
    }
    case "ordered":
      return orderedFilter(leaf.path, field, question.operator, question.bound);
    case "between": {
      const from = orderedFilter(leaf.path, field, ">=", question.low);
      const to = orderedFilter(leaf.path, field, "<=", question.high);
      return from && to && joinFilters("and", [from, to]);
    }
    case "affix": {
      // The server has no patterns, but a pattern may be no more than a few names.
      if (question.at !== "whole" || isList || fieldKind(leaf.path) !== "string" || field.type !== undefined)
        return undefined;
      if (question.texts.includes(NULL)) return undefined;
      const texts = question.negated ? [...question.texts, NULL] : question.texts;
      return { operator: question.negated ? "not in" : "in", operands: [field, texts] };
    }
    default:
      return undefined;
  }
}

function orderedFilter(
  path: string,
  field: FilterField,
  operator: "<" | "<=" | ">" | ">=",
  bound: unknown,
): FilterTree | undefined {
  const value = valueFor(path, field, bound);
  // The server compares numbers with numbers and text with text, but never booleans with numbers.
  if (value === undefined || typeof value === "boolean" || field.type !== undefined || fieldKind(path) === "boolean")
    return undefined;
  return { operator, operands: [field, value] };
}

/** Where the server keeps what its responses show at a path. */
function fieldOf(path: string): FilterField | undefined {
  if (path === "notes.tags") return { identifier: "meta.tags" };
  if (path === "dataset._id") return { identifier: "meta.datasetId", type: "objectid" };
  if (path === "_id") return { identifier: "_id", type: "objectid" };
  return /^(?:name|meta\.(?:clinical|acquisition|unstructured)\.[^.#$%{}[\]=~]+)$/.test(path)
    ? { identifier: path }
    : undefined;
}

/** Booleans are numbers to the original and not to this server. */
function valueFor(path: string, { type }: FilterField, value: unknown): FilterValue | undefined {
  if (type === "objectid") return typeof value === "string" && /^[\da-f]{24}$/.test(value) ? value : undefined;
  const kind = fieldKind(path);
  if (kind === "boolean")
    return value === 1 || value === true ? true : value === 0 || value === false ? false : undefined;
  if (typeof value === "boolean") return kind === "number" ? +value : undefined;
  return typeof value === "string" || Number.isFinite(value) ? (value as FilterValue) : undefined;
}
