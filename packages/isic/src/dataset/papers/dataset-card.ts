import type { Recipe } from "../recipe/recipe.ts";
import { yamlText } from "./yaml.ts";

/** What the card of a set on a hub says. */
export interface CardFacts {
  readonly recipe: Recipe;
  /** Those that have images. */
  readonly parts: readonly string[];
  /** Columns of `images.csv` that `metadata.csv` lacks. */
  readonly leftOut: readonly string[];
  readonly count: number;
  readonly licences: readonly string[];
  readonly classes: readonly string[];
  readonly sheet: string;
  readonly bibTex: string;
}

/** The hub's names of licences, by SPDX. */
const HUB: Readonly<Record<string, string>> = {
  "CC0-1.0": "cc0-1.0",
  "CC-BY-4.0": "cc-by-4.0",
  "CC-BY-NC-4.0": "cc-by-nc-4.0",
  unknown: "unknown",
};
const SIZES: readonly (readonly [limit: number, name: string])[] = [
  [1_000, "n<1K"],
  [10_000, "1K<n<10K"],
  [100_000, "10K<n<100K"],
  [1_000_000, "100K<n<1M"],
];

/** `README.md` of a set for the Hugging Face hub: its settings in front, then the data sheet and the citation. */
export function datasetCard(facts: CardFacts): string {
  const { recipe, parts, count, licences, classes, leftOut, sheet, bibTex } = facts;
  const known = [...new Set(licences.map((licence) => (Object.hasOwn(HUB, licence) ? HUB[licence] : "other")))];
  const tasks = [
    ...(classes.length === 0 ? [] : ["image-classification"]),
    ...(recipe.masks === undefined ? [] : ["image-segmentation"]),
  ];
  const front = {
    pretty_name: recipe.title,
    license: known.length === 1 ? known[0] : known,
    size_categories: [SIZES.find(([limit]) => count < limit)?.[1] ?? "1M<n<10M"],
    ...(tasks.length === 0 ? {} : { task_categories: tasks }),
    tags: ["medical", "dermatology", "isic"],
    configs: [{ config_name: "default", data_files: splitsOf(parts) }],
  };
  const left =
    leftOut.length === 0
      ? ""
      : `\nIn images.csv and not in the tables of the parts, since a reader of one part would guess another type for them than a reader of another (often because one part has no value): ${leftOut.map((name) => `\`${name}\``).join(", ")}.\n`;
  return `---\n${yamlText(front)}---\n\n${sheet}\nThe licence of each image is in the column \`license\`, whom to name in \`attribution\` and in attribution.txt, the licences in licenses/.\n${left}\n\`\`\`bibtex\n${bibTex}\`\`\`\n`;
}

/** The hub's splits; it takes letters, digits and `_` in their names, with points between. */
function splitsOf(parts: readonly string[]): object[] {
  const taken = new Set<string>();
  return parts.map((part) => {
    const clean = part
      .replace(/[^\p{L}\p{N}_.]+/gu, "_")
      .replace(/\.+/g, ".")
      .replace(/^[_.]+|[_.]+$/g, "");
    let split = clean;
    for (let n = 2; taken.has(split); n++) split = `${clean}_${n}`;
    taken.add(split);
    return { split, path: `${part}/**` };
  });
}
