// sql/: criteria as a condition of SQL.

import { type Question, questionOf, restOf, translate } from "../criteria/translate.ts";
import type { Criteria } from "../criteria/tree.ts";
import { type QueryFieldKind, queryFields } from "../query/fields.ts";
import { checkOptions } from "../suggest/index.ts";

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
  /** Does the condition select nothing more than the criteria? */
  readonly isExact: boolean;
  /** What it cannot say, or not exactly; an empty list when it says all. */
  readonly rest: Criteria;
}

/**
 * Says criteria over records of v2 (paths such as `metadata.clinical.sex`) as a condition over the columns of the
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
  checkOptions("toSql", options, ["dialect"]);
  const dialect = options.dialect ?? "duckdb";
  const words = Object.hasOwn(DIALECTS, dialect) ? DIALECTS[dialect] : undefined;
  if (words === undefined)
    throw new RangeError(`expected one of ${Object.keys(DIALECTS).join(", ")}, got "${dialect}"`);
  const parts = translate<Condition>(criteria, {
    leaf: (leaf) => {
      const question = questionOf(leaf);
      const said = question && sayQuestion(leaf.path, question, words);
      return said && { said, isExact: question.kind !== "affix" || question.isExact };
    },
    join: (kind, conditions) => {
      const text = conditions.map(([condition]) => condition).join(` ${kind.toUpperCase()} `);
      return [`(${text})`, ...conditions.flatMap(([, ...values]) => values)];
    },
    not: ([text, ...parameters]) => [`(NOT ${text})`, ...parameters],
  });
  const said = parts.flatMap((part) => (part.said === undefined ? [] : [part.said.said]));
  const text = said.map(([condition]) => condition).join(" AND ") || "TRUE";
  const parameters = said.flatMap(([, ...values]) => values);
  const rest = restOf(parts);
  let count = 0;
  const where = dialect === "postgres" ? text.replace(/\?/g, () => `$${++count}`) : text;
  return { where, parameters, isExact: rest.length === 0, rest };
}

type Parameter = string | number | boolean;

/** A condition and its parameters, for each of which it has a question mark: the names of the columns have none. */
type Condition = readonly [text: string, ...parameters: Parameter[]];

/** How to write what engines write differently: `$` stands for the column, `?` for the text. */
interface Words {
  readonly quote: string;
  /** Follows a column of text that is to be ordered by code point. */
  readonly byCodePoint: string;
  readonly start: string;
  readonly end: string;
  readonly anywhere: string;
  readonly whole: string;
}

const DIALECTS: Readonly<Record<SqlDialect, Words>> = {
  duckdb: {
    quote: '"',
    byCodePoint: "",
    start: "starts_with($, ?)",
    end: "suffix($, ?)",
    anywhere: "contains($, ?)",
    whole: "$ = ?",
  },
  postgres: {
    quote: '"',
    byCodePoint: ' COLLATE "C"',
    start: "starts_with($, ?)",
    end: "right($, length(?::text)) = ?",
    anywhere: "strpos($, ?) > 0",
    whole: "$ = ?",
  },
  spark: {
    quote: "`",
    byCodePoint: "",
    start: "startswith($, ?)",
    end: "endswith($, ?)",
    anywhere: "contains($, ?)",
    whole: "$ = ?",
  },
};

/** The file's columns have the names of the fields; it has not all of them, and two more. */
function columnOf(path: string): { name: string; kind: QueryFieldKind } | undefined {
  const name = path.slice(path.lastIndexOf(".") + 1);
  if (path === "attribution") return { name, kind: "string" };
  if (path === "metadata.clinical.acquisition_day") return { name, kind: "number" };
  const field = queryFields().get(name);
  if (field?.path !== path || !field.answered || name === "public") return undefined;
  return { name, kind: field.kind };
}

function sayQuestion(path: string, question: Question, words: Words): Condition | undefined {
  const field = columnOf(path);
  if (field === undefined) return undefined;
  const column = words.quote + field.name + words.quote;
  const isText = field.kind === "string";
  const present = (text: string, ...parameters: Parameter[]): Condition => [
    `(${column} IS NOT NULL AND ${text})`,
    ...parameters,
  ];
  const ordered = (...bounds: readonly (readonly [operator: string, bound: unknown])[]): Condition | undefined => {
    const values = bounds.map(([, bound]) => valueFor(field.kind, bound));
    if (field.kind === "boolean" || !values.every(isKnown)) return undefined;
    const ordering = isText ? column + words.byCodePoint : column;
    return present(bounds.map(([operator]) => `${ordering} ${operator} ?`).join(" AND "), ...values);
  };
  switch (question.kind) {
    case "among":
      return among(column, field.kind, question.values, question.negated);
    case "ordered":
      return ordered([question.operator, question.bound]);
    case "between":
      return ordered([">=", question.low], ["<=", question.high]);
    case "contains":
    case "affix": {
      const texts = question.kind === "affix" ? question.texts : [question.item];
      const at = question.kind === "affix" ? question.at : "anywhere";
      if (!isText || !texts.every((text) => typeof text === "string" && !text.includes("\0"))) return undefined;
      const asked = words[at].replace("$", () => column);
      const all = texts.length === 1 ? asked : `(${texts.map(() => asked).join(" OR ")})`;
      const parameters = texts.flatMap((text) => [...asked.matchAll(/\?/g)].map(() => text as string));
      return present(question.negated ? `NOT (${all})` : all, ...parameters);
    }
  }
}

function among(column: string, kind: QueryFieldKind, all: readonly unknown[], negated: boolean): Condition | undefined {
  const values = all.filter((value) => value !== null).map((value) => valueFor(kind, value));
  if (!values.every(isKnown)) return undefined;
  const not = negated ? "NOT " : "";
  const withNull = values.length < all.length;
  if (values.length === 0) return [withNull ? `(${column} IS ${not}NULL)` : negated ? "TRUE" : "FALSE"];
  const found = `${column} ${not}IN (${values.map(() => "?").join(", ")})`;
  return [`(${column} IS ${withNull === negated ? "NOT NULL AND" : "NULL OR"} ${found})`, ...values];
}

function isKnown(value: Parameter | undefined): value is Parameter {
  return value !== undefined;
}

/** A value of the column's kind; booleans are the numbers 0 and 1 to the original. */
function valueFor(kind: QueryFieldKind, value: unknown): Parameter | undefined {
  if (kind === "boolean") return value === 1 || value === true || (value === 0 || value === false ? false : undefined);
  if (kind === "number")
    return typeof value === "boolean" ? +value : Number.isFinite(value) ? (value as number) : undefined;
  return typeof value === "string" && !value.includes("\0") ? value : undefined;
}
