import { didYouMean, nearMatches } from "../suggest/index.ts";
import { compilePath, fieldsOf } from "./paths.ts";
import { readCriteria, type Tree } from "./tree.ts";

/** Something about criteria that is allowed and probably not meant. */
export interface CriteriaWarning {
  /**
   * `path`: no record has a value there, or the archive is not known to have such a field. `value`: no record can have this
   * value. `pattern`: given up, and selects nothing (in compat mode only).
   */
  readonly kind: "path" | "value" | "pattern";
  /** Where in the criteria: `criteria[1]`. */
  readonly at: string;
  readonly path: string;
  /** What the path was to be compared with. */
  readonly value: unknown;
  /** What may have been meant, best first: paths or values. */
  readonly suggestions: readonly string[];
  /** The first of them. */
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
    const near = nearMatches(path, fieldsOf(records.slice(0, FEW)));
    onWarning(pathWarning(at, criterion, "no record has a value at", near));
  }
}

/** A warning of a path, with what was probably meant by it. */
export function pathWarning(
  at: string,
  criterion: readonly unknown[],
  problem: string,
  suggestions: readonly string[],
): CriteriaWarning {
  const [path, , value] = [String(criterion[0]), criterion[1], criterion[2]];
  const advice = didYouMean(suggestions.slice(0, 1)) || "; look at a record for the paths it has";
  const message = `${at}: ${problem} ${JSON.stringify(path)}${advice}`;
  return { kind: "path", at, path, value, suggestions, suggestion: suggestions[0], message };
}

/** The single criteria of a tree. */
export function leavesOf(tree: Tree): readonly (Tree & { readonly kind: "leaf" })[] {
  if (tree.kind === "leaf") return [tree];
  return tree.kind === "not" ? leavesOf(tree.part) : tree.parts.flatMap(leavesOf);
}
