import type {
  Annotation as AnnotationRecord,
  Dataset as DatasetRecord,
  Histogram,
  Segmentation as SegmentationRecord,
  Study as StudyRecord,
  V1Client,
} from "@isic/api-client/v1";
import type { Collection, Facets, Lesion, V2Client } from "@isic/api-client/v2";
import type { Criteria } from "@isic/select";
import type { ImageListOptions, IsicApiOptions, SelectOptions } from "./api-options.ts";
import { archiveOf, isV2Client } from "./archive/index.ts";
import { type ImageRecord, type ImageReference, idOf, nameOf, resolveReference } from "./archive/records.ts";
import { noCodecs } from "./codecs/none.ts";
import type { Codecs } from "./codecs/types.ts";
import { ArgumentError, isIsicError, NotFoundError, NotLoadedError } from "./errors.ts";
import type { Dataset } from "./groups/dataset.ts";
import type { CollectionReference, LesionReference, V2Objects } from "./groups/v2-objects.ts";
import { Image } from "./image/image.ts";
import type { Segmentation } from "./image/segmentation.ts";
import { ImageBook } from "./image-index/book.ts";
import { openIndex, updateIndex } from "./image-index/index.ts";
import { type ImageTable, RecordTable } from "./image-index/table.ts";
import type { CacheImagesOptions, CacheImagesReport } from "./image-index/types.ts";
import { combineSelections, serverCriteria, unknownPaths } from "./selection/selection.ts";
import { searchServer } from "./selection/server-search.ts";
import type { CallOptions, LongCallOptions } from "./session/calls.ts";
import type { Context } from "./session/context.ts";
import { checkKeys } from "./session/known-options.ts";
import { present } from "./session/present.ts";
import { Store } from "./session/store.ts";
import type { Annotation } from "./studies/annotation.ts";
import type { Study } from "./studies/study.ts";
import type { Reference, V1Objects } from "./studies/v1-objects.ts";

/**
 * The archive as one object: the same calls on the old API (v1) and on today's (v2).
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
  #book = new ImageBook();
  readonly #datasets = new Map<string, string>();
  readonly #studies = new Map<string, string>();
  #metaHist: Histogram | Facets | undefined;
  #selection: Map<string, ImageRecord> | undefined;
  #v1Objects: Promise<V1Objects> | undefined;
  #v2Objects: Promise<V2Objects> | undefined;

  constructor(options: IsicApiOptions) {
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
      store: new Store(cache, archive.host, account, warn),
      segmentationOf: async (imageId, call) => (await this.#v1("loadSegmentation")).bestSegmentation(imageId, call),
    };
  }

  /** Which API the server speaks. */
  get family(): "v1" | "v2" {
    return this.#context.archive.family;
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
    return this.#book.table.ids;
  }

  /** Id to record of the images seen so far; of all after `cacheImages`. */
  get imageCache(): ReadonlyMap<string, ImageRecord> {
    return this.#book.table.records;
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
    const resolved = resolveReference(reference, this.family);
    if (resolved === undefined) throw (await import("./archive/references.ts")).wrongImage(reference, this.family);
    if (typeof resolved !== "string") return this.#imageOf(resolved, "network");
    const known = this.#book.find(resolved);
    if (known !== undefined) return this.#imageOf(known, "cache");
    return this.#imageOf(await this.#fetchRecord(resolved, options), "network");
  }

  /** The records of the archive's images, oldest first. */
  async *imageList({ limit, ...options }: ImageListOptions = {}): AsyncGenerator<ImageRecord, void, void> {
    let left = limit ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return;
    for await (const page of this.#context.archive.imagePages(options)) {
      for (const record of page.records) {
        this.#book.addListed([record]);
        yield record;
        left -= 1;
        if (left <= 0) return;
      }
    }
  }

  /**
   * Brings the records of all images up to date: everything the first time (it can be stopped and goes on from
   * there), then one small request when nothing is new. `refresh` also finds what was changed, withdrawn or
   * published late.
   */
  async cacheImages(options: CacheImagesOptions = {}): Promise<CacheImagesReport> {
    const index = await updateIndex(this.#context, this.client, options, this.#book.index);
    this.#book.complete(index);
    return index.report;
  }

  /** Opens the records that an earlier `cacheImages` kept, without asking the server; false when there are none. */
  async loadCache(): Promise<boolean> {
    const index = await openIndex(this.#context);
    if (index !== undefined) this.#book.complete(index);
    return index !== undefined;
  }

  /** The records of all images by id: those of the image index, which is filled first when it is not there. */
  async allImages(options: LongCallOptions = {}): Promise<ReadonlyMap<string, ImageRecord>> {
    if (!this.#book.isComplete) await this.cacheImages(options);
    return this.#book.table.records;
  }

  /**
   * The images that meet the criteria; they become `imageSelection`.
   *
   * The original's rules for missing values hold (`!=` selects them, `==` does not). A criterion that cannot mean
   * anything is a `CriteriaError`; a field that no image has is only a warning.
   */
  async selectImages(criteria: Criteria, options: SelectOptions = {}): Promise<ReadonlyMap<string, ImageRecord>> {
    checkKeys("selectImages", options, ["subSelect", "add", "remove", "onProgress", "signal"]);
    const asked = await serverCriteria(criteria, this.family);
    const found = await this.#select(asked, options);
    this.#selection = combineSelections(this.#selection ?? new Map(), found, options);
    return this.#selection;
  }

  /** The metadata of the selection (of all images without one) as columns, for tables: `writeCsv(await ...)`. */
  async selectedMetadata(options: LongCallOptions = {}): Promise<Record<string, unknown[]>> {
    const { metadataColumns } = await import("./selection/metadata-columns.ts");
    return metadataColumns((this.#selection ?? (await this.allImages(options))).values());
  }

  /** How often each value of each field occurs, as the server counts: v1's histogram, v2's facets. */
  async loadMetaHist(options: CallOptions = {}): Promise<Histogram | Facets> {
    const call = present({ signal: options.signal });
    const { client } = this;
    this.#metaHist = await (isV2Client(client)
      ? client.images.facets({}, call)
      : client.images.histogram(undefined, call));
    return this.#metaHist;
  }

  /** v1: all datasets. */
  async datasetList(options: CallOptions = {}): Promise<Dataset[]> {
    return (await this.#v1("datasetList")).datasetList(options);
  }

  /** v1: a dataset by id, name, record or summary. Throws a `NotFoundError` with near matches. */
  async dataset(reference: Reference<DatasetRecord>, options: CallOptions = {}): Promise<Dataset> {
    return (await this.#v1("dataset")).dataset(reference, options);
  }

  /** v1: all studies. */
  async studyList(options: CallOptions = {}): Promise<Study[]> {
    return (await this.#v1("studyList")).studyList(options);
  }

  /** v1: a study by id, name, record or summary. Throws a `NotFoundError` with near matches. */
  async study(reference: Reference<StudyRecord>, options: CallOptions = {}): Promise<Study> {
    return (await this.#v1("study")).study(reference, options);
  }

  /** v1: an annotation by id, record or summary. */
  async annotation(reference: Reference<AnnotationRecord>, options: CallOptions = {}): Promise<Annotation> {
    return (await this.#v1("annotation")).annotation(reference, options);
  }

  /** v1: the annotations of a study, without their markings; `study.loadAnnotations` brings those too. */
  async annotationList(study: Reference<StudyRecord>, options: CallOptions = {}): Promise<Annotation[]> {
    return (await this.#v1("annotationList")).annotationList(study, options);
  }

  /** v1: a segmentation by its own id or record, or of an image the one to trust most. */
  async segmentation(
    reference: ImageReference | Reference<SegmentationRecord>,
    options: CallOptions = {},
  ): Promise<Segmentation> {
    return (await this.#v1("segmentation")).segmentation(reference, options);
  }

  /** v1: all segmentations of an image, failed ones too. */
  async segmentationList(image: ImageReference, options: CallOptions = {}): Promise<Segmentation[]> {
    return (await this.#v1("segmentationList")).segmentationList(image, options);
  }

  /** v2: all collections that this account may see. */
  async collectionList(options: CallOptions & { readonly pinned?: boolean } = {}): Promise<readonly Collection[]> {
    return (await this.#v2("collectionList")).collectionList(options);
  }

  /** v2: a collection by number, name or record. Throws a `NotFoundError` with near matches. */
  async collection(reference: CollectionReference, options: CallOptions = {}): Promise<Collection> {
    return (await this.#v2("collection")).collection(reference, options);
  }

  /** v2: all lesions; slow on the server, since each comes with its images. */
  async *lesionList(options: CallOptions = {}): AsyncGenerator<Lesion, void, void> {
    yield* (await this.#v2("lesionList")).lesionList(options);
  }

  /** v2: a lesion by its id (`IL_` and seven digits) or record. Throws a `NotFoundError`, with near matches of those listed. */
  async lesion(reference: LesionReference, options: CallOptions = {}): Promise<Lesion> {
    return (await this.#v2("lesion")).lesion(reference, options);
  }

  /** Ends the session; with `erase`, everything that was kept or is remembered for this account and server goes too. */
  async logout(options: CallOptions & { readonly erase?: boolean } = {}): Promise<void> {
    if (!isV2Client(this.client)) await this.client.logout(present({ signal: options.signal }));
    this.#username = undefined;
    if (options.erase !== true) return;
    await this.#context.store.erase();
    this.#book = new ImageBook();
    this.#selection = this.#metaHist = this.#v1Objects = this.#v2Objects = undefined;
    this.#datasets.clear();
    this.#studies.clear();
  }

  async #select(criteria: Criteria, options: SelectOptions): Promise<readonly (readonly [string, ImageRecord])[]> {
    const { subSelect } = options;
    if (typeof subSelect === "object") return this.#selectIn(new RecordTable(subSelect.values()), criteria);
    if (subSelect !== undefined && typeof subSelect !== "boolean")
      throw new ArgumentError(`expected subSelect to be true or records, got ${subSelect}`);
    if (subSelect === true) {
      const selection = this.#selection;
      if (selection === undefined) throw new NotLoadedError("subSelect", "a selection: selectImages(criteria)");
      return this.#selectIn(new RecordTable(selection.values()), criteria);
    }
    if (!this.#book.isComplete && !(await this.loadCache())) {
      const searched = await searchServer(this.#context.archive, criteria, options);
      this.#book.addListed(searched?.records.values() ?? []);
      if (searched !== undefined) return this.#selectIn(searched, criteria);
      await this.cacheImages(options);
    }
    return this.#selectIn(this.#book.table, criteria);
  }

  async #selectIn(table: ImageTable, criteria: Criteria): Promise<readonly (readonly [string, ImageRecord])[]> {
    const found = table.select(criteria);
    if (table.records.size > 0) for (const warning of await unknownPaths(criteria, table)) this.#context.warn(warning);
    return found;
  }

  #imageOf(record: ImageRecord, origin: "network" | "cache"): Image {
    this.#book.add(record);
    return new Image(record, this.#context, origin);
  }

  async #fetchRecord(idOrName: string, options: CallOptions): Promise<ImageRecord> {
    const { archive } = this.#context;
    try {
      const isId = archive.isId(idOrName);
      return await (isId ? archive.imageById(idOrName, options) : archive.imageByName(idOrName, options));
    } catch (cause) {
      if (!isIsicError(cause, "HttpNotFoundError", "NotFoundError")) throw cause;
      const { nearImageNames } = await import("./selection/near.ts");
      throw new NotFoundError("image", idOrName, nearImageNames(idOrName, this.images.keys()), { cause });
    }
  }

  async #v1(feature: string): Promise<V1Objects> {
    const { client } = this;
    if (isV2Client(client)) throw await unsupported(feature, "v2");
    this.#v1Objects ??= import("./studies/v1-objects.ts").then(
      ({ V1Objects }) =>
        new V1Objects({
          ...this.#context,
          client,
          datasets: this.#datasets,
          studies: this.#studies,
          image: (reference, call) => this.image(reference, call),
          imagesById: (ids, call) => this.#imagesById(client, ids, call),
          knownName: (imageId) => knownName(this.#book.find(imageId)),
          allImages: (call) => this.allImages(call),
        }),
    );
    return this.#v1Objects;
  }

  async #v2(feature: string): Promise<V2Objects> {
    const { client } = this;
    if (!isV2Client(client)) throw await unsupported(feature, "v1");
    this.#v2Objects ??= import("./groups/v2-objects.ts").then(({ V2Objects }) => new V2Objects(client));
    return this.#v2Objects;
  }

  async #imagesById(client: V1Client, ids: readonly string[], options: CallOptions = {}): Promise<Image[]> {
    const missing = ids.filter((id) => this.#book.find(id) === undefined);
    for await (const record of client.images.byIds(missing, present({ signal: options.signal })))
      this.#book.add(record);
    const records = ids.flatMap((id) => this.#book.find(id) ?? []);
    return records.map((record) => this.#imageOf(record, missing.includes(idOf(record)) ? "network" : "cache"));
  }
}

async function unsupported(feature: string, family: "v1" | "v2"): Promise<Error> {
  const { unsupportedBy } = await import("./archive/unsupported.ts");
  return unsupportedBy(feature, family);
}

function knownName(record: ImageRecord | undefined): string | undefined {
  return record && nameOf(record);
}
