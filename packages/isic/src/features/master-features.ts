import { MASTER_FEATURES, MASTER_SYNONYMS } from "./master-list.ts";

/** One name of the archive's master list of dermoscopic structures. */
export interface MasterFeature {
  /** `Category : Name`; a few have three parts. It is what `markups` and `features` of studies hold. */
  readonly id: string;
  readonly category: string;
  /** At most 12 characters, unique. */
  readonly abbreviation: string;
  /** All ids of the same structure, this one included. */
  readonly synonyms: readonly string[];
}

let table: ReadonlyMap<string, MasterFeature> | undefined;

/** The master list by id, in the archive's order. */
export function masterFeatures(): ReadonlyMap<string, MasterFeature> {
  table ??= build();
  return table;
}

/**
 * Every name of the structure that this id names, sorted; empty when the id is not in the master list.
 *
 * @example
 * ```ts
 * import { featureSynonyms } from "isic/features";
 *
 * featureSynonyms("Circles & Semicircles : Brown"); // ["Circles & Semicircles : Brown", "Facial Skin : Brown circles"]
 * ```
 */
export function featureSynonyms(id: string): string[] {
  return [...(masterFeatures().get(id)?.synonyms ?? [])].sort();
}

/** The part of a mask's file name that names its feature: the letters of the abbreviation, in lower case. */
export function featureFilePart(id: string): string {
  const name = masterFeatures().get(id)?.abbreviation ?? id;
  return name.replaceAll(/[^A-Za-z]/g, "").toLowerCase();
}

function build(): Map<string, MasterFeature> {
  const synonyms = new Map(MASTER_SYNONYMS.flatMap((group) => group.map((id) => [id, group] as const)));
  const features = new Map<string, MasterFeature>();
  for (const [category, names] of Object.entries(MASTER_FEATURES)) {
    for (const [name, abbreviation] of names) {
      const id = `${category} : ${name}`;
      features.set(id, { id, category, abbreviation, synonyms: synonyms.get(id) ?? [id] });
    }
  }
  return features;
}
