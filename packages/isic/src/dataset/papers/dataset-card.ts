import { stringify } from "yaml";
import type { Recipe } from "../recipe/recipe.ts";

/** What the card of a set on a hub says. */
export interface CardFacts {
  readonly recipe: Recipe;
  readonly parts: readonly string[];
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
};
const SIZES: readonly (readonly [limit: number, name: string])[] = [
  [1_000, "n<1K"],
  [10_000, "1K<n<10K"],
  [100_000, "10K<n<100K"],
  [1_000_000, "100K<n<1M"],
];

/** `README.md` of a set for the Hugging Face hub: its settings in front, then the data sheet and the citation. */
export function datasetCard({ recipe, parts, count, licences, classes, sheet, bibTex }: CardFacts): string {
  const known = licences.map((licence) => (Object.hasOwn(HUB, licence) ? HUB[licence] : "other"));
  const front = {
    pretty_name: recipe.title,
    license: known.length === 1 ? known[0] : [...new Set(known)],
    size_categories: [SIZES.find(([limit]) => count < limit)?.[1] ?? "1M<n<10M"],
    ...(classes.length === 0 ? {} : { task_categories: ["image-classification"] }),
    tags: ["medical", "dermatology", "isic"],
    configs: [{ config_name: "default", data_files: parts.map((part) => ({ split: part, path: `${part}/**` })) }],
  };
  return `---\n${stringify(front, { lineWidth: 0 })}---\n\n${sheet}\nThe licence of each image is in the column \`license\`, whom to name in \`attribution\` and in attribution.txt, the licences in licenses/.\n\n\`\`\`bibtex\n${bibTex}\`\`\`\n`;
}
