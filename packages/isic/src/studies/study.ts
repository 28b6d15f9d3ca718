import type { Raster } from "@isic/core-wasm";
import { nearMatches } from "@isic/select";
import type { AnnotationRecord, ImageSummary, StudyRecord } from "../archive/archive.ts";
import type { ImageReference } from "../archive/records.ts";
import { idIn } from "../archive/references.ts";
import { NotFoundError, NotLoadedError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { showInJupyter } from "../notebook/jupyter.ts";
import { paintedPicture } from "../notebook/painted-picture.ts";
import { CALL, type CallOptions, LONG_CALL } from "../session/calls.ts";
import { checkOptions, withoutUndefined } from "../session/options.ts";
import { pool } from "../session/pool.ts";
import { AGREEMENT_OPTIONS, type Agreement, type AgreementOptions, agreementOf } from "./agreement/agreement.ts";
import { OVERLAP_OPTIONS, type OverlapOptions, type OverlapStats, overlapOf } from "./agreement/overlap.ts";
import { readingsOf } from "./agreement/readings.ts";
import type { Annotation } from "./annotation.ts";
import { combinedMetaData } from "./combine.ts";
import type { StudyContext } from "./context.ts";
import {
  type AnnotationFilter,
  checkFilter,
  chosenImages,
  chosenUsers,
  featuresOf,
  filterAnnotations,
} from "./filter.ts";
import { HEAT_MAP_OPTIONS, type HeatMapOptions, heatMapOf, type StudyHeatMap } from "./heat-map.ts";
import { loadAnnotations, type ManyOptions } from "./load-annotations.ts";
import { warnOfComputed } from "./marked-feature.ts";
import { META_DATA_OPTIONS, type MetaDataOptions, type MetaDataSource, readMetaData } from "./meta-data.ts";
import { Figure } from "./montage/figure.ts";
import { MONTAGE_OPTIONS, type MontageOptions, montagePage } from "./montage/montage.ts";
import type { Reference } from "./study-objects.ts";

/** What `cacheImageData` did. */
export interface CachedImages {
  /** Images whose photo and superpixels are in the cache now. */
  readonly done: readonly string[];
  /** Images that this account may not see. */
  readonly hidden: readonly string[];
  /** Images that failed, and why. */
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

/** A study of v1: images shown to readers with questions and features to mark. */
export class Study {
  /** The record as the server sent it. */
  readonly record: StudyRecord;
  readonly #context: StudyContext;
  readonly #parts: readonly Study[];
  #annotations: readonly Annotation[] | undefined;
  #metaData: Readonly<Record<string, unknown>> = {};

  /** @param parts the studies that this one combines */
  constructor(record: StudyRecord, context: StudyContext, parts: readonly Study[] = []) {
    this.record = record;
    this.#context = context;
    this.#parts = parts;
    this.#metaData = combinedMetaData(parts);
    if (parts.length > 0 && parts.every((part) => part.#annotations !== undefined))
      this.#annotations = parts.flatMap((part) => part.annotations);
  }

  get id(): string {
    return this.record._id;
  }

  get name(): string {
    return this.record.name;
  }

  get description(): string {
    return this.record.description;
  }

  /** The features that readers could mark. */
  get features(): StudyRecord["features"] {
    return this.record.features;
  }

  get questions(): StudyRecord["questions"] {
    return this.record.questions;
  }

  get users(): StudyRecord["users"] {
    return this.record.users;
  }

  /** Completed annotations by user. */
  get userCompletion(): StudyRecord["userCompletion"] {
    return this.record.userCompletion;
  }

  /** Short records of all images, those that this account may not see included; `api.image(study.images[0])`. */
  get images(): readonly ImageSummary[] {
    return this.record.images;
  }

  /** What readers said; after `loadAnnotations`. */
  get annotations(): readonly Annotation[] {
    return this.#annotations ?? [];
  }

  /** What `loadMetaData` has read, by its key. */
  get metaData(): Readonly<Record<string, unknown>> {
    return this.#metaData;
  }

  imageNames(): string[] {
    return this.images.map((image) => image.name);
  }

  /** The images that this account may see, with their records. */
  async loadImages(options: CallOptions = {}): Promise<Image[]> {
    checkOptions("loadImages", options, CALL);
    return this.#context.imagesById(
      this.images.map((image) => image._id),
      options,
    );
  }

  /**
   * Brings photo and superpixels of every image into the cache. What is there is not fetched again, so it can be
   * stopped and called again; an image that fails does not stop the others.
   *
   * Throws a `NotLoadedError` where the api has no cache: there all of it would be fetched for nothing.
   */
  async cacheImageData(options: ManyOptions = {}): Promise<CachedImages> {
    checkOptions("cacheImageData", options, [...LONG_CALL, "concurrency"]);
    if (this.#context.store.cache === undefined) {
      const way =
        "a cache (connect with `cacheFolder` or `cacheName`, or with `cache: new Map()` to keep all in memory)";
      throw new NotLoadedError(`cacheImageData of ${this.name}`, way);
    }
    const { concurrency = 4, onProgress, signal } = options;
    const images = await this.loadImages({ signal });
    const visible = new Set(images.map((image) => image.id));
    const hidden = this.images.filter(({ _id }) => !visible.has(_id)).map(({ name }) => name);
    const done: string[] = [];
    const failed: { name: string; error: unknown }[] = [];
    await pool(images, concurrency, async (image) => {
      try {
        await image.loadRawData({ signal });
        await image.loadSuperpixels({ signal });
        done.push(image.name);
      } catch (error) {
        signal?.throwIfAborted();
        failed.push({ name: image.name, error });
      } finally {
        image.clearData();
      }
      onProgress?.({ done: done.length + failed.length, total: images.length });
    });
    for (const { name, error } of failed)
      this.#context.warn(`${name} is not in the cache: ${(error as Error).message}`);
    return { done, hidden, failed };
  }

  /**
   * Fetches all annotations with their marked superpixels, and keeps the latter in one file of the cache. Needs no
   * login where the study is public. An annotation that cannot be read is left out with a warning; where the server
   * cannot be reached, what was kept is taken, with a warning.
   */
  async loadAnnotations(options: ManyOptions = {}): Promise<readonly Annotation[]> {
    checkOptions("loadAnnotations", options, [...LONG_CALL, "concurrency"]);
    if (this.#parts.length === 0) {
      this.#annotations = await loadAnnotations(this.id, this.#context, options);
      return this.#annotations;
    }
    const all: Annotation[] = [];
    for (const part of this.#parts) all.push(...(await part.loadAnnotations(options)));
    this.#annotations = all;
    return all;
  }

  /**
   * Reads a table that belongs to the study (diagnoses, exemplars) into `metaData`: CSV, JSON or gzipped JSON, from a
   * path (Node), an address, a `File`, or text.
   *
   * Throws a `TableError` for another format, or for rows that `listToDict` cannot tell apart.
   */
  async loadMetaData(source: MetaDataSource, options: MetaDataOptions = {}): Promise<void> {
    checkOptions("loadMetaData", options, META_DATA_OPTIONS);
    this.#metaData = { ...this.#metaData, ...(await readMetaData(source, options, this.#context)) };
  }

  /** One annotation by position, id, record or object; after `loadAnnotations`. */
  annotation(reference: number | Reference<AnnotationRecord>): Annotation {
    const loaded = this.#loaded("annotation");
    const id = idIn("annotation", reference);
    const found = typeof reference === "number" ? loaded.at(reference) : loaded.find((each) => each.id === id);
    if (found !== undefined) return found;
    const ids = loaded.map((each) => each.id);
    throw new NotFoundError(`annotation among the ${loaded.length} loaded of ${this.name}`, id, nearMatches(id, ids));
  }

  /**
   * The annotations that meet all conditions; after `loadAnnotations`.
   *
   * Throws a `NotFoundError` for features, images or users that the study does not have, and an `ArgumentError` for states and
   * statuses that no annotation has.
   */
  selectAnnotations(filter: AnnotationFilter = {}): Annotation[] {
    checkFilter("selectAnnotations", filter);
    return filterAnnotations(this.#loaded("selectAnnotations"), this.record, filter);
  }

  /**
   * How many readers marked each superpixel of an image, for each feature; after `loadAnnotations` and
   * `image.loadSuperpixels`. `heatMap.draw(image)` paints it with the look given here, `heatMap.stats()` is it in numbers.
   *
   * Throws a `NotFoundError` for features, users or an image that the study does not have, an `ArgumentError` for an
   * unknown option, and a `LabelCountError` for marks that were made on another number of superpixels.
   */
  heatMap(image: Image, options: HeatMapOptions = {}): StudyHeatMap {
    checkOptions("heatMap", options, HEAT_MAP_OPTIONS);
    const { features, statuses, users } = options;
    const filter = withoutUndefined({ features, statuses, users });
    const chosen = filterAnnotations(this.#loaded("heatMap"), this.record, { ...filter, images: [image] });
    const { warn, codecs } = this.#context;
    const more = { users: this.users, warn, codecs };
    const heatMap = heatMapOf(image, chosen, featuresOf(this.record, features), options, more);
    const text = `Heat map of ${image.name} by ${heatMap.readers.length} readers of ${this.name}`;
    showInJupyter(heatMap, this.#context.codecs, () =>
      paintedPicture(this.#context, image, text, (own) => heatMap.draw(own)),
    );
    return heatMap;
  }

  /**
   * One image as a figure for a paper: heat map, legend, photo, and the heat map of its exemplar feature; after
   * `loadAnnotations`. Photo, superpixels and lesion are loaded for it, and what is painted on `image` stays as it is.
   *
   * Throws a `NotFoundError` for features, users or an image that the study does not have.
   */
  async montage(image: ImageReference, options: MontageOptions = {}): Promise<Figure> {
    checkOptions("montage", options, MONTAGE_OPTIONS);
    const { legend: _, fontSize: __, exemplar, longerSide: ___, captions: ____, signal, ...look } = options;
    const [id] = chosenImages(this.record, [image]);
    const own = await this.#context.image(id!, { signal });
    const photo = await own.loadImageData({ signal });
    await own.loadSuperpixels({ signal });
    await own.loadSegmentation({ signal });
    const painted = (heatMap: StudyHeatMap): Raster => {
      own.data = { ...photo, data: photo.data.slice() };
      heatMap.draw(own);
      return own.data;
    };
    const heatMap = this.heatMap(own, look);
    const features = exemplar === false ? [] : (featuresOf(this.record, exemplar) ?? this.#exemplarOf(own.name));
    const parts = {
      image: own,
      photo,
      heatMap,
      painted: painted(heatMap),
      exemplar:
        features.length === 0
          ? undefined
          : { feature: features.join(", "), painted: painted(this.heatMap(own, { ...look, features })) },
    };
    return new Figure(montagePage(parts, options), this.#context.codecs, this.#context.warn);
  }

  /** The feature that the study's metadata name as what an image shows; a warning for one that it does not have. */
  #exemplarOf(name: string): string[] {
    const { exemplar } = this.metaData;
    const feature = typeof exemplar === "object" && exemplar !== null ? Reflect.get(exemplar, name) : undefined;
    const found = this.#featureIds().filter((id) => id === feature);
    if (found.length === 0 && typeof feature === "string" && feature !== "") {
      const [near] = nearMatches(feature, this.#featureIds());
      const advice = near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
      this.#context.warn(
        `${name} has no exemplar panel: ${JSON.stringify(feature)} is no feature of ${this.name}${advice}`,
      );
    }
    return found;
  }

  /**
   * How much what pairs of readers marked overlaps, feature against feature and category against category; after
   * `loadAnnotations`. As in the Python client `features` chooses annotations: all features of those are compared.
   *
   * Throws a `LabelCountError` for marks that were made on another number of superpixels.
   */
  async overlapStats(options: OverlapOptions = {}): Promise<OverlapStats> {
    checkOptions("overlapStats", options, OVERLAP_OPTIONS);
    const { states, statuses, images, features, users, signal } = options;
    const filter = withoutUndefined({ states, statuses, images, features, users });
    const chosen = filterAnnotations(this.#loaded("overlapStats"), this.record, filter);
    const imageOf = async (id: string): Promise<Image> => {
      const image = await this.#context.image(id, { signal });
      const superpixels = await image.loadSuperpixels({ signal });
      warnOfComputed(`overlapStats of ${image.name}`, superpixels, this.#context.warn);
      return image;
    };
    return overlapOf(inOrder(chosen, this.images), imageOf, options);
  }

  /**
   * How well readers agree beyond chance, feature by feature: Cohen's kappa of each pair, Fleiss' kappa, Krippendorff's
   * alpha, with 95 % intervals by bootstrap over images; after `loadAnnotations`. The unit is a superpixel of an image
   * that both (or all) readers finished: what a reader did not mark there is 0, what he did not finish is missing.
   * Superpixels are fetched of images in which nobody marked any; `onProgress` counts images, then features.
   *
   * Throws a `NotFoundError` for features, images or users that the study does not have.
   */
  async agreement(options: AgreementOptions = {}): Promise<Agreement> {
    checkOptions("agreement", options, AGREEMENT_OPTIONS);
    const { images, users, statuses, features, signal, onProgress } = options;
    const filter = withoutUndefined({ images, users, statuses });
    const all = filterAnnotations(this.#loaded("agreement"), this.record, { ...filter, unmarked: true });
    const offered = new Map(
      (this.#parts.length > 0 ? this.#parts : [this]).map((part) => [part.id, part.#featureIds()]),
    );
    const wanted = {
      record: this.record,
      images: chosenImages(this.record, images),
      users: chosenUsers(this.record, users),
      features: featuresOf(this.record, features) ?? this.#featureIds(),
      offered,
    };
    const total = new Set(wanted.images).size + wanted.features.length;
    let done = 0;
    const step = (): void => onProgress?.({ done: ++done, total });
    return agreementOf(await readingsOf(all, wanted, this.#context, signal, step), options, step);
  }

  /** The features that anybody marked, sorted; after `loadAnnotations`. */
  featureList(): string[] {
    return [...new Set(this.#loaded("featureList").flatMap((annotation) => annotation.markedFeatures))].sort();
  }

  /** Lets go of the annotations. */
  clearData(): void {
    this.#annotations = undefined;
  }

  toJSON(): StudyRecord {
    return this.record;
  }

  #loaded(what: string): readonly Annotation[] {
    if (this.#annotations === undefined) throw new NotLoadedError(`${what} of ${this.name}`, "loadAnnotations()");
    return this.#annotations;
  }

  #featureIds(): string[] {
    return this.features.map(({ id }) => id);
  }
}

/** The annotations image by image, in the order of the study. */
function inOrder(annotations: readonly Annotation[], images: readonly ImageSummary[]): Annotation[] {
  const place = new Map(images.map(({ _id }, i) => [_id, i]));
  return [...annotations].sort((a, b) => place.get(a.imageId)! - place.get(b.imageId)!);
}
