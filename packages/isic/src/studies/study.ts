import { nearMatches } from "@isic/select";
import type { AnnotationRecord, ImageSummary, StudyRecord } from "../archive/archive.ts";
import { idIn } from "../archive/references.ts";
import { isIsicError, NotFoundError, NotLoadedError } from "../errors.ts";
import type { Image } from "../image/image.ts";
import { showInJupyter } from "../notebook/jupyter.ts";
import { paintedPicture } from "../notebook/painted-picture.ts";
import { CALL, type CallOptions, LONG_CALL, type LongCallOptions } from "../session/calls.ts";
import { checkOptions, withoutUndefined } from "../session/options.ts";
import { pool } from "../session/pool.ts";
import { Annotation, type MarkedFeature } from "./annotation.ts";
import type { StudyContext } from "./context.ts";
import { type AnnotationFilter, filterAnnotations } from "./filter.ts";
import { type HeatMapOfOptions, heatMapOf, type StudyHeatMap } from "./heat-map.ts";
import { readAnnotationFile, writeAnnotationFile } from "./study-file.ts";
import type { Reference } from "./study-objects.ts";

export interface ManyOptions extends LongCallOptions {
  /** Images or annotations in work at the same time. @default 4 */
  readonly concurrency?: number;
}

const FILTER: readonly (keyof AnnotationFilter)[] = [
  ...(["states", "statuses", "features", "images", "users", "userCompletion", "superpixels"] as const),
];

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
  #annotations: Annotation[] | undefined;

  constructor(record: StudyRecord, context: StudyContext) {
    this.record = record;
    this.#context = context;
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
   * login where the study is public. An annotation that cannot be read is left out with a warning.
   */
  async loadAnnotations(options: ManyOptions = {}): Promise<readonly Annotation[]> {
    checkOptions("loadAnnotations", options, [...LONG_CALL, "concurrency"]);
    const { concurrency = 8, onProgress, signal } = options;
    const { service, store } = this.#context;
    const records = await service.annotations(this.id, { signal });
    const annotations = records.map((record: AnnotationRecord) => new Annotation(record, this.#context));
    const key = store.key("stann", this.id);
    const known =
      (await store.find(key, readAnnotationFile, { signal }))?.value ?? new Map<string, Map<string, MarkedFeature>>();
    const missing = annotations.filter(
      (annotation) => annotation.markedFeatures.length > 0 && !this.#take(annotation, known),
    );
    let done = annotations.length - missing.length;
    const broken: Annotation[] = [];
    await pool(missing, concurrency, async (annotation) => {
      try {
        await annotation.loadData({ signal });
      } catch (error) {
        signal?.throwIfAborted();
        if (!isIsicError(error)) throw error;
        broken.push(annotation);
        this.#context.warn(`Annotation ${annotation.id} is left out: ${error.message}`);
      }
      done += 1;
      onProgress?.({ done, total: annotations.length });
    }).finally(async () => {
      // What was fetched before a stop or a failure is not fetched again.
      if (missing.length > 0) await store.set(key, await writeAnnotationFile(annotations));
    });
    this.#annotations = annotations.filter((annotation) => !broken.includes(annotation));
    return this.#annotations;
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
   * Throws a `NotFoundError` for features, images or users that the study does not have.
   */
  selectAnnotations(filter: AnnotationFilter = {}): Annotation[] {
    checkOptions("selectAnnotations", filter, FILTER);
    return filterAnnotations(this.#loaded("selectAnnotations"), this.record, filter);
  }

  /**
   * How many readers marked each superpixel of an image, for each feature; after `loadAnnotations` and
   * `image.loadSuperpixels`. `heatMap.draw(image)` paints it.
   *
   * Throws a `NotFoundError` for features, users or an image that the study does not have.
   */
  heatMap(image: Image, options: HeatMapOfOptions = {}): StudyHeatMap {
    checkOptions("heatMap", options, ["features", "statuses", "users", "maxReaders", "scale"]);
    const { features, statuses, users, ...drawing } = options;
    const filter = withoutUndefined({ features, statuses, users });
    const chosen = filterAnnotations(this.#loaded("heatMap"), this.record, { ...filter, images: [image] });
    const heatMap = heatMapOf(image, chosen, { ...drawing, ...withoutUndefined({ features }) });
    const text = `Heat map of ${image.name} by ${heatMap.readers.length} readers of ${this.name}`;
    showInJupyter(heatMap, this.#context.codecs, () =>
      paintedPicture(this.#context, image, text, (own) => heatMap.draw(own)),
    );
    return heatMap;
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

  #take(annotation: Annotation, known: ReadonlyMap<string, ReadonlyMap<string, MarkedFeature>>): boolean {
    const features = known.get(annotation.id);
    if (features === undefined || !annotation.markedFeatures.every((feature) => features.has(feature))) return false;
    annotation.setData(features);
    return true;
  }
}
