import { getPath } from "@isic/select";
import { diagnosisOf } from "../labels/label-images.ts";
import { layoutOf } from "../layouts/places.ts";
import type { DatasetPlan, LeftOutReason } from "../plan/plan.ts";
import type { Recipe } from "../recipe/recipe.ts";

/** What the sheet counts of an image. */
export interface SheetImage {
  readonly split: string;
  readonly labels: readonly string[];
  readonly licence: string | undefined;
  readonly group: string;
  readonly record: Readonly<Record<string, unknown>>;
}

/** All that a data sheet is made from. */
export interface SheetFacts {
  readonly recipe: Recipe;
  readonly images: readonly SheetImage[];
  readonly parts: readonly string[];
  readonly plan: Pick<DatasetPlan, "leftOut" | "unlabelled" | "notes" | "fields" | "without">;
  readonly duplicates: number;
  readonly citation: string;
}

/** How often each value of something occurs in each part. */
export interface Tally {
  readonly title: string;
  /** Value to part to images; `MISSING` for images without one. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export const MISSING = "(missing)";
const CLASS = "Class";
const FIELDS: readonly (readonly [title: string, paths: readonly string[]])[] = [
  ["Sex", ["clinical.sex"]],
  ["Age", ["clinical.age_approx"]],
  ["Skin type", ["clinical.fitzpatrick_skin_type"]],
  ["Site", ["clinical.anatom_site_1", "clinical.anatom_site_general"]],
  ["Image type", ["acquisition.image_type"]],
  ["Camera", ["acquisition.dermoscopic_type", "clinical.tbp_tile_type", "acquisition.tbp_tile_type"]],
];

export function talliesOf({ recipe, images }: SheetFacts): Tally[] {
  const of = (title: string, valuesOf: (image: SheetImage) => readonly string[]): Tally => {
    const rows = new Map<string, Map<string, number>>();
    for (const image of images) {
      for (const value of valuesOf(image)) {
        const row = rows.get(value) ?? new Map<string, number>();
        rows.set(value, row.set(image.split, (row.get(image.split) ?? 0) + 1));
      }
    }
    const sorted = [...rows].sort(
      ([a], [b]) => Number(a === MISSING) - Number(b === MISSING) || a.localeCompare(b, "en", { numeric: true }),
    );
    return { title, rows: new Map(sorted) };
  };
  const field =
    (paths: readonly string[]) =>
    ({ record }: SheetImage) => {
      for (const path of paths.flatMap((each) => [`metadata.${each}`, `meta.${each}`])) {
        const value = getPath(record, path);
        if (value !== undefined && value !== null && value !== "") return [String(value)];
      }
      return [MISSING];
    };
  return [
    ...(recipe.labels === undefined ? [] : [of(CLASS, ({ labels }) => labels)]),
    of("Diagnosis", ({ record }) => [diagnosisOf(record)]),
    ...FIELDS.map(([title, paths]) => of(title, field(paths))),
    of("Licence", ({ licence }) => [licence ?? MISSING]),
  ];
}

/** A count that is further from what the part's share of the images would give than chance explains well. */
export interface Imbalance {
  readonly value: string;
  readonly part: string;
  readonly count: number;
  readonly ideal: number;
}

/** Four binomial deviations and an image. */
export function imbalances({ rows }: Tally, sizes: ReadonlyMap<string, number>): Imbalance[] {
  const total = sumOf(sizes.values());
  const found: Imbalance[] = [];
  for (const [value, counts] of rows) {
    const all = sumOf(counts.values());
    for (const [part, size] of sizes) {
      const share = size / total;
      const [count, ideal] = [counts.get(part) ?? 0, all * share];
      if (Math.abs(count - ideal) > 4 * Math.sqrt(all * share * (1 - share)) + 1)
        found.push({ value, part, count, ideal });
    }
  }
  return found;
}

export function imbalanceLines(
  { recipe }: SheetFacts,
  tallies: readonly Tally[],
  sizes: ReadonlyMap<string, number>,
): string[] {
  const absent = tallies
    .filter(({ title }) => title === CLASS)
    .flatMap(({ rows }) =>
      Array.from(rows, ([name, counts]) => [name, filled(sizes).filter((part) => !counts.has(part))] as const),
    )
    .filter(([, parts]) => parts.length > 0);
  const trap =
    layoutOf(recipe) === "image-folder"
      ? " Loaders that number the classes of each folder by themselves give other numbers there; give them the classes of the whole set (classes.txt)."
      : "";
  return [
    ...absent.map(([name, parts]) => `${CLASS} ${name}: no image in ${parts.join(", ")}.${trap}`),
    ...tallies.flatMap((tally) =>
      imbalances(tally, sizes).map(
        ({ value, part, count, ideal }) =>
          `${tally.title} ${value}: ${part} has ${count}, and its share would be ${Math.round(ideal)}.`,
      ),
    ),
  ];
}

export const sumOf = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);

/** Parts that have images. */
export const filled = (sizes: ReadonlyMap<string, number>): string[] =>
  [...sizes].flatMap(([part, size]) => (size > 0 ? [part] : []));

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Of a part's images those with a value, in percent; nothing for a part without images. */
export const shareText = (count: number, size: number): string => (size === 0 ? "–" : percent(count / size));

export function sizesOf({ images, parts }: SheetFacts): ReadonlyMap<string, number> {
  const sizes = new Map(parts.map((part) => [part, 0]));
  for (const { split } of images) sizes.set(split, (sizes.get(split) ?? 0) + 1);
  return sizes;
}

export function sizeLine(images: readonly SheetImage[], sizes: ReadonlyMap<string, number>): string {
  const groups = new Set(images.map(({ group }) => group)).size;
  const parts = Array.from(sizes, ([part, count]) => `${part} ${count}`).join(", ");
  return `${images.length} images in ${groups} groups that are never parted: ${parts}.`;
}

export function leftOutLines({ leftOut, unlabelled }: SheetFacts["plan"]): string[] {
  const counts = new Map<LeftOutReason, number>();
  for (const { reason } of leftOut) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [
    ...Array.from(counts, ([reason, count]) => `${count}: ${reason}`),
    ...Object.entries(unlabelled).map(([diagnosis, count]) => `${count} without a class: ${diagnosis}`),
  ];
}
