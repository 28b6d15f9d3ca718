import { nearMatches } from "../suggest/near-matches.ts";
import { compilePath, fieldsOf } from "./paths.ts";
import { readCriteria, type Tree } from "./tree.ts";

/** Something about criteria that is allowed and probably not meant. */
export interface CriteriaWarning {
  /** Where in the criteria: `criteria[1]`. */
  readonly at: string;
  readonly path: string;
  /** The nearest path that records have. */
  readonly suggestion: string | undefined;
  readonly message: string;
}

/** So many records are looked at for paths that could have been meant. */
const FEW = 200;

/** Warns of every path at which no record has a value. */
export function warnOfUnknownPaths(
  records: readonly unknown[],
  criteria: unknown,
  onWarning: (warning: CriteriaWarning) => void,
): void {
  for (const { at, criterion } of leavesOf(readCriteria(criteria, false))) {
    const path = String(criterion[0]);
    const get = compilePath(path);
    if (records.length === 0 || records.some((record) => get(record) != null)) continue;
    onWarning(warningOf(at, path, "no record has a value at", nearMatches(path, fieldsOf(records.slice(0, FEW)))[0]));
  }
}

/** A warning of a path, with what was probably meant by it. */
export function warningOf(at: string, path: string, problem: string, suggestion: string | undefined): CriteriaWarning {
  const advice = suggestion === undefined ? "look at a record for the paths it has" : `did you mean "${suggestion}"?`;
  return { at, path, suggestion, message: `${at}: ${problem} "${path}"; ${advice}` };
}

/** The single criteria of a tree. */
export function leavesOf(tree: Tree): readonly (Tree & { readonly kind: "leaf" })[] {
  if (tree.kind === "leaf") return [tree];
  return tree.kind === "not" ? leavesOf(tree.part) : tree.parts.flatMap(leavesOf);
}
