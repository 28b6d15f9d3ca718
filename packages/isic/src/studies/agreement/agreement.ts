/** Agreement of a study's readers, feature by feature: Cohen's and Fleiss' kappa, Krippendorff's alpha, with intervals. */
import { ArgumentError } from "../../errors.ts";
import type { LongCallOptions } from "../../session/calls.ts";
import type { Annotation } from "../annotation.ts";
import type { AnnotationFilter } from "../filter.ts";
import { addUp, drawImages, type Interval, interval } from "./bootstrap.ts";
import { addCoincidences, cohenKappa, fleissKappa, krippendorffAlpha } from "./coefficients.ts";

export interface AgreementOptions
  extends Pick<AnnotationFilter, "features" | "images" | "users" | "statuses">,
    LongCallOptions {
  /** `nominal`: marked or not. `ordinal`: not, possible, definite. @default "nominal" */
  readonly level?: "nominal" | "ordinal";
  /** How often images are drawn for the intervals; 0 for none. @default 2000 */
  readonly draws?: number;
  /** The same seed gives the same intervals. @default 1 */
  readonly seed?: number;
}

export const AGREEMENT_OPTIONS: readonly (keyof AgreementOptions)[] = [
  "features",
  "images",
  "users",
  "statuses",
  "level",
  "draws",
  "seed",
  "signal",
  "onProgress",
];

/** One coefficient; `null` where it is undefined: nobody marked anything, or everybody everything. */
export interface Coefficient {
  readonly value: number | null;
  /** 95 %, by bootstrap over images; `null` for fewer than two images. */
  readonly interval: Interval | null;
  /** Images and superpixels that it is made of. */
  readonly images: number;
  readonly units: number;
}

export interface PairAgreement extends Coefficient {
  readonly readers: readonly [id: string, id: string];
  /** Superpixels that each of them marked, and both. */
  readonly marked: readonly [number, number];
  readonly both: number;
}

export interface FeatureAgreement {
  readonly feature: string;
  /** Cohen's kappa of each pair, over the images that both finished; with `ordinal`, with linear weights. */
  readonly cohen: readonly PairAgreement[];
  /** Fleiss' kappa over the images that all finished; `null` with `ordinal`, for which it is not made. */
  readonly fleiss: Coefficient | null;
  /** Krippendorff's alpha over the images that at least two finished. */
  readonly krippendorff: Coefficient & {
    /** Superpixels of these images that readers have no value for, since they did not finish: summed over readers. */
    readonly missing: number;
  };
}

export interface ReaderProgress {
  readonly id: string;
  readonly name: string;
  /** Images that were finished, and that were not: not begun, not complete, or with another status. */
  readonly finished: number;
  readonly missing: number;
}

export interface Agreement {
  readonly level: "nominal" | "ordinal";
  readonly draws: number;
  readonly seed: number;
  /** Names of the images that are compared, and of those left out since nobody knows how many superpixels they have. */
  readonly images: readonly string[];
  readonly leftOut: readonly string[];
  readonly readers: readonly ReaderProgress[];
  readonly features: readonly FeatureAgreement[];
}

/** What is compared: who finished which image with what. */
export interface Readings {
  readonly images: readonly { readonly id: string; readonly name: string; readonly superpixels: number }[];
  readonly leftOut: readonly string[];
  readonly readers: readonly { readonly id: string; readonly name: string }[];
  readonly features: readonly string[];
  /** The finished annotations of a reader of an image in which this feature could be marked. */
  readonly finished: (imageId: string, readerId: string, feature?: string) => readonly Annotation[];
}

/**
 * Compares readers. The unit is a superpixel of an image that both (or all) finished: what a reader did not mark is 0 there,
 * what he did not finish is missing.
 *
 * @param step called after each feature
 */
export async function agreementOf(readings: Readings, options: AgreementOptions, step: () => void): Promise<Agreement> {
  const { level = "nominal", draws = 2000, seed = 1, signal } = options;
  if (level !== "nominal" && level !== "ordinal")
    throw new ArgumentError(`expected level "nominal" or "ordinal", got ${JSON.stringify(level)}`);
  if (!Number.isInteger(draws) || draws < 0 || draws > MOST_DRAWS)
    throw new ArgumentError(`expected draws from 0 on, at most ${MOST_DRAWS}, got ${draws}`);
  if (!Number.isInteger(seed)) throw new ArgumentError(`expected a whole number as seed, got ${seed}`);
  const drawn = drawImages(readings.images.length, draws, seed);
  const features: FeatureAgreement[] = [];
  for (const feature of readings.features) {
    signal?.throwIfAborted();
    features.push(featureAgreement(feature, readings, level === "ordinal", drawn));
    step();
    // Others get their turn between features.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const readers = readings.readers.map(({ id, name }) => {
    const finished = readings.images.filter((image) => readings.finished(image.id, id).length > 0).length;
    return { id, name, finished, missing: readings.images.length - finished };
  });
  const images = readings.images.map(({ name }) => name);
  return { level, draws, seed, images, leftOut: readings.leftOut, readers, features };
}

/** More make no interval better, and would fill the memory. */
const MOST_DRAWS = 100_000;

/** What one reader marked in one image: superpixel to category, 0 for all others. */
type Values = ReadonlyMap<number, number>;

function featureAgreement(
  feature: string,
  { images, readers, finished }: Readings,
  ordinal: boolean,
  draws: readonly Uint32Array[],
): FeatureAgreement {
  const categories = ordinal ? 3 : 2;
  /** For each image the values of each reader, where he finished it. */
  const values = images.map((image) =>
    readers.map(({ id }) => {
      const annotations = finished(image.id, id, feature);
      return annotations.length === 0 ? undefined : valuesOf(annotations, feature, ordinal);
    }),
  );
  const sizes = images.map(({ superpixels }) => superpixels);
  const cohen = pairsOf(readers.length).map(([a, b]): PairAgreement => {
    const tables = values.map((byReader, i) => pairCells(byReader[a], byReader[b], sizes[i]!, categories));
    const all = addUp(tables);
    const { length } = all;
    const marks = (isMarked: (row: number, column: number) => boolean): number => {
      let sum = 0;
      for (let i = 0; i < length; i++) if (isMarked(Math.floor(i / categories), i % categories)) sum += all[i]!;
      return sum;
    };
    return {
      readers: [readers[a]!.id, readers[b]!.id],
      ...coefficient(tables, draws, (cells) => cohenKappa(cells, categories, ordinal), total),
      marked: [marks((row) => row > 0), marks((_, column) => column > 0)],
      both: marks((row, column) => row > 0 && column > 0),
    };
  });
  const counted = values.map((byReader, i) => unitCells(byReader, sizes[i]!, categories));
  return {
    feature,
    cohen,
    fleiss: ordinal
      ? null
      : coefficient(
          counted.map(({ fleiss }) => fleiss),
          draws,
          (cells) => fleissKappa(cells[0]!, cells.subarray(2), cells[1]!),
          (cells) => cells[1]!,
        ),
    krippendorff: {
      ...coefficient(
        counted.map(({ krippendorff }) => krippendorff),
        draws,
        (cells) => krippendorffAlpha(cells, categories, ordinal),
        () => counted.reduce((sum, { units }) => sum + units, 0),
      ),
      missing: counted.reduce((sum, { missing }) => sum + missing, 0),
    },
  };
}

function coefficient(
  tables: readonly Float64Array[],
  draws: readonly Uint32Array[],
  of: (cells: Float64Array) => number | null,
  units: (cells: Float64Array) => number,
): Coefficient {
  const all = addUp(tables);
  const images = tables.filter((cells) => cells.some((cell) => cell !== 0)).length;
  return { value: of(all), interval: interval(tables, draws, of), images, units: units(all) };
}

/** The highest value that was given to each superpixel, as a category. */
function valuesOf(annotations: readonly Annotation[], feature: string, ordinal: boolean): Values {
  const values = new Map<number, number>();
  for (const annotation of annotations) {
    const { idx = [], lst = [] } = annotation.features.get(feature) ?? {};
    for (const [i, superpixel] of idx.entries()) {
      const category = ordinal && lst[i]! >= 1 ? 2 : 1;
      values.set(superpixel, Math.max(category, values.get(superpixel) ?? 0));
    }
  }
  return values;
}

function pairsOf(readers: number): [number, number][] {
  return Array.from({ length: readers }, (_, a) => a).flatMap((a) =>
    Array.from({ length: readers - a - 1 }, (_, i): [number, number] => [a, a + 1 + i]),
  );
}

/** How often one took each category where the other took each; nothing where either did not finish. */
function pairCells(a: Values | undefined, b: Values | undefined, size: number, categories: number): Float64Array {
  const cells = new Float64Array(categories * categories);
  if (a === undefined || b === undefined) return cells;
  const either = new Set([...a.keys(), ...b.keys()]);
  for (const superpixel of either) cells[(a.get(superpixel) ?? 0) * categories + (b.get(superpixel) ?? 0)]!++;
  cells[0]! += size - either.size;
  return cells;
}

interface UnitCells {
  /** Sum of agreement, units, and how often each category was taken; of an image that all finished. */
  readonly fleiss: Float64Array;
  /** Coincidences. */
  readonly krippendorff: Float64Array;
  readonly units: number;
  readonly missing: number;
}

function unitCells(byReader: readonly (Values | undefined)[], size: number, categories: number): UnitCells {
  const fleiss = new Float64Array(2 + categories);
  const krippendorff = new Float64Array(categories * categories);
  const done = byReader.filter((values) => values !== undefined);
  const count = done.length;
  if (count < 2) return { fleiss, krippendorff, units: 0, missing: 0 };
  const add = (counts: ArrayLike<number>, times: number): void => {
    addCoincidences(krippendorff, counts, times);
    if (count < byReader.length) return;
    let agreeing = 0;
    for (let c = 0; c < categories; c++) {
      agreeing += counts[c]! * (counts[c]! - 1);
      fleiss[2 + c]! += times * counts[c]!;
    }
    fleiss[0]! += (times * agreeing) / (count * (count - 1));
    fleiss[1]! += times;
  };
  const marked = new Set(done.flatMap((values) => [...values.keys()]));
  for (const superpixel of marked) {
    const counts = new Float64Array(categories);
    for (const values of done) counts[values.get(superpixel) ?? 0]!++;
    add(counts, 1);
  }
  const none = new Float64Array(categories);
  none[0] = count;
  add(none, size - marked.size);
  return { fleiss, krippendorff, units: size, missing: size * (byReader.length - count) };
}

function total(cells: Float64Array): number {
  let sum = 0;
  for (const cell of cells) sum += cell;
  return sum;
}
