import { compilePath } from "../criteria/paths.ts";
import { compileLeaf, type LeafTest, type PredicateOptions } from "../criteria/predicate.ts";
import { type Criteria, readCriteria, type Tree } from "../criteria/tree.ts";
import { checkOptions, didYouMean, nearMatches } from "../suggest/index.ts";
import type { Column, ColumnIndex } from "./build.ts";
import { allWords, type Selection, selectionOf } from "./selection.ts";

/**
 * Selects rows of an index by the same criteria, with the same results, as `selectFrom` over the records.
 *
 * Each criterion is tested once per distinct value of its column; the rows are then looked up.
 *
 * @param within Only rows of this selection are considered.
 * @throws CriteriaError as `createPredicate`; RangeError when the index has no column for a path.
 */
export function selectRows(
  index: ColumnIndex,
  criteria: Criteria,
  options: PredicateOptions & { readonly within?: Selection } = {},
): Selection {
  checkOptions("selectRows", options, ["compat", "onWarning", "within"]);
  const tree = readCriteria(criteria, options.compat === true);
  const all = options.within?.words ?? allWords(index.count);
  return selectionOf(index.count, evaluate(index, tree, all, options));
}

/** The rows among these that the tree selects. */
function evaluate(index: ColumnIndex, tree: Tree, among: Words, options: PredicateOptions): Words {
  if (tree.kind === "leaf") return scan(index, compileLeaf(tree.criterion, tree.at, options), among);
  if (tree.kind === "not") {
    const part = evaluate(index, tree.part, among, options);
    return among.map((word, i) => word & ~(part[i] as number));
  }
  if (tree.kind === "and") return tree.parts.reduce((rows, part) => evaluate(index, part, rows, options), among);
  let found = new Uint32Array(among.length);
  for (const part of tree.parts) {
    const missing = among.map((word, i) => word & ~(found[i] as number));
    const more = evaluate(index, part, missing, options);
    found = found.map((word, i) => word | (more[i] as number));
  }
  return found;
}

type Words = Uint32Array<ArrayBuffer>;

function scan(index: ColumnIndex, leaf: LeafTest | undefined, among: Words): Words {
  if (leaf === undefined) return new Uint32Array(among.length);
  const { column, read } = columnFor(index, leaf.path);
  const table = Uint8Array.from(column.values, (value) => +leaf.test(read(value)));
  return lookUp(column, table, among);
}

/** For each row among these: is its code's entry in the table set? */
function lookUp({ codes }: Column, table: Uint8Array, among: Words): Words {
  const found = new Uint32Array(among.length);
  for (let i = 0; i < among.length; i++) {
    let left = among[i] as number;
    let bits = 0;
    while (left !== 0) {
      const bit = 31 - Math.clz32(left);
      left ^= 1 << bit;
      bits |= (table[codes[i * 32 + bit] as number] as number) << bit;
    }
    found[i] = bits;
  }
  return found;
}

/** The column of a path, or of the path before its last part, from whose values the rest is read. */
function columnFor(index: ColumnIndex, path: string): { column: Column; read: (value: unknown) => unknown } {
  const named = (name: string): Column | undefined => index.columns.find((column) => column.path === name);
  const column = named(path);
  if (column !== undefined) return { column, read: (value) => value };
  const dot = path.lastIndexOf(".");
  const parent = dot > 0 ? named(path.slice(0, dot)) : undefined;
  if (parent !== undefined) return { column: parent, read: compilePath(path.slice(dot + 1)) };
  const known = index.columns.map((each) => each.path);
  const advice = didYouMean(nearMatches(path, known, { limit: 1 })) || "; name it in the fields of buildIndex";
  throw new RangeError(`expected a path of this index, got "${path}"${advice}`);
}
