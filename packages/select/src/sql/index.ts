import type { Criteria } from "../criteria.ts";
import { queryFields } from "../query/fields.ts";
import { type Leaf, questionOf, translate } from "../query/translate.ts";

/** Engines whose ways of writing are known. */
export type SqlDialect = "duckdb" | "postgres" | "spark";

/** How to write. */
export interface SqlOptions {
  /** @default "duckdb" */
  readonly dialect?: SqlDialect;
}

/** Criteria shared between an engine and us. */
export interface SqlTranslation {
  /** A condition for `WHERE`, true or false for every row (never unknown); `TRUE` when it can say none of the criteria. */
  readonly where: string;
  /** What its placeholders stand for, in order: `?` in DuckDB and Spark, `$1` in Postgres. */
  readonly parameters: readonly (string | number | boolean)[];
  /** What it cannot say; an empty list when it says all. */
  readonly rest: Criteria;
}

/**
 * Says criteria over today's records (paths such as `metadata.clinical.sex`) as a condition over the columns of the
 * archive's metadata Parquet file. Values are bound as parameters, never written into the text.
 *
 * Not translated: patterns other than `^text` and `text\Z`, and fields that file has not (pixels, files, `public`).
 *
 * @throws CriteriaError as `createPredicate`; RangeError for an unknown dialect.
 * @example
 * ```ts
 * import { toSql } from "@isic/select/sql";
 * const { where, parameters } = toSql(["metadata.clinical.age_approx", ">=", 50]);
 * console.log(`SELECT isic_id FROM 'ISIC_metadata.parquet' WHERE ${where}`, parameters);
 * ```
 */
export function toSql(criteria: Criteria, options: SqlOptions = {}): SqlTranslation {
  const dialect = options.dialect ?? "duckdb";
  const words = Object.hasOwn(DIALECTS, dialect) ? DIALECTS[dialect] : undefined;
  if (words === undefined)
    throw new RangeError(`expected one of ${Object.keys(DIALECTS).join(", ")}, got "${dialect}"`);
  const { said, rest } = translate<Condition>(criteria, {
    leaf: (leaf) => sayLeaf(leaf, words),
    join: (kind, parts) => parts.reduce((left, right) => ["(", left, kind === "and" ? " AND " : " OR ", right, ")"]),
    not: (part) => ["(NOT ", part, ")"],
  });
  const parameters: Parameter[] = [];
  const print = (part: Condition | Bound): string => {
    if (typeof part === "string") return part;
    if (Array.isArray(part)) return part.map(print).join("");
    return words.placeholder(parameters.push((part as Bound).value));
  };
  return { where: said.length === 0 ? "TRUE" : said.map(print).join(" AND "), parameters, rest };
}

type Parameter = string | number | boolean;
interface Bound {
  readonly value: Parameter;
}
type Condition = string | readonly (Condition | Bound)[];

interface Words {
  readonly quote: string;
  /** Follows a column of text that is to be ordered by code point. */
  readonly byCodePoint: string;
  placeholder(number: number): string;
  begins(column: string, text: Bound): Condition;
  ends(column: string, text: Bound): Condition;
  contains(column: string, text: Bound): Condition;
}

const DIALECTS: Readonly<Record<SqlDialect, Words>> = {
  duckdb: {
    quote: '"',
    byCodePoint: "",
    placeholder: () => "?",
    begins: (column, text) => ["starts_with(", column, ", ", text, ")"],
    ends: (column, text) => ["suffix(", column, ", ", text, ")"],
    contains: (column, text) => ["contains(", column, ", ", text, ")"],
  },
  postgres: {
    quote: '"',
    byCodePoint: ' COLLATE "C"',
    placeholder: (number) => `$${number}`,
    begins: (column, text) => ["starts_with(", column, ", ", text, ")"],
    ends: (column, text) => ["right(", column, ", length(", text, "::text)) = ", text],
    contains: (column, text) => ["strpos(", column, ", ", text, ") > 0"],
  },
  spark: {
    quote: "`",
    byCodePoint: "",
    placeholder: () => "?",
    begins: (column, text) => ["startswith(", column, ", ", text, ")"],
    ends: (column, text) => ["endswith(", column, ", ", text, ")"],
    contains: (column, text) => ["contains(", column, ", ", text, ")"],
  },
};

type Kind = "string" | "number" | "boolean";

/** The file's columns have the names of the fields; it has not all of them, and two more. */
function columnOf(path: string): { name: string; kind: Kind } | undefined {
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (path === "attribution") return { name, kind: "string" };
  if (path === "metadata.clinical.acquisition_day") return { name, kind: "number" };
  const field = queryFields().get(name);
  if (field?.path !== path || !field.answered || name === "public") return undefined;
  return { name, kind: field.kind };
}

function sayLeaf(leaf: Leaf, words: Words): Condition | undefined {
  const field = columnOf(leaf.path);
  const question = questionOf(leaf);
  if (field === undefined || question === undefined) return undefined;
  const column = `${words.quote}${field.name}${words.quote}`;
  const present = (condition: Condition): Condition => ["(", column, " IS NOT NULL AND ", condition, ")"];
  const ordered = (operator: string, bound: unknown): Condition | undefined => {
    const value = valueFor(field.kind, bound);
    if (value === undefined || field.kind === "boolean") return undefined;
    return [column, field.kind === "string" ? words.byCodePoint : "", ` ${operator} `, { value }];
  };
  switch (question.kind) {
    case "among":
      return among(column, field.kind, question.values, question.negated);
    case "ordered": {
      const condition = ordered(question.operator, question.bound);
      return condition && present(condition);
    }
    case "between": {
      const [from, to] = [ordered(">=", question.low), ordered("<=", question.high)];
      return from && to && present([from, " AND ", to]);
    }
    case "contains":
    case "affix": {
      const text = question.kind === "affix" ? question.text : question.item;
      if (field.kind !== "string" || typeof text !== "string") return undefined;
      const ask = question.kind === "contains" ? words.contains : question.at === "start" ? words.begins : words.ends;
      const condition = ask(column, { value: text });
      return present(question.negated ? ["NOT (", condition, ")"] : condition);
    }
  }
}

function among(column: string, kind: Kind, all: readonly unknown[], negated: boolean): Condition | undefined {
  const values = all.filter((value) => value !== null).map((value) => valueFor(kind, value));
  if (values.includes(undefined)) return undefined;
  const listed = values.flatMap((value, i): (Condition | Bound)[] => [
    i === 0 ? "" : ", ",
    { value: value as Parameter },
  ]);
  const found: Condition = values.length === 0 ? "FALSE" : [column, " IN (", ...listed, ")"];
  const none = all.includes(null);
  if (values.length === 0) return none ? `(${column} IS ${negated ? "NOT " : ""}NULL)` : negated ? "TRUE" : "FALSE";
  if (negated)
    return none
      ? ["(", column, " IS NOT NULL AND NOT (", found, "))"]
      : ["(", column, " IS NULL OR NOT (", found, "))"];
  return none ? ["(", column, " IS NULL OR ", found, ")"] : ["(", column, " IS NOT NULL AND ", found, ")"];
}

/** A value of the column's kind; booleans are the numbers 0 and 1 to the original. */
function valueFor(kind: Kind, value: unknown): Parameter | undefined {
  if (kind === "boolean")
    return value === 1 || value === true ? true : value === 0 || value === false ? false : undefined;
  if (kind === "number")
    return typeof value === "boolean" ? +value : Number.isFinite(value) ? (value as number) : undefined;
  return typeof value === "string" && !value.includes("\0") ? value : undefined;
}
