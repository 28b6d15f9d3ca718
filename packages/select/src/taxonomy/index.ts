// taxonomy/: the archive's vocabulary of diagnoses and sites.

import type { Criteria, Criterion } from "../criteria/tree.ts";
import { checkOptions, didYouMean, nearMatches } from "../suggest/index.ts";
import { DIAGNOSES, SITES } from "./data.ts";

export { LEGACY_DIAGNOSES, valuesOf } from "./values.ts";

/** The two hierarchies of the archive: what it is, and where. */
export type TaxonomyName = "diagnosis" | "anatom_site";

/** One name of a hierarchy. Names never repeat, so the name alone is the node. */
export interface TaxonomyNode {
  readonly name: string;
  /** 1 to 5: the number of the field that holds it. */
  readonly level: number;
  /** Names from the first level down to this one. */
  readonly path: readonly string[];
  readonly parent: TaxonomyNode | undefined;
  readonly children: readonly TaxonomyNode[];
}

/**
 * Every name of a hierarchy (418 diagnoses, 206 sites), each before those below it.
 *
 * @throws RangeError when there is no such hierarchy.
 */
export function taxonomyNodes(taxonomy: TaxonomyName): readonly TaxonomyNode[] {
  return [...load(taxonomy).values()];
}

/**
 * The node of a name, or of a path as the archive writes it (`Trunk:Posterior trunk`).
 *
 * @throws RangeError with the nearest name when there is none.
 */
export function taxonomyNode(taxonomy: TaxonomyName, name: string): TaxonomyNode {
  const nodes = load(taxonomy);
  const node = nodes.get(name.slice(name.lastIndexOf(":") + 1));
  if (node !== undefined && (node.name === name || node.path.join(":") === name)) return node;
  const advice = didYouMean(nearMatches(name, nodes.keys(), { limit: 1 }));
  throw new RangeError(`expected a name of the ${taxonomy} taxonomy, got "${name}"${advice}`);
}

/** The nodes above a name, from the first level down. */
export function ancestorsOf(taxonomy: TaxonomyName, name: string): readonly TaxonomyNode[] {
  const { path } = taxonomyNode(taxonomy, name);
  return path.slice(0, -1).map((each) => taxonomyNode(taxonomy, each));
}

/** The nodes below a name, at every depth. */
export function descendantsOf(taxonomy: TaxonomyName, name: string): readonly TaxonomyNode[] {
  return taxonomyNode(taxonomy, name).children.flatMap((child) => [child, ...descendantsOf(taxonomy, child.name)]);
}

/** Which records of a node. */
export interface WithinOptions {
  /**
   * `below`: the node and all below it. `exactly`: the node and nothing more precise. `above`: records that are described
   * by one of its ancestors and nothing more precise, and so may belong to the node.
   *
   * @default "below"
   */
  readonly how?: "below" | "exactly" | "above";
}

/**
 * Criteria over records of v2 for a place in a hierarchy; `toQuery` makes them a search.
 *
 * @throws RangeError for an unknown name or way; TypeError for an unknown option.
 * @example
 * ```ts
 * import { within } from "@isic/select/taxonomy";
 * console.log(within("diagnosis", "Melanoma Invasive")); // [ 'metadata.clinical.diagnosis_3', '==', 'Melanoma Invasive' ]
 * ```
 */
export function within(taxonomy: TaxonomyName, name: string, options: WithinOptions = {}): Criteria {
  checkOptions("within", options, ["how"]);
  if (!HOW.includes(options.how ?? "below")) {
    throw new RangeError(`expected one of ${HOW.join(", ")} for how, got ${JSON.stringify(options.how)}`);
  }
  const node = taxonomyNode(taxonomy, name);
  const field = (level: number): string => `metadata.clinical.${taxonomy}_${level}`;
  const at = (each: TaxonomyNode): Criterion => [field(each.level), "==", each.name];
  const exactly = (each: TaxonomyNode): Criteria =>
    each.level === DEEPEST ? at(each) : [at(each), [field(each.level + 1), "is None", null]];
  if (options.how === "exactly") return exactly(node);
  return options.how === "above" ? { or: ancestorsOf(taxonomy, name).map(exactly) } : at(node);
}

const HOW: readonly string[] = ["below", "exactly", "above"];
const DEEPEST = 5;
const loaded = new Map<TaxonomyName, ReadonlyMap<string, TaxonomyNode>>();

function load(taxonomy: TaxonomyName): ReadonlyMap<string, TaxonomyNode> {
  const known = loaded.get(taxonomy);
  if (known !== undefined) return known;
  const text = { diagnosis: DIAGNOSES, anatom_site: SITES }[taxonomy];
  if (text === undefined) throw new RangeError(`expected "diagnosis" or "anatom_site", got "${taxonomy}"`);
  const nodes = new Map<string, TaxonomyNode>();
  const open: { name: string; path: string[]; children: TaxonomyNode[] }[] = [];
  for (const line of text.trim().split("\n")) {
    const name = line.trimStart();
    const level = line.length - name.length + 1;
    const parent = open[level - 2] as TaxonomyNode | undefined;
    const node = { name, level, path: [...(parent?.path ?? []), name], parent, children: [] };
    (open[level - 2]?.children ?? []).push(node);
    open[level - 1] = node;
    nodes.set(name, node);
  }
  loaded.set(taxonomy, nodes);
  return nodes;
}
