import { createQueryPredicate, parseQuery, type Query, type QueryOptions } from "@isic/select/query";
import type { ImageRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { metadata } from "./records.ts";
import { ServerError } from "./respond.ts";
import { isPublic } from "./visible.ts";

/** Fields that the parser knows and the database does not. */
const WITHOUT_COLUMN = new Set(["blurry", "hairy", "marker_pen", "color_tint"]);

/**
 * The one place where the search language is read: a query becomes a test of records, `undefined` when it cannot be read.
 * Rows come from Postgres, sums from Elasticsearch; they differ in small things.
 */
export function searchPredicate(
  state: ArchiveState,
  query: string,
  engine: NonNullable<QueryOptions["engine"]>,
): ((image: ImageRecord) => boolean) | undefined {
  const parsed = read(query);
  if (parsed === undefined) return undefined;
  if (engine === "postgres" && (query.includes("\u0000") || terms(parsed).some(isFatal))) throw new ServerError(query);
  const test = createQueryPredicate(parsed, { engine });
  return (image) =>
    test({
      isic_id: image.name,
      copyright_license: state.datasetOf(image).license,
      public: isPublic(state, image),
      metadata: metadata(image),
    });
}

function read(query: string): Query | undefined {
  try {
    return parseQuery(query);
  } catch {
    return undefined;
  }
}

type Term = Extract<Query, { kind: "term" }>;

function terms(query: Query): readonly Term[] {
  if (query.kind === "everything") return [];
  return query.kind === "term" ? [query] : query.parts.flatMap(terms);
}

/**
 * What the parser lets pass and Python or the database fall over: a field without a column, and for the one column of
 * whole numbers a number beyond all floats (decimals may be infinite).
 */
function isFatal({ field, value }: Term): boolean {
  if (WITHOUT_COLUMN.has(field)) return true;
  return field === "age_approx" && numbersOf(value).some((number) => !Number.isFinite(number));
}

function numbersOf(value: Term["value"]): readonly number[] {
  if (value.kind === "equals") return typeof value.value === "number" ? [value.value] : [];
  return value.kind === "range" ? [value.low?.value ?? 0, value.high?.value ?? 0] : [];
}
