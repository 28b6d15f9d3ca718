/** Overlap of what pairs of readers marked on the same image, feature against feature: the Python client's `overlap_stats`. */
import { dice, maskOf } from "@isic/core-wasm";
import { ArgumentError } from "../../errors.ts";
import type { Image } from "../../image/image.ts";
import type { Superpixels } from "../../image/superpixels.ts";
import type { LongCallOptions } from "../../session/calls.ts";
import type { Annotation } from "../annotation.ts";
import type { AnnotationFilter } from "../filter.ts";
import { checkMarks } from "../marked-feature.ts";
import { checkMeasure, maskValues, type OverlapMeasure } from "./mask-values.ts";
import { correlation } from "./smoothing.ts";

export interface OverlapOptions
  extends Pick<AnnotationFilter, "states" | "statuses" | "images" | "features" | "users">,
    LongCallOptions {
  /**
   * Those beside Dice need the superpixels of each image; as in the Python client they compare masks of what was marked,
   * however surely, within all that anybody marked. @default ["dice"]
   */
  readonly measures?: readonly OverlapMeasure[];
  /** How wide masks are smoothed (full width at half maximum): up to 0.36 a share of the picture's size, else in pixels. @default 0.05 */
  readonly fwhm?: number;
}

export const OVERLAP_OPTIONS: readonly (keyof OverlapOptions)[] = [
  "states",
  "statuses",
  "images",
  "features",
  "users",
  "measures",
  "fwhm",
  "signal",
  "onProgress",
];

/** The values of all pairs of annotations, their median, and the standard deviation (of all, not of a sample); NaN for none. */
export interface OverlapCell {
  readonly values: readonly number[];
  readonly median: number;
  readonly sd: number;
}

/** A row per feature or category of the first of two annotations, a column per one of the second. */
export interface OverlapTables {
  readonly byFeature: readonly (readonly OverlapCell[])[];
  readonly byFeatureAndCategory: readonly (readonly OverlapCell[])[];
  readonly byCategory: readonly (readonly OverlapCell[])[];
}

export interface OverlapStats extends Partial<Readonly<Record<OverlapMeasure, OverlapTables>>> {
  /** Names of the images on which anything was compared. */
  readonly images: readonly string[];
  /** The features that were marked, sorted. */
  readonly features: readonly string[];
  /** What comes before the first ` : ` in their names. */
  readonly categories: readonly string[];
}

const categoryOf = (feature: string): string => feature.split(" : ")[0]!;

/** Values of each ordered pair of features. */
class Values {
  readonly #values = new Map<string, number[]>();

  add(a: string, b: string, value: number): void {
    const key = JSON.stringify([a, b]);
    const values = this.#values.get(key);
    if (values === undefined) this.#values.set(key, [value]);
    else values.push(value);
  }

  cells(rows: readonly string[], columns: readonly string[]): OverlapCell[][] {
    return rows.map((row) => columns.map((column) => cellOf(this.#values.get(JSON.stringify([row, column])) ?? [])));
  }
}

/**
 * Compares every annotation with every other of the same image, both ways.
 *
 * @param imageOf the image with its superpixels; asked for other measures than Dice
 */
export async function overlapOf(
  annotations: readonly Annotation[],
  imageOf: (imageId: string) => Promise<Image>,
  options: OverlapOptions,
): Promise<OverlapStats> {
  const { measures = ["dice"], fwhm, signal, onProgress } = options;
  if (!Array.isArray(measures))
    throw new ArgumentError(`expected a list of measures, such as ["dice"], got ${JSON.stringify(measures)}`);
  for (const measure of measures) checkMeasure(measure);
  const byImage = new Map<string, Annotation[]>();
  for (const annotation of annotations)
    byImage.set(annotation.imageId, [...(byImage.get(annotation.imageId) ?? []), annotation]);
  const features = [...new Set(annotations.flatMap((annotation) => [...annotation.features.keys()]))].sort();
  const categories = [...new Set(features.map(categoryOf))].sort();
  const all = new Map(
    measures.map((measure) => [measure, { features: new Values(), mixed: new Values(), categories: new Values() }]),
  );
  let done = 0;
  for (const [imageId, here] of byImage) {
    signal?.throwIfAborted();
    const image = measures.some((measure) => measure !== "dice") ? await imageOf(imageId) : undefined;
    for (const [measure, values] of all) {
      const compare = comparer(measure, here, image?.superpixels, fwhm);
      for (const a of here) {
        for (const b of here) {
          if (a === b) continue;
          for (const f of a.features.keys()) {
            for (const g of b.features.keys()) {
              const value = compare(a, f, b, g);
              values.features.add(f, g, value);
              values.mixed.add(f, categoryOf(g), value);
              values.categories.add(categoryOf(f), categoryOf(g), value);
            }
          }
        }
      }
    }
    onProgress?.({ done: ++done, total: byImage.size });
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const tables = [...all].map(([measure, values]): [OverlapMeasure, OverlapTables] => [
    measure,
    {
      byFeature: values.features.cells(features, features),
      byFeatureAndCategory: values.mixed.cells(features, categories),
      byCategory: values.categories.cells(categories, categories),
    },
  ]);
  const images = [...byImage.values()].map(([first]) => first!.record.image.name);
  return { images, features, categories, ...Object.fromEntries(tables) };
}

type Compare = (a: Annotation, feature: string, b: Annotation, otherFeature: string) => number;

/** Each mask is made and smoothed once. */
function comparer(
  measure: OverlapMeasure,
  annotations: readonly Annotation[],
  superpixels: Superpixels | undefined,
  fwhm: number | undefined,
): Compare {
  if (measure === "dice" || superpixels === undefined)
    return (a, f, b, g) => dice(a.features.get(f)!.idx, b.features.get(g)!.idx);
  const { map } = superpixels;
  const all = new Set<number>();
  const masks = new Map<Annotation, Map<string, Uint8Array>>();
  for (const annotation of annotations) {
    const byFeature = new Map<string, Uint8Array>();
    for (const [feature, marked] of annotation.features) {
      checkMarks(`${JSON.stringify(feature)} in annotation ${annotation.id}`, marked, map.count);
      for (const superpixel of marked.idx) all.add(superpixel);
      byFeature.set(feature, maskValues(maskOf(map, marked.idx), measure, fwhm));
    }
    masks.set(annotation, byFeature);
  }
  const anywhere = maskOf(map, [...all]).data;
  return (a, f, b, g) => correlation(masks.get(a)!.get(f)!, masks.get(b)!.get(g)!, anywhere);
}

function cellOf(values: readonly number[]): OverlapCell {
  const sorted = [...values].sort((a, b) => a - b);
  const { length } = sorted;
  const middle = Math.floor(length / 2);
  const median =
    length === 0 ? Number.NaN : length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length);
  return { values, median, sd };
}
