import { type Criteria, nearMatches } from "@isic/select";
import type {
  AnnotationRecord,
  Archive,
  Collection,
  DatasetRecord,
  Facets,
  Histogram,
  Lesion,
  SegmentationRecord,
  StudyRecord,
  V1Client,
  V2Client,
} from "./archive/archive.ts";
import { archiveOf } from "./archive/index.ts";
import { type ImageRecord, type ImageReference, isUnknown, nameOf } from "./archive/records.ts";
import { noCodecs } from "./codecs/none.ts";
import type { Codecs } from "./codecs/types.ts";
import { ArgumentError, isIsicError, NotFoundError } from "./errors.ts";
import type { CollectionReference, Collections, LesionReference } from "./groups/collections.ts";
import type { Dataset } from "./groups/dataset.ts";
import { Image } from "./image/image.ts";
import type { Segmentation } from "./image/segmentation.ts";
import { openIndex, updateIndex } from "./image-index/index.ts";
import { KnownImages } from "./image-index/known-images.ts";
import type { CacheImagesOptions, CacheImagesReport } from "./image-index/types.ts";
import type { ImageListOptions, IsicApiOptions, SelectOptions } from "./session/api-options.ts";
import {
  CALL,
  type CallOptions,
  isUnreachable,
  LONG_CALL,
  type LongCallOptions,
  sayingUnkept,
  unkept,
} from "./session/calls.ts";
import type { Context } from "./session/context.ts";
import { checkOptions } from "./session/options.ts";
import { Store } from "./session/store.ts";
import type { Annotation } from "./studies/annotation.ts";
import type { ListOptions } from "./studies/kept-list.ts";
import type { Study } from "./studies/study.ts";
import type {
  CachedSegmentations,
  CacheSegmentationsOptions,
  Reference,
  StudyObjects,
} from "./studies/study-objects.ts";

/** The last four are of what `openClient` gives, which may be handed on as it is. */
const API_OPTIONS: readonly string[] = [
  ...["client", "account", "username", "cache", "codecs", "onWarning", "readFile", "fetch"],
  ...["archive", "family", "formerNames", "logins"],
];

/**
 * The archive as one object: the same calls on the v1 API and on v2.
 *
 * @example
 * ```ts
 * import { IsicApi } from "isic/node";
 * import { createSampleArchive } from "@isic/sample-archive";
 *
 * const { fetch, v1Url } = createSampleArchive();
 * const api = await IsicApi.connect({ family: "v1", baseUrl: v1Url, fetch, cache: new Map() });
 * const selection = await api.selectImages(["meta.clinical.sex", "==", "female"]);
 * console.log(selection.size, "images");
 * ```
 */
export class IsicApi {
  /** The client below, for what this object does not do. */
  readonly client: V1Client | V2Client;
  readonly codecs: Codecs;
  readonly #context: Context;
  #username: string | undefined;
  #known = new KnownImages();
  readonly #datasets = new Map<string, string>();
  readonly #studies = new Map<string, string>();
  #metaHist: Histogram | Facets | undefined;
  #selection: ReadonlyMap<string, ImageRecord> | undefined;
  #studyObjects: Promise<StudyObjects> | undefined;
  #collections: Promise<Collections> | undefined;

  constructor(options: IsicApiOptions) {
    checkOptions("IsicApi", options, API_OPTIONS);
    const { client, account, cache, codecs = noCodecs } = Object(options) as IsicApiOptions;
    if (client?.api === undefined || typeof account !== "string")
      throw new ArgumentError("expected `client` and `account`: await IsicApi.connect() has them");
    if (cache !== undefined && typeof cache?.get !== "function")
      throw new ArgumentError(`expected a cache such as a Map, got ${cache}; folders: \`cacheFolder\` (isic/node)`);
    const warn = options.onWarning ?? ((message: string) => console.warn(message));
    const archive = archiveOf(client, account);
    this.client = client;
    this.codecs = codecs;
    this.#username = options.username;
    this.#context = {
      archive,
      codecs,
      warn,
      readFile: options.readFile,
      fetch: options.fetch,
      store: new Store(cache, archive.server, account, warn),
      segmentationOf: async (imageId, call) =>
        (await this.#objects("loadSegmentation")).bestSegmentation(imageId, call),
      readLabelIndex: async (bytes) => (await this.#objects("loadSuperpixels")).readLabelIndex(bytes),
    };
  }

  /** The seam to the server that everything here goes through: the same questions, whichever API answers. */
  get archive(): Archive {
    return this.#context.archive;
  }

  /** Which API the server speaks. */
  get family(): "v1" | "v2" {
    return this.archive.family;
  }

  /** Who is logged in; nothing for a guest, and after `logout`. */
  get username(): string | undefined {
    return this.#username;
  }

  /** v1: name to id of the datasets; after `datasetList` or `dataset`. */
  get datasets(): ReadonlyMap<string, string> {
    return this.#datasets;
  }

  /** v1: name to id of the studies; after `studyList` or `study`. */
  get studies(): ReadonlyMap<string, string> {
    return this.#studies;
  }

  /** How often each value of each field occurs; after `loadMetaHist`. */
  get metaHist(): Histogram | Facets | undefined {
    return this.#metaHist;
  }

  /** Name to id of the images seen so far (one by one, or in lists and searches); of all after `cacheImages`. */
  get images(): ReadonlyMap<string, string> {
    return this.#known.table.ids;
  }

  /** Id to record of the images seen so far; of all after `cacheImages`. */
  get imageCache(): ReadonlyMap<string, ImageRecord> {
    return this.#known.table.records;
  }

  /** What the last `selectImages` left; nothing before the first. */
  get imageSelection(): ReadonlyMap<string, ImageRecord> | undefined {
    return this.#selection;
  }

  /**
   * One image by id, name, record, or a summary that holds an id.
   *
   * Throws a `NotFoundError` with near matches when there is none.
   */
  async image(reference: ImageReference, options: CallOptions = {}): Promise<Image> {
    checkOptions("image", options, CALL);
    const resolved = this.archive.resolve(reference);
    if (typeof resolved !== "string") return this.#imageOf(resolved, "network");
    const known = this.#known.find(resolved);
    if (known !== undefined) return this.#imageOf(known, "cache");
    return this.#imageOf(await this.#fetchRecord(resolved, options), "network");
  }

  /** The records of the archive's images, oldest first. */
  async *imageList(options: ImageListOptions = {}): AsyncGenerator<ImageRecord, void, void> {
    checkOptions("imageList", options, [...CALL, "limit", "query", "collections"]);
    const { query: search, collections, limit, signal } = options;
    try {
      for await (const record of this.archive.select({ search, collections, limit }).records({ signal })) {
        if (isUnknown(record)) continue;
        this.#known.addListed([record]);
        yield record;
      }
    } catch (error) {
      throw sayingUnkept("What the server lists (`loadCache` opens what was kept)", error);
    }
  }

  /**
   * Brings the records of all images up to date: everything the first time (it can be stopped and goes on from
   * there), then one small request when nothing is new. `refresh` also finds what was changed, withdrawn or
   * published late.
   */
  async cacheImages(options: CacheImagesOptions = {}): Promise<CacheImagesReport> {
    checkOptions("cacheImages", options, [...LONG_CALL, "refresh"]);
    const index = await updateIndex(this.#context, options, this.#known.index).catch((error: unknown) => {
      throw sayingUnkept("What the server lists (`loadCache` opens what was kept)", error);
    });
    this.#known.complete(index);
    return index.report;
  }

  /** Opens the records that an earlier `cacheImages` kept, without asking the server; false when there are none. */
  async loadCache(): Promise<boolean> {
    const index = await openIndex(this.#context);
    if (index !== undefined) this.#known.complete(index);
    return index !== undefined;
  }

  /** The records of all images by id: those of the image index, which is filled first when it is not there. */
  async allImages(options: LongCallOptions = {}): Promise<ReadonlyMap<string, ImageRecord>> {
    checkOptions("allImages", options, LONG_CALL);
    if (this.#known.isComplete) return this.#known.table.records;
    try {
      await this.cacheImages(options);
    } catch (error) {
      if (!(await this.#openKept(error))) throw error;
    }
    return this.#known.table.records;
  }

  /**
   * The images that meet the criteria; they become `imageSelection`.
   *
   * The original's rules for missing values hold (`!=` selects them, `==` does not). A criterion that cannot mean
   * anything is a `CriteriaError`; a field that no image has is only a warning.
   */
  async selectImages(criteria: Criteria, options: SelectOptions = {}): Promise<ReadonlyMap<string, ImageRecord>> {
    checkOptions("selectImages", options, [...LONG_CALL, "subSelect", "add", "remove"]);
    const { selectImages } = await import("./selection/selection.ts");
    const scope = {
      archive: this.archive,
      warn: this.#context.warn,
      current: this.#selection,
      index: async () => (this.#known.isComplete || (await this.loadCache()) ? this.#known.table : undefined),
      fill: async () => {
        await this.cacheImages({ signal: options.signal, onProgress: options.onProgress });
        return this.#known.table;
      },
      onFound: (records: Iterable<ImageRecord>) => this.#known.addListed(records),
    };
    const selecting = selectImages(scope, await this.archive.ownCriteria(criteria), options);
    this.#selection = await unkept("The list of images", selecting);
    return this.#selection;
  }

  /** The metadata of the selection (of all images without one) as columns, for tables: `writeCsv(await ...)`. */
  async selectedMetadata(options: LongCallOptions = {}): Promise<Record<string, unknown[]>> {
    checkOptions("selectedMetadata", options, LONG_CALL);
    const { metadataColumns, withOwnAttributions } = await import("./selection/selection.ts");
    const records = [...(this.#selection ?? (await this.allImages(options))).values()];
    return metadataColumns(await withOwnAttributions(this.#context, records, options));
  }

  /** How often each value of each field occurs, as the server counts: v1's histogram, v2's facets. */
  async loadMetaHist(options: CallOptions = {}): Promise<Histogram | Facets> {
    checkOptions("loadMetaHist", options, CALL);
    this.#metaHist =
      this.family === "v1"
        ? await (await this.#objects("loadMetaHist")).valueCounts(options)
        : await unkept("How often values occur", this.archive.valueCounts(options));
    return this.#metaHist;
  }

  /** v1: all datasets; the list is kept for seven days, unless it is to be refreshed. */
  async datasetList(options: ListOptions = {}): Promise<Dataset[]> {
    return (await this.#objects("datasetList")).datasetList(options);
  }

  /** v1: a dataset by id, name, record or summary. Throws a `NotFoundError` with near matches. */
  async dataset(reference: Reference<DatasetRecord>, options: CallOptions = {}): Promise<Dataset> {
    return (await this.#objects("dataset")).dataset(reference, options);
  }

  /** v1: all studies; the list is kept for seven days, unless it is to be refreshed. */
  async studyList(options: ListOptions = {}): Promise<Study[]> {
    return (await this.#objects("studyList")).studyList(options);
  }

  /** v1: a study by id, name, record or summary. Throws a `NotFoundError` with near matches. */
  async study(reference: Reference<StudyRecord>, options: CallOptions = {}): Promise<Study> {
    return (await this.#objects("study")).study(reference, options);
  }

  /**
   * v1: several studies as one, with the images, features, questions and readers of all; none of them is changed. Its
   * annotations are there when theirs are; else `loadAnnotations` brings them.
   */
  async combineStudies(studies: readonly Study[]): Promise<Study> {
    return (await this.#objects("combineStudies")).combine(studies);
  }

  /** v1: an annotation by id, record or summary. */
  async annotation(reference: Reference<AnnotationRecord>, options: CallOptions = {}): Promise<Annotation> {
    return (await this.#objects("annotation")).annotation(reference, options);
  }

  /** v1: the annotations of a study, without their markings; `study.loadAnnotations` brings those too. */
  async annotationList(study: Reference<StudyRecord>, options: CallOptions = {}): Promise<Annotation[]> {
    return (await this.#objects("annotationList")).annotationList(study, options);
  }

  /** v1: a segmentation by its own id or record, or of an image the one to trust most. */
  async segmentation(
    reference: ImageReference | Reference<SegmentationRecord>,
    options: CallOptions = {},
  ): Promise<Segmentation> {
    return (await this.#objects("segmentation")).segmentation(reference, options);
  }

  /** v1: all segmentations of an image, failed ones too. */
  async segmentationList(image: ImageReference, options: CallOptions = {}): Promise<Segmentation[]> {
    return (await this.#objects("segmentationList")).segmentationList(image, options);
  }

  /**
   * v1: keeps the segmentations of images (of all in the image index, unless told), so that `loadSegmentation` does not
   * ask for them again. It can be stopped and called again; an image that fails does not stop the others.
   */
  async cacheSegmentations(
    images?: readonly ImageReference[],
    options: CacheSegmentationsOptions = {},
  ): Promise<CachedSegmentations> {
    const objects = await this.#objects("cacheSegmentations");
    const { signal } = options;
    const given = images ?? [...(await this.allImages({ signal })).values()];
    const ids: { id: string; name: string }[] = [];
    const hidden: { name: string; error: unknown }[] = [];
    for (const reference of given) {
      try {
        const { id, name } = await this.image(reference, { signal });
        ids.push({ id, name });
      } catch (error) {
        // Studies list images that this account may not see.
        if (!isIsicError(error, "NotFoundError")) throw error;
        hidden.push({ name: error.wanted, error });
      }
    }
    const report = await objects.cacheSegmentations(ids, options);
    return { ...report, failed: [...hidden, ...report.failed] };
  }

  /** v2: all collections that this account may see. */
  async collectionList(options: CallOptions & { readonly pinned?: boolean } = {}): Promise<readonly Collection[]> {
    return (await this.#groups("collectionList")).collectionList(options);
  }

  /** v2: a collection by number, name or record. Throws a `NotFoundError` with near matches. */
  async collection(reference: CollectionReference, options: CallOptions = {}): Promise<Collection> {
    return (await this.#groups("collection")).collection(reference, options);
  }

  /** v2: all lesions; slow on the server, since each comes with its images. */
  async *lesionList(options: CallOptions = {}): AsyncGenerator<Lesion, void, void> {
    yield* (await this.#groups("lesionList")).lesionList(options);
  }

  /** v2: a lesion by its id (`IL_` and seven digits) or record. Throws a `NotFoundError`, with near matches of those listed. */
  async lesion(reference: LesionReference, options: CallOptions = {}): Promise<Lesion> {
    return (await this.#groups("lesion")).lesion(reference, options);
  }

  /** Ends the session; with `erase`, everything that was kept or is remembered for this account and server goes too. */
  async logout(options: CallOptions & { readonly erase?: boolean } = {}): Promise<void> {
    checkOptions("logout", options, [...CALL, "erase"]);
    await this.archive.logout({ signal: options.signal });
    this.#username = undefined;
    if (options.erase !== true) return;
    await this.#context.store.erase();
    this.#known = new KnownImages();
    this.#selection = this.#metaHist = this.#studyObjects = this.#collections = undefined;
    this.#datasets.clear();
    this.#studies.clear();
  }

  #imageOf(record: ImageRecord, origin: "network" | "cache"): Image {
    this.#known.add(record);
    return new Image(record, this.#context, origin);
  }

  async #fetchRecord(idOrName: string, options: CallOptions): Promise<ImageRecord> {
    try {
      return await this.archive.image(idOrName, options);
    } catch (cause) {
      // Where nobody answers, what an earlier `cacheImages` kept is as good as it gets.
      const kept = isUnreachable(cause) && (await this.loadCache()) ? this.#known.find(idOrName) : undefined;
      if (kept !== undefined) return kept;
      sayingUnkept(`The record of image ${idOrName}`, cause);
      if (!isIsicError(cause, "NotFoundError")) throw cause;
      throw new NotFoundError("image", idOrName, nearImageNames(idOrName, this.images.keys()), { cause });
    }
  }

  /** Where nobody answers: is there a list of all images of an earlier session? Then that is said. */
  async #openKept(error: unknown): Promise<boolean> {
    if (!isUnreachable(error) || !(await this.loadCache())) return false;
    this.#context.warn("Nobody answers: the list of images is the one that was kept.");
    return true;
  }

  async #objects(feature: string): Promise<StudyObjects> {
    const service = await this.archive.studies(feature);
    this.#studyObjects ??= import("./studies/study-objects.ts").then(
      ({ StudyObjects }) =>
        new StudyObjects({
          ...this.#context,
          service,
          datasets: this.#datasets,
          studies: this.#studies,
          image: (reference, call) => this.image(reference, { signal: call?.signal }),
          imagesById: (ids, call) => this.#imagesById(ids, call),
          knownName: (imageId) => knownName(this.#known.find(imageId)),
          allImages: (call) => this.allImages({ signal: call?.signal, onProgress: call?.onProgress }),
        }),
    );
    return this.#studyObjects;
  }

  async #groups(feature: string): Promise<Collections> {
    const service = await this.archive.collections(feature);
    this.#collections ??= import("./groups/collections.ts").then(({ Collections }) => new Collections(service));
    return this.#collections;
  }

  async #imagesById(ids: readonly string[], options: CallOptions = {}): Promise<Image[]> {
    const missing = ids.filter((id) => this.#known.find(id) === undefined);
    try {
      for await (const record of this.archive.images(missing, options)) if (!isUnknown(record)) this.#known.add(record);
    } catch (error) {
      if (!isUnreachable(error) || !(await this.loadCache())) throw sayingUnkept("The records of these images", error);
    }
    const fetched = new Set(missing);
    return ids.flatMap((id) => {
      const record = this.#known.find(id);
      return record === undefined ? [] : [this.#imageOf(record, fetched.has(id) ? "network" : "cache")];
    });
  }
}

function knownName(record: ImageRecord | undefined): string | undefined {
  return record && nameOf(record);
}

/** Near names of images; where none is known, the name that somebody who leaves out zeros or writes it small means. */
function nearImageNames(wanted: string, known: Iterable<string>): string[] {
  const near = nearMatches(wanted, known);
  const digits = /^\s*isic[\s_-]*0*(\d{1,7})(?:\.\w+)?\s*$/i.exec(wanted)?.[1];
  const meant = digits === undefined ? undefined : `ISIC_${digits.padStart(7, "0")}`;
  return near.length > 0 || meant === undefined || meant === wanted ? near : [meant];
}
