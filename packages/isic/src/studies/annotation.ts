import { type Color, dice, paintSuperpixels, type Raster } from "@isic/core-wasm";
import type { AnnotationRecord } from "../archive/archive.ts";
import { ArgumentError, NotFoundError, NotLoadedError } from "../errors.ts";
import { featureColor } from "../features/color.ts";
import { featureFilePart } from "../features/master-features.ts";
import { checkImage, checkSuperpixels } from "../image/check-image.ts";
import type { Image } from "../image/image.ts";
import type { Segmentation } from "../image/segmentation.ts";
import type { Superpixels } from "../image/superpixels.ts";
import { type Picture, showInJupyter } from "../notebook/jupyter.ts";
import { paintedPicture } from "../notebook/painted-picture.ts";
import { CALL, type CallOptions, isUnreachable, sayingUnkept, unkept } from "../session/calls.ts";
import { checkOptions } from "../session/options.ts";
import { checkMeasure, type OverlapMeasure, overlapOfMasks } from "./agreement/mask-values.ts";
import type { StudyContext } from "./context.ts";
import { type AnnotationFilter, featureNames } from "./filter.ts";
import { keptFile } from "./kept-annotations.ts";
import { checkMarks, type MarkedFeature, markedFeature, maskOfMarks, warnOfComputed } from "./marked-feature.ts";

/** How much of an image the superpixels of one feature cover. */
export interface FeatureAreas {
  /** Pixels of each superpixel, in the order of `idx`, and their sum. */
  readonly area: readonly number[];
  readonly tarea: number;
  /** The same as shares of the image. */
  readonly areaPct: readonly number[];
  readonly tareaPct: number;
  /** The shares of the lesion that lie in each superpixel; zeros without `image.loadSegmentation`. */
  readonly areaMpct: readonly number[];
  readonly tareaMpct: number;
}

export interface DrawOptions {
  /** Only these features. @default all that were marked */
  readonly features?: AnnotationFilter["features"];
  /** @default [255, 0, 0] */
  readonly color?: Color;
  /** Of definite marks; possible ones are painted half as strongly. @default 1 */
  readonly alpha?: number;
}

export interface OverlapMeasureOptions {
  /** @default "dice" */
  readonly measure?: OverlapMeasure;
  /** The superpixels of the image; needed for correlations, and for annotations of two images. */
  readonly superpixels?: Superpixels;
  /** Compares only within this lesion: correlations, and annotations of two images. */
  readonly segmentation?: Segmentation | undefined;
  /** The superpixels of the other annotation's image, where that is another image. */
  readonly otherSuperpixels?: Superpixels;
  /** The lesion in it; as in the Python client only what lies within both lesions is compared, or all where one is missing. */
  readonly otherSegmentation?: Segmentation | undefined;
  /** How wide masks are smoothed; see `OverlapOptions`. @default 0.05 */
  readonly fwhm?: number;
}

const OVERLAP_MEASURE: readonly (keyof OverlapMeasureOptions)[] = [
  "measure",
  "superpixels",
  "segmentation",
  "otherSuperpixels",
  "otherSegmentation",
  "fwhm",
];

/** What one reader of a study said about one image: answers, and superpixels marked for features. */
export class Annotation {
  /** The record as the server sent it. */
  readonly record: AnnotationRecord;
  readonly #context: StudyContext;
  readonly #features = new Map<string, MarkedFeature>();

  constructor(record: AnnotationRecord, context: StudyContext) {
    this.record = record;
    this.#context = context;
    showInJupyter(this, context.codecs, () => this.#picture());
  }

  get id(): string {
    return this.record._id;
  }

  get imageId(): string {
    return this.record.image._id;
  }

  get studyId(): string {
    return this.record.studyId;
  }

  get userId(): string {
    return this.record.user._id;
  }

  get state(): string {
    return this.record.state;
  }

  get status(): string | undefined {
    return this.record.status;
  }

  /** Question to answer; empty while the annotation is not complete. */
  get responses(): Readonly<Record<string, string>> {
    return this.record.responses ?? {};
  }

  /** Feature to whether anything was marked; empty while the annotation is not complete. */
  get markups(): Readonly<Record<string, boolean>> {
    return this.record.markups ?? {};
  }

  /** Feature to its superpixels; after `loadData`. */
  get features(): ReadonlyMap<string, MarkedFeature> {
    return this.#features;
  }

  /** The features with anything marked. */
  get markedFeatures(): string[] {
    return Object.keys(this.markups).filter((feature) => this.markups[feature] === true);
  }

  /**
   * Fetches the superpixels of every marked feature that is not there yet; where the server cannot be reached, those that
   * `study.loadAnnotations` kept.
   */
  async loadData(options: CallOptions = {}): Promise<ReadonlyMap<string, MarkedFeature>> {
    checkOptions("loadData", options, CALL);
    for (const feature of this.markedFeatures) {
      if (this.#features.has(feature)) continue;
      this.#features.set(feature, await this.#fetchFeature(feature, options));
    }
    return this.#features;
  }

  /** Takes features that were kept earlier (`stann_` files). */
  setData(features: Iterable<readonly [string, MarkedFeature]>): void {
    for (const [feature, marked] of features) this.#features.set(feature, marked);
  }

  /** The server's mask of a feature, through the cache: 255 definite, 128 possible, 0 not. */
  async loadMask(feature: string, options: CallOptions = {}): Promise<Raster> {
    checkOptions("loadMask", options, CALL);
    this.#checkFeature(feature);
    const { store, codecs, service } = this.#context;
    const what = `The mask of ${feature} in annotation ${this.id}`;
    const { value } = await store.getOrLoad(store.key("afmsk", this.id, featureFilePart(feature)), {
      ...options,
      load: async (signal) => {
        const file = await unkept(what, service.markupMask(this.id, feature, { signal }));
        return { value: await file.bytes(), origin: `annotation/${this.id}` };
      },
      read: async (bytes) => redOf(await codecs.decode(bytes, { what })),
    });
    showInJupyter(value, codecs, () => ({ raster: value, text: what }));
    return value;
  }

  /**
   * The mask of a feature made here of its superpixels, with the server's values: 255 definite, 128 possible, 0 not.
   *
   * Throws a `LabelCountError` where it was marked on another number of superpixels.
   */
  maskOf(feature: string, superpixels: Superpixels): Raster {
    const raster = maskOfMarks(this.#marks("maskOf", feature, superpixels), superpixels);
    const text = `The mask of ${feature} in annotation ${this.id}`;
    showInJupyter(raster, this.#context.codecs, () => ({ raster, text }));
    return raster;
  }

  /**
   * How much of the image the superpixels of a feature cover.
   *
   * Throws a `LabelCountError` where it was marked on another number of superpixels.
   */
  areasOf(feature: string, superpixels: Superpixels): FeatureAreas {
    return areasOfMarks(this.#marks("areasOf", feature, superpixels), superpixels);
  }

  /**
   * How much two markings overlap: by Dice's coefficient of their superpixels (1 for the same, 0 for none in common), or by
   * Pearson's correlation of their masks. 0 where either is not marked.
   *
   * Of two different images the masks are laid over each other on the pixels of the smaller one, as in the Python client;
   * Dice's coefficient is then that of pixels, and every measure needs `superpixels` and `otherSuperpixels`. A result is NaN
   * where there is nothing to compare: no marks, or marks everywhere, within both lesions.
   *
   * Throws a `RangeError` for annotations that are not complete, an `ArgumentError` where superpixels are missing or belong
   * to another image, and a `LabelCountError` for those of another number.
   */
  overlap(feature: string, other: Annotation, otherFeature: string, options: OverlapMeasureOptions = {}): number {
    checkOptions("overlap", options, OVERLAP_MEASURE);
    if (this.state !== "complete" || other.state !== "complete")
      throw new RangeError("expected complete annotations, got an active one");
    const { measure = "dice", fwhm } = options;
    checkMeasure(measure);
    if (this.markups[feature] !== true || other.markups[otherFeature] !== true) return 0;
    const isSame = this.imageId === other.imageId;
    // Nothing marked by either is nothing in common.
    if (measure === "dice" && isSame) return dice(this.#feature(feature).idx, other.#feature(otherFeature).idx) || 0;
    const { superpixels, segmentation } = options;
    const otherSuperpixels = isSame ? superpixels : options.otherSuperpixels;
    const otherSegmentation = isSame ? segmentation : options.otherSegmentation;
    if (!isSame && superpixels !== undefined && otherSuperpixels === undefined)
      throw new ArgumentError("overlap of annotations of two images needs otherSuperpixels, those of the other image");
    const masks = [
      maskOfMarks(this.#marks("overlap", feature, superpixels!), superpixels!),
      maskOfMarks(other.#marks("overlap", otherFeature, otherSuperpixels!), otherSuperpixels!),
    ] as const;
    const lesions = [segmentation, otherSegmentation].map((each) => each?.mask);
    return overlapOfMasks(masks, lesions as [Raster | undefined, Raster | undefined], measure, fwhm);
  }

  /**
   * Paints the marked superpixels into the data of its image, in place; after `loadData`.
   *
   * Throws an `ArgumentError` for another image, a `NotLoadedError` where anything is not loaded, and a
   * `LabelCountError` where a feature was marked on another number of superpixels: then nothing is painted.
   */
  draw(image: Image, options: DrawOptions = {}): void {
    checkOptions("draw", options, ["features", "color", "alpha"]);
    const { color = [255, 0, 0], alpha = 1 } = options;
    checkImage(image, this.imageId);
    if (image.data === undefined) throw new NotLoadedError("draw", "image.loadImageData()");
    const map = image.mapSuperpixels();
    const features = featureNames(options.features) ?? this.markedFeatures;
    const marked = features.map((feature) => this.#feature(feature));
    for (const [i, marks] of marked.entries()) checkMarks(this.#nameOf(features[i]!), marks, map.count);
    warnOfComputed(`draw of annotation ${this.id}`, image.superpixels!, this.#context.warn);
    for (const { idx, lst } of marked) paintSuperpixels(image.data, map, idx, { color, alpha, values: lst });
  }

  toJSON(): AnnotationRecord {
    return this.record;
  }

  async #fetchFeature(feature: string, options: CallOptions): Promise<MarkedFeature> {
    try {
      return markedFeature(await this.#context.service.markup(this.id, feature, options));
    } catch (error) {
      const kept = isUnreachable(error) ? await keptFile(this.studyId, this.#context, options) : undefined;
      const marked = kept?.get(this.id)?.get(feature);
      if (marked === undefined) throw sayingUnkept(`What was marked as ${this.#nameOf(feature)}`, error);
      return marked;
    }
  }

  /** The photo with all that was marked, each feature in its own colour. */
  async #picture(): Promise<Picture> {
    const text = `Annotation ${this.id} of ${this.record.image.name}`;
    const features = this.markedFeatures;
    if (features.length === 0) return { raster: undefined, text };
    return paintedPicture(this.#context, this.imageId, text, async (image) => {
      await this.loadData();
      for (const feature of features) this.draw(image, { features: feature, color: featureColor(feature), alpha: 0.7 });
    });
  }

  /** The marks of a feature, once they belong to these superpixels. */
  #marks(call: string, feature: string, superpixels: Superpixels): MarkedFeature {
    checkSuperpixels(call, superpixels);
    const marked = this.#feature(feature);
    checkMarks(this.#nameOf(feature), marked, superpixels.idx.count);
    warnOfComputed(`${call} of annotation ${this.id}`, superpixels, this.#context.warn);
    return marked;
  }

  #nameOf(feature: string): string {
    return `${JSON.stringify(feature)} in annotation ${this.id}`;
  }

  #feature(feature: string): MarkedFeature {
    const marked = this.#features.get(feature);
    if (marked !== undefined) return marked;
    this.#checkFeature(feature);
    throw new NotLoadedError(`The feature ${JSON.stringify(feature)}`, "loadData()");
  }

  #checkFeature(feature: string): void {
    if (this.markups[feature] === true) return;
    throw new NotFoundError(`feature marked in annotation ${this.id}`, feature, this.markedFeatures.slice(0, 3));
  }
}

/** The areas of marks that belong to these superpixels. */
export function areasOfMarks({ idx }: MarkedFeature, superpixels: Superpixels): FeatureAreas {
  const pixels = superpixels.idx.data.length;
  const area = idx.map((superpixel) => superpixels.szs[superpixel]!);
  const areaPct = area.map((size) => size / pixels);
  const areaMpct = idx.map((superpixel) => superpixels.szp?.[superpixel] ?? 0);
  return { area, tarea: sum(area), areaPct, tareaPct: sum(areaPct), areaMpct, tareaMpct: sum(areaMpct) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function redOf({ width, height, channels, data: from }: Raster): Raster {
  const data = Uint8Array.from({ length: width * height }, (_, i) => from[i * channels]!);
  return { width, height, channels: 1, data };
}
