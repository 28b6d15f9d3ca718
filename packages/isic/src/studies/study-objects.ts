import { nearMatches } from "@isic/select";
import type { AnnotationRecord, DatasetRecord, SegmentationRecord, StudyRecord } from "../archive/archive.ts";
import { type ImageReference, V1_ID } from "../archive/records.ts";
import { recordIn, wrongReference } from "../archive/references.ts";
import { ArgumentError, isIsicError, NotFoundError } from "../errors.ts";
import { Dataset } from "../groups/dataset.ts";
import { Segmentation } from "../image/segmentation.ts";
import { CALL, type CallOptions } from "../session/calls.ts";
import { checkOptions } from "../session/options.ts";
import { Annotation } from "./annotation.ts";
import type { StudyContext } from "./context.ts";
import { Study } from "./study.ts";

/** By id or name, a record, a summary with its id, or the object itself. */
export type Reference<Record> = string | Record | { readonly _id: string } | { readonly record: Record };

interface Named {
  readonly _id: string;
  readonly name: string;
}

/** Datasets, studies, annotations and segmentations of a server, by whatever stands for one. */
export class StudyObjects {
  readonly #context: StudyContext;
  #datasets: Promise<readonly DatasetRecord[]> | undefined;
  #studies: Promise<readonly StudyRecord[]> | undefined;
  /** The ids that were listed: what an unknown one may have meant. */
  readonly #annotations = new Set<string>();
  readonly #segmentations = new Set<string>();

  constructor(context: StudyContext) {
    this.#context = context;
  }

  async datasetList(options: CallOptions = {}): Promise<Dataset[]> {
    checkOptions("datasetList", options, CALL);
    return (await this.#datasetRecords(options)).map((record) => new Dataset(record, this.#context));
  }

  async dataset(reference: Reference<DatasetRecord>, options: CallOptions = {}): Promise<Dataset> {
    checkOptions("dataset", options, CALL);
    const given = resolve("dataset", reference, isDataset);
    const record = typeof given === "string" ? find("dataset", await this.#datasetRecords(options), given) : given;
    return new Dataset(record, this.#context);
  }

  async studyList(options: CallOptions = {}): Promise<Study[]> {
    checkOptions("studyList", options, CALL);
    return (await this.#studyRecords(options)).map((record) => new Study(record, this.#context));
  }

  async study(reference: Reference<StudyRecord>, options: CallOptions = {}): Promise<Study> {
    checkOptions("study", options, CALL);
    const given = resolve("study", reference, isStudy);
    const record = typeof given === "string" ? find("study", await this.#studyRecords(options), given) : given;
    return new Study(record, this.#context);
  }

  async annotation(reference: Reference<AnnotationRecord>, options: CallOptions = {}): Promise<Annotation> {
    checkOptions("annotation", options, CALL);
    const given = resolve("annotation", reference, isAnnotation);
    if (typeof given !== "string") return new Annotation(given, this.#context);
    if (!V1_ID.test(given)) throw notAnId("annotation", given);
    const record = await this.#context.service.annotation(given, options);
    if (record === undefined) throw unknown("annotation", given, this.#annotations);
    return new Annotation(record, this.#context);
  }

  /** The annotations of a study, without their markings. */
  async annotationList(study: Reference<StudyRecord>, options: CallOptions = {}): Promise<Annotation[]> {
    checkOptions("annotationList", options, CALL);
    const { id } = await this.study(study, options);
    const records = await this.#context.service.annotations(id, options);
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
    const own = await this.#context.service.segmentation(given, options);
    if (own !== undefined) return new Segmentation(own, this.#context);
    return this.#bestOf(given, options).catch((error: unknown) => {
      const isUnknown = isIsicError(error, "NotFoundError") && error.kind === "image";
      throw isUnknown ? unknown("segmentation or image", given, this.#segmentations) : error;
    });
  }

  /** All segmentations of an image, the failed ones too. */
  async segmentationList(image: ImageReference, options: CallOptions = {}): Promise<Segmentation[]> {
    checkOptions("segmentationList", options, CALL);
    const { service } = this.#context;
    const { id } = await this.#context.image(image, options);
    const segmentations: Segmentation[] = [];
    for await (const { _id } of service.segmentations(id, options)) {
      this.#segmentations.add(_id);
      const record = await service.segmentation(_id, options);
      if (record !== undefined) segmentations.push(new Segmentation(record, this.#context));
    }
    return segmentations;
  }

  /** The segmentation of an image to trust most; nothing when it has none with a mask. */
  async bestSegmentation(imageId: string, options: CallOptions = {}): Promise<Segmentation | undefined> {
    const record = await this.#context.service.bestSegmentation(imageId, options);
    return record && new Segmentation(record, this.#context);
  }

  async #bestOf(reference: ImageReference, options: CallOptions): Promise<Segmentation> {
    const image = await this.#context.image(reference, options);
    const best = await this.bestSegmentation(image.id, options);
    if (best === undefined) throw new NotFoundError("segmentation with a mask of", image.name);
    return best;
  }

  #datasetRecords(options: CallOptions): Promise<readonly DatasetRecord[]> {
    this.#datasets ??= listed(this.#context.service.datasets(options), this.#context.datasets);
    this.#datasets.catch(() => {
      this.#datasets = undefined;
    });
    return this.#datasets;
  }

  #studyRecords(options: CallOptions): Promise<readonly StudyRecord[]> {
    this.#studies ??= listed(this.#context.service.studies(options), this.#context.studies);
    this.#studies.catch(() => {
      this.#studies = undefined;
    });
    return this.#studies;
  }
}

async function listed<T extends Named>(
  records: Promise<readonly T[]>,
  names: Map<string, string>,
): Promise<readonly T[]> {
  for (const { _id, name } of await records) names.set(name, _id);
  return records;
}

function find<T extends Named>(kind: string, records: readonly T[], wanted: string): T {
  const found = records.find(({ _id, name }) => _id === wanted || name === wanted);
  if (found !== undefined) return found;
  const names = records.map(({ name }) => name);
  throw unknown(kind, wanted, names);
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
