import type { AccessList, DatasetRecord, MetadataFile, ReviewImage } from "../archive/archive.ts";
import { groupIdOf } from "../archive/records.ts";
import { isIsicError } from "../errors.ts";
import { Image } from "../image/image.ts";
import { CALL, type CallOptions, LONG_CALL, type LongCallOptions, unkept } from "../session/calls.ts";
import { checkOptions } from "../session/options.ts";
import type { StudyContext } from "../studies/context.ts";

/** A dataset of v1: where its images came from, their licence, and whom to name. */
export class Dataset {
  /** The record as the server sent it. */
  readonly record: DatasetRecord;
  readonly #context: StudyContext;

  constructor(record: DatasetRecord, context: StudyContext) {
    this.record = record;
    this.#context = context;
  }

  get id(): string {
    return this.record._id;
  }

  get name(): string {
    return this.record.name;
  }

  get license(): string {
    return this.record.license;
  }

  get attribution(): string {
    return this.record.attribution;
  }

  /** Who may do what; nothing when this account may not know. */
  async accessList(options: CallOptions = {}): Promise<AccessList | undefined> {
    checkOptions("accessList", options, CALL);
    return allowed(this.#context.service.datasetAccess(this.id, options), `The access list of dataset ${this.name}`);
  }

  /** The metadata files that were registered; nothing when this account may not know. */
  async metadataFiles(options: CallOptions = {}): Promise<MetadataFile[] | undefined> {
    checkOptions("metadataFiles", options, CALL);
    return allowed(
      this.#context.service.datasetMetadata(this.id, options),
      `The list of metadata files of dataset ${this.name}`,
    );
  }

  /** Images that wait for their review; nothing when this account may not know. */
  async imagesForReview(options: CallOptions = {}): Promise<ReviewImage[] | undefined> {
    checkOptions("imagesForReview", options, CALL);
    return allowed(this.#context.service.datasetReview(this.id, options), `The review list of dataset ${this.name}`);
  }

  /** All images of the dataset that this account may see, by the image index (see `cacheImages`). */
  async loadImages(options: LongCallOptions = {}): Promise<Image[]> {
    checkOptions("loadImages", options, LONG_CALL);
    const records = await this.#context.allImages(options);
    const own = [...records.values()].filter((record) => groupIdOf(record) === this.id);
    return own.map((record) => new Image(record, this.#context, "cache"));
  }

  toJSON(): DatasetRecord {
    return this.record;
  }
}

/** What the account may not see is absent: an error body is never data, and a refusal here is no failure. */
async function allowed<T>(answer: Promise<T>, what: string): Promise<T | undefined> {
  try {
    return await unkept(what, answer);
  } catch (error) {
    if (isIsicError(error, "AuthError")) return undefined;
    throw error;
  }
}
