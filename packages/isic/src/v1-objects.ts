import type {
  Annotation as AnnotationRecord,
  Dataset as DatasetRecord,
  Segmentation as SegmentationRecord,
  Study as StudyRecord,
} from "@isic/api-client/v1";
import { Annotation } from "./annotation.ts";
import { Dataset } from "./dataset.ts";
import { isIsicError, NotFoundError } from "./errors.ts";
import { nearMatches } from "./near.ts";
import type { CallOptions } from "./origin.ts";
import { present } from "./present.ts";
import type { ImageReference } from "./records.ts";
import { Segmentation } from "./segmentation.ts";
import { Study } from "./study.ts";
import type { V1Context } from "./v1-context.ts";

const ID = /^[0-9a-f]{24}$/;

/** By id or name, or a record. */
export type Reference<Record> = string | Record;

interface Named {
  readonly _id: string;
  readonly name: string;
}

/** The objects that only the old API has. */
export class V1Objects {
  readonly #context: V1Context;
  #datasets: Promise<readonly DatasetRecord[]> | undefined;
  #studies: Promise<readonly StudyRecord[]> | undefined;

  constructor(context: V1Context) {
    this.#context = context;
  }

  async datasetList(options: CallOptions = {}): Promise<Dataset[]> {
    return (await this.#datasetRecords(options)).map((record) => new Dataset(record, this.#context));
  }

  async dataset(reference: Reference<DatasetRecord>, options: CallOptions = {}): Promise<Dataset> {
    const record =
      typeof reference === "string" ? find("dataset", await this.#datasetRecords(options), reference) : reference;
    return new Dataset(record, this.#context);
  }

  async studyList(options: CallOptions = {}): Promise<Study[]> {
    return (await this.#studyRecords(options)).map((record) => new Study(record, this.#context));
  }

  async study(reference: Reference<StudyRecord>, options: CallOptions = {}): Promise<Study> {
    const record =
      typeof reference === "string" ? find("study", await this.#studyRecords(options), reference) : reference;
    return new Study(record, this.#context);
  }

  async annotation(reference: Reference<AnnotationRecord>, options: CallOptions = {}): Promise<Annotation> {
    if (typeof reference !== "string") return new Annotation(reference, this.#context);
    if (!ID.test(reference)) throw notAnId("annotation", reference);
    const { client } = this.#context;
    return new Annotation(
      await known("annotation", reference, client.annotations.get(reference, present(options))),
      this.#context,
    );
  }

  /** The annotations of a study, without their markings. */
  async annotationList(study: Reference<StudyRecord>, options: CallOptions = {}): Promise<Annotation[]> {
    const { id } = await this.study(study, options);
    const records = await this.#context.client.annotations.list(id, present(options));
    return records.map((record) => new Annotation(record, this.#context));
  }

  /** By its own id, or by the image it belongs to (of several, the one to trust most). */
  async segmentation(reference: ImageReference | SegmentationRecord, options: CallOptions = {}): Promise<Segmentation> {
    if (isSegmentation(reference)) return new Segmentation(reference, this.#context);
    const { client } = this.#context;
    if (typeof reference === "string" && ID.test(reference) && this.#context.knownName(reference) === undefined) {
      const own = await absent(client.segmentations.get(reference, present(options)));
      if (own !== undefined) return new Segmentation(own, this.#context);
    }
    const image = await this.#context.image(reference, options);
    const best = await this.bestSegmentation(image.id, options);
    if (best === undefined) throw new NotFoundError("segmentation with a mask of", image.name);
    return best;
  }

  /** All segmentations of an image, the failed ones too. */
  async segmentationList(image: ImageReference, options: CallOptions = {}): Promise<Segmentation[]> {
    const { client } = this.#context;
    const { id } = await this.#context.image(image, options);
    const segmentations: Segmentation[] = [];
    for await (const { _id } of client.segmentations.list(id, present(options))) {
      segmentations.push(new Segmentation(await client.segmentations.get(_id, present(options)), this.#context));
    }
    return segmentations;
  }

  /** The segmentation of an image to trust most; nothing when it has none with a mask. */
  async bestSegmentation(imageId: string, options: CallOptions = {}): Promise<Segmentation | undefined> {
    const record = await this.#context.client.segmentations.best(imageId, present(options));
    return record && new Segmentation(record, this.#context);
  }

  #datasetRecords(options: CallOptions): Promise<readonly DatasetRecord[]> {
    this.#datasets ??= listed(this.#context.client.datasets.list(present(options)).all(), this.#context.datasets);
    this.#datasets.catch(() => {
      this.#datasets = undefined;
    });
    return this.#datasets;
  }

  #studyRecords(options: CallOptions): Promise<readonly StudyRecord[]> {
    this.#studies ??= listed(this.#context.client.studies.list(present(options)).all(), this.#context.studies);
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
  throw new NotFoundError(
    kind,
    wanted,
    nearMatches(
      wanted,
      records.map(({ name }) => name),
    ),
  );
}

function notAnId(kind: string, wanted: string): TypeError {
  return new TypeError(
    `expected the id of an ${kind} (24 hexadecimal digits) or its record, got ${JSON.stringify(wanted)}`,
  );
}

function isSegmentation(reference: object | string): reference is SegmentationRecord {
  return typeof reference === "object" && typeof (reference as { imageId?: unknown }).imageId === "string";
}

async function known<T>(kind: string, wanted: string, answer: Promise<T>): Promise<T> {
  const found = await absent(answer);
  if (found === undefined) throw new NotFoundError(kind, wanted);
  return found;
}

/** This server says 400 to an id that nothing has. */
async function absent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isIsicError(error, "HttpNotFoundError")) return undefined;
    if (isIsicError(error, "HttpError") && (error as { status?: number }).status === 400) return undefined;
    throw error;
  }
}
