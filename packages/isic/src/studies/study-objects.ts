import type { Bytes } from "@isic/cache";
import type { LabelImage } from "@isic/core-wasm";
import { nearMatches } from "@isic/select";
import type {
  AnnotationRecord,
  DatasetRecord,
  Histogram,
  SegmentationRecord,
  StudyRecord,
} from "../archive/archive.ts";
import { type ImageReference, V1_ID } from "../archive/records.ts";
import { recordIn, wrongReference } from "../archive/references.ts";
import { ArgumentError, isIsicError, NotFoundError } from "../errors.ts";
import { Dataset } from "../groups/dataset.ts";
import { Segmentation } from "../image/segmentation.ts";
import { CALL, type CallOptions, isUnreachable, sayingUnkept, unkept } from "../session/calls.ts";
import { freshOrKept } from "../session/kept-answer.ts";
import { asObject, checkOptions } from "../session/options.ts";
import { pool } from "../session/pool.ts";
import { Annotation } from "./annotation.ts";
import { combinedRecord } from "./combine.ts";
import type { StudyContext } from "./context.ts";
import { annotationRecords, keptRecords } from "./kept-annotations.ts";
import { type KeptList, keptList, type ListOptions } from "./kept-list.ts";
import type { ManyOptions } from "./load-annotations.ts";
import { noSegmentation, SegmentationIndex } from "./segmentation-index.ts";
import { Study } from "./study.ts";

/** By id or name, a record, a summary with its id, or the object itself. */
export type Reference<Record> = string | Record | { readonly _id: string } | { readonly record: Record };

export interface CacheSegmentationsOptions extends ManyOptions {
  /** Ask again for those that are known. @default false */
  readonly refresh?: boolean;
}

/** What `cacheSegmentations` did, by names of images. */
export interface CachedSegmentations {
  readonly done: readonly string[];
  /** Images that have none with a mask. */
  readonly without: readonly string[];
  readonly failed: readonly { readonly name: string; readonly error: unknown }[];
}

/** What has come is written down after so many records. */
const CHECKPOINT = 50;

interface Named {
  readonly _id: string;
  readonly name: string;
}

/** Datasets, studies, annotations and segmentations of a server, by whatever stands for one. */
export class StudyObjects {
  readonly #context: StudyContext;
  readonly #index: SegmentationIndex;
  #datasets: Promise<KeptList<DatasetRecord>> | undefined;
  #studies: Promise<KeptList<StudyRecord>> | undefined;
  /** The ids that were listed: what an unknown one may have meant. */
  readonly #annotations = new Set<string>();
  readonly #segmentations = new Set<string>();

  constructor(context: StudyContext) {
    this.#context = { ...context, keptSegmentation: (imageId) => this.#keptSegmentation(imageId) };
    this.#index = new SegmentationIndex(this.#context);
  }

  async datasetList(options: ListOptions = {}): Promise<Dataset[]> {
    checkOptions("datasetList", options, ["refresh", "signal"]);
    return (await this.#datasetRecords(options)).records.map((record) => new Dataset(record, this.#context));
  }

  async dataset(reference: Reference<DatasetRecord>, options: CallOptions = {}): Promise<Dataset> {
    checkOptions("dataset", options, CALL);
    const given = resolve("dataset", reference, isDataset);
    const lists = (call: ListOptions) => this.#datasetRecords(call);
    const record = typeof given === "string" ? await find("dataset", lists, given, options) : given;
    return new Dataset(record, this.#context);
  }

  async studyList(options: ListOptions = {}): Promise<Study[]> {
    checkOptions("studyList", options, ["refresh", "signal"]);
    return (await this.#studyRecords(options)).records.map((record) => new Study(record, this.#context));
  }

  async study(reference: Reference<StudyRecord>, options: CallOptions = {}): Promise<Study> {
    checkOptions("study", options, CALL);
    const given = resolve("study", reference, isStudy);
    const lists = (call: ListOptions) => this.#studyRecords(call);
    const record = typeof given === "string" ? await find("study", lists, given, options) : given;
    return new Study(record, this.#context);
  }

  /** How often each value occurs; where the server cannot be reached, by the Python client's `ihcache_` or ours. */
  valueCounts(options: CallOptions): Promise<Histogram> {
    const { archive, store } = this.#context;
    const what = "How often values occur";
    const ask = (): Promise<Histogram> => archive.valueCounts(options) as Promise<Histogram>;
    const read = (value: unknown): Histogram => asObject(value, what) as Histogram;
    const answer = {
      key: store.key("ihcache", "0".repeat(24)),
      what,
      said: `${what} is told by what was kept`,
      ask,
      read,
    };
    return freshOrKept(this.#context, answer, options);
  }

  /** The labels of a `spidx_` file of the Python client of 2019. */
  async readLabelIndex(bytes: Bytes): Promise<LabelImage> {
    return (await import("../codecs/npz.ts")).decodeIndexNpz(bytes);
  }

  /** Several studies as one; none of them is changed. */
  combine(studies: readonly Study[]): Study {
    return new Study(combinedRecord(studies), this.#context, studies);
  }

  async annotation(reference: Reference<AnnotationRecord>, options: CallOptions = {}): Promise<Annotation> {
    checkOptions("annotation", options, CALL);
    const given = resolve("annotation", reference, isAnnotation);
    if (typeof given !== "string") return new Annotation(given, this.#context);
    if (!V1_ID.test(given)) throw notAnId("annotation", given);
    const record = await this.#annotationRecord(given, options);
    if (record === undefined) throw unknown("annotation", given, this.#annotations);
    return new Annotation(record, this.#context);
  }

  /** The annotations of a study, without their markings. */
  async annotationList(study: Reference<StudyRecord>, options: CallOptions = {}): Promise<Annotation[]> {
    checkOptions("annotationList", options, CALL);
    const { id } = await this.study(study, options);
    const records = await annotationRecords(id, this.#context, options);
    for (const { _id } of records) this.#annotations.add(_id);
    return records.map((record) => new Annotation(record, this.#context));
  }

  /** By its own id, or by the image it belongs to (of several, the one to trust most). */
  async segmentation(
    reference: ImageReference | Reference<SegmentationRecord>,
    options: CallOptions = {},
  ): Promise<Segmentation> {
    checkOptions("segmentation", options, CALL);
    // Of the two, only images have names.
    if (typeof recordIn(reference).name === "string") return this.#bestOf(reference as ImageReference, options);
    const given = resolve("segmentation or image", reference as Reference<SegmentationRecord>, isSegmentation);
    if (typeof given !== "string") return new Segmentation(given, this.#context);
    if (!V1_ID.test(given) || this.#context.knownName(given) !== undefined) return this.#bestOf(given, options);
    const own =
      (await this.#index.byId(given, options)) ??
      (await unkept(`Segmentation ${given}`, this.#context.service.segmentation(given, options)));
    if (own !== undefined) return new Segmentation(own, this.#context);
    return this.#bestOf(given, options).catch((error: unknown) => {
      const isUnknown = isIsicError(error, "NotFoundError") && error.kind === "image";
      throw isUnknown ? unknown("segmentation or image", given, this.#segmentations) : error;
    });
  }

  /** All segmentations of an image, the failed ones too; where the server cannot be reached, those that were kept. */
  async segmentationList(image: ImageReference, options: CallOptions = {}): Promise<Segmentation[]> {
    checkOptions("segmentationList", options, CALL);
    const { service, warn } = this.#context;
    const { id, name } = await this.#context.image(image, options);
    const records: SegmentationRecord[] = [];
    try {
      for await (const { _id } of service.segmentations(id, options)) {
        this.#segmentations.add(_id);
        const record = await service.segmentation(_id, options);
        if (record !== undefined) records.push(record);
      }
    } catch (error) {
      const kept = isUnreachable(error) ? await this.#index.ofImage(id, options) : undefined;
      if (kept === undefined) throw sayingUnkept(`The list of segmentations of ${name}`, error);
      warn(`The segmentations of ${name} are those that were kept, without failed ones: ${(error as Error).message}`);
      return kept.map((record) => new Segmentation(record, this.#context));
    }
    return records.map((record) => new Segmentation(record, this.#context));
  }

  /** The segmentation of an image to trust most; nothing when it has none with a mask. What is known is not asked for again. */
  async bestSegmentation(imageId: string, options: CallOptions = {}): Promise<Segmentation | undefined> {
    const known = await this.#index.find(imageId, options);
    if (known === "none") return undefined;
    if (known !== undefined) return new Segmentation(known, this.#context);
    const what = `The segmentation of image ${imageId}`;
    const record = await unkept(what, this.#fetchBest(imageId, options));
    // That there is none is kept too, for a while.
    await this.#index.add([record ?? noSegmentation(imageId)], options);
    return record && new Segmentation(record, this.#context);
  }

  /** By what the list says of them, the newest of several: one record is asked for. */
  async #fetchBest(imageId: string, options: CallOptions): Promise<SegmentationRecord | undefined> {
    const { service } = this.#context;
    let best: { readonly _id: string; readonly skill: string } | undefined;
    for await (const summary of service.segmentations(imageId, options)) {
      if (summary.failed || best?.skill === "expert") continue;
      if (best === undefined || summary.skill === "expert") best = summary;
    }
    const record = best && (await service.segmentation(best._id, options));
    return record && { ...record, skill: best!.skill };
  }

  /** Where the server cannot be reached, from the lists of studies that were kept. */
  async #annotationRecord(id: string, options: CallOptions): Promise<AnnotationRecord | undefined> {
    try {
      return await this.#context.service.annotation(id, options);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      const studies = await this.#studyRecords(options).catch(() => undefined);
      for (const { _id } of studies?.records ?? []) {
        const found = (await keptRecords(_id, this.#context, options))?.find((record) => record._id === id);
        if (found !== undefined) return found;
      }
      throw sayingUnkept(`Annotation ${id}`, error);
    }
  }

  /**
   * Keeps the segmentations of images, so that they are not asked for again. Each checkpoint is written, so it can be stopped and
   * called again; an image that fails does not stop the others.
   */
  async cacheSegmentations(
    images: readonly { readonly id: string; readonly name: string }[],
    options: CacheSegmentationsOptions = {},
  ): Promise<CachedSegmentations> {
    checkOptions("cacheSegmentations", options, ["concurrency", "refresh", "signal", "onProgress"]);
    const { concurrency = 8, refresh = false, signal, onProgress } = options;
    const report = { done: [] as string[], without: [] as string[], failed: [] as { name: string; error: unknown }[] };
    let pending: SegmentationRecord[] = [];
    let finished = 0;
    const save = async (): Promise<void> => {
      const records = pending;
      pending = [];
      await this.#index.add(records);
    };
    try {
      await pool(images, concurrency, async ({ id, name }) => {
        try {
          const known = refresh ? undefined : await this.#index.find(id, { signal });
          const records = known === undefined ? await this.#segmentationsOf(id, { signal }) : [];
          pending.push(...records);
          const has = known === undefined ? records.some(({ failed }) => !failed) : known !== "none";
          (has ? report.done : report.without).push(name);
        } catch (error) {
          signal?.throwIfAborted();
          if (!isIsicError(error)) throw error;
          report.failed.push({ name, error });
        }
        onProgress?.({ done: ++finished, total: images.length });
        if (pending.length >= CHECKPOINT) await save();
      });
    } finally {
      await save();
    }
    return report;
  }

  /** Those of an image with a mask, newest first; an entry that says so where there is none. */
  async #segmentationsOf(imageId: string, options: CallOptions): Promise<SegmentationRecord[]> {
    const { service } = this.#context;
    const records: SegmentationRecord[] = [];
    for await (const { _id, failed, skill } of service.segmentations(imageId, options)) {
      const record = failed ? undefined : await service.segmentation(_id, options);
      if (record !== undefined) records.push({ ...record, skill });
    }
    return records.length > 0 ? records : [noSegmentation(imageId)];
  }

  async #keptSegmentation(imageId: string): Promise<Segmentation | undefined> {
    const known = await this.#index.find(imageId);
    if (known === undefined || known === "none") return undefined;
    const segmentation = new Segmentation(known, this.#context);
    return (await segmentation.loadKeptMask()) ? segmentation : undefined;
  }

  async #bestOf(reference: ImageReference, options: CallOptions): Promise<Segmentation> {
    const image = await this.#context.image(reference, options);
    const best = await this.bestSegmentation(image.id, options);
    if (best === undefined) throw new NotFoundError("segmentation with a mask of", image.name);
    return best;
  }

  #datasetRecords(options: ListOptions): Promise<KeptList<DatasetRecord>> {
    const { service, datasets } = this.#context;
    if (options.refresh === true) this.#datasets = undefined;
    this.#datasets ??= keptList(this.#context, "dscache", (call) => service.datasets(call), options).then(
      named(datasets),
    );
    this.#datasets.catch(() => {
      this.#datasets = undefined;
    });
    return this.#datasets;
  }

  #studyRecords(options: ListOptions): Promise<KeptList<StudyRecord>> {
    const { service, studies } = this.#context;
    if (options.refresh === true) this.#studies = undefined;
    this.#studies ??= keptList(this.#context, "stcache", (call) => service.studies(call), options).then(named(studies));
    this.#studies.catch(() => {
      this.#studies = undefined;
    });
    return this.#studies;
  }
}

/** Notes the names of what was listed. */
function named<T extends Named>(names: Map<string, string>): (list: KeptList<T>) => KeptList<T> {
  return (list) => {
    for (const { _id, name } of list.records) names.set(name, _id);
    return list;
  };
}

/** By id or name. What is not in a kept list may be new: then the server is asked. */
async function find<T extends Named>(
  kind: string,
  lists: (options: ListOptions) => Promise<KeptList<T>>,
  wanted: string,
  { signal }: CallOptions,
): Promise<T> {
  const within = ({ records }: KeptList<T>): T | undefined =>
    records.find(({ _id, name }) => _id === wanted || name === wanted);
  let list = await lists({ signal });
  if (list.isKept && within(list) === undefined) list = await lists({ signal, refresh: true });
  const found = within(list);
  if (found !== undefined) return found;
  const names = list.records.map(({ name }) => name);
  // The server was asked for a newer list.
  throw unknown(list.isKept ? `${kind} in the list that was kept (nobody answers)` : kind, wanted, names);
}

function unknown(kind: string, wanted: string, known: Iterable<string>): NotFoundError {
  return new NotFoundError(kind, wanted, nearMatches(wanted, known));
}

function notAnId(kind: string, wanted: string): ArgumentError {
  return new ArgumentError(
    `expected the id of an ${kind} (24 hexadecimal digits) or its record, got ${JSON.stringify(wanted)}`,
  );
}

/** The record where the reference holds a whole one, else the id or name to look up. */
function resolve<T extends object>(
  kind: string,
  reference: Reference<T>,
  isWhole: (record: Fields<T>) => boolean,
): T | string {
  if (typeof reference === "string") return reference;
  const record = recordIn(reference);
  if (typeof record._id !== "string") throw wrongReference(kind, reference);
  return isWhole(record as Fields<T>) ? (record as T) : record._id;
}

/** A record that may lack any of its fields, as summaries do. */
type Fields<T> = { readonly [Key in keyof T]?: unknown };

function isDataset({ license, attribution, count }: Fields<DatasetRecord>): boolean {
  return typeof license === "string" && typeof attribution === "string" && typeof count === "number";
}

function isStudy({ images, features, users, userCompletion }: Fields<StudyRecord>): boolean {
  return [images, features, users].every(Array.isArray) && typeof userCompletion === "object";
}

function isAnnotation({ image, user, state }: Fields<AnnotationRecord>): boolean {
  return typeof image === "object" && typeof user === "object" && typeof state === "string";
}

function isSegmentation({ imageId, reviews }: Fields<SegmentationRecord>): boolean {
  return typeof imageId === "string" && Array.isArray(reviews);
}
