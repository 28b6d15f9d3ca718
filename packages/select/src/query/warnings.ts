import { type Criteria, readCriteria } from "../criteria/tree.ts";
import { type CriteriaWarning, leavesOf, pathWarning } from "../criteria/warnings.ts";
import { nearMatches } from "../suggest/near-matches.ts";
import type { Query, Term } from "./ast.ts";
import { queryFields, replacementOf } from "./fields.ts";
import { parseQuery } from "./parse.ts";

/** Something about a search that the server accepts and that is probably not meant. */
export interface QueryWarning {
  readonly field: string;
  readonly message: string;
}

/**
 * What will surprise in a search that is well formed: ages that are no multiple of five, asterisks in the middle of a
 * text, empty ranges, fields the server accepts and then fails on.
 *
 * @throws QueryError when the text is no search.
 */
export function queryWarnings(query: string | Query): QueryWarning[] {
  const read = typeof query === "string" ? parseQuery(query) : query;
  if (read.kind === "everything") return [];
  if (read.kind === "term") return surprisesOf(read).map((message) => ({ field: read.field, message }));
  return read.parts.flatMap(queryWarnings);
}

function surprisesOf({ field, value }: Term): string[] {
  const surprises: string[] = [];
  if (queryFields().get(field)?.answered === false) {
    surprises.push(`"${field}" cannot be searched: the server takes the search and fails with status 500`);
  }
  if (field === "age_approx" && value.kind === "equals" && Number(value.value) % 5 !== 0) {
    const near = Math.round(Number(value.value) / 5) * 5;
    surprises.push(`"age_approx" is in fives, so nothing is ${value.value}; write ${near}, or a range`);
  }
  if (value.kind === "range" && value.low !== undefined && value.high !== undefined) {
    const { low, high } = value;
    const isEmpty = low.value > high.value || (low.value === high.value && !(low.inclusive && high.inclusive));
    if (isEmpty) surprises.push(`the range of "${field}" from ${low.value} to ${high.value} is empty`);
  }
  const text = "text" in value ? value.text : value.kind === "equals" ? String(value.value) : "";
  if (text.includes("*")) {
    surprises.push(`an asterisk is a wildcard at one end of a value only; the one in "${text}" stands for itself`);
  }
  return surprises;
}

/** Fields of today's records that the search language has not. */
const UNSEARCHABLE = [
  "metadata.clinical.acquisition_day",
  "metadata.acquisition.pixels_x",
  "metadata.acquisition.pixels_y",
];

/**
 * Says which criteria over today's records ask for metadata that the archive is not known to have, as after a typing
 * error, without looking at any record: such criteria select what `toQuery` cannot say, from all images there are.
 *
 * @throws CriteriaError when they are no criteria.
 * @example
 * ```ts
 * import { criteriaWarnings } from "@isic/select/query";
 * console.log(criteriaWarnings(["metadata.clinical.age_aprox", ">=", 50])[0]?.suggestion); // metadata.clinical.age_approx
 * ```
 */
export function criteriaWarnings(criteria: Criteria): CriteriaWarning[] {
  const paths = [...[...queryFields().values()].map((field) => field.path), ...UNSEARCHABLE];
  const known = new Map(paths.map((path) => [path.slice(path.lastIndexOf(".") + 1), path]));
  return leavesOf(readCriteria(criteria, false)).flatMap(({ at, criterion }) => {
    const path = String(criterion[0]);
    const [, name] = /^metadata\.(?:clinical|acquisition)\.([^.]+)$/.exec(path) ?? [];
    if (name === undefined || known.get(name) === path) return [];
    const meant = replacementOf(name)?.split(" ").slice(0, 1) ?? nearMatches(name, known.keys());
    const suggestions = meant.flatMap((each) => known.get(each) ?? []);
    return [pathWarning(at, criterion, "the archive is not known to have", suggestions)];
  });
}
