/**
 * What the rest of the package asks of a server, in one vocabulary for both APIs. Nothing above this folder knows which
 * API answers; everything here throws typed errors, and caches nothing.
 */
import type { ListPosition } from "@isic/api-client";
import type {
  AccessList,
  Annotation,
  Dataset,
  Histogram,
  MetadataFile,
  ReviewImage,
  Segmentation,
  SegmentationSummary,
  Study,
} from "@isic/api-client/v1";
import type { Collection, Facets, Lesion } from "@isic/api-client/v2";
import type { Bytes } from "@isic/cache";
import type { Criteria } from "@isic/select";
import type { CallOptions, LongCallOptions } from "../session/calls.ts";
import type { ImageRecord, ImageReference, UnknownImage } from "./records.ts";
import type { Question } from "./selected.ts";

export type { ClientOptions, Fetch, ListPosition, RequestEvent, RetryOptions, Timeouts } from "@isic/api-client";
export type {
  AccessList,
  Annotation as AnnotationRecord,
  Dataset as DatasetRecord,
  Histogram,
  ImageSummary,
  MetadataFile,
  ReviewImage,
  Segmentation as SegmentationRecord,
  Study as StudyRecord,
  V1Client,
} from "@isic/api-client/v1";
export type { Collection, Facets, FileRef, Lesion, TokenOption, V2Client } from "@isic/api-client/v2";

/** Which images: what is given must all hold. Nothing at all means the whole archive. */
export interface ImageSelection {
  /** In the archive's search language (v2). */
  readonly search?: string | undefined;
  /** Of any of these collections, by number (v2). */
  readonly collections?: readonly number[] | undefined;
  /** In v1's paths or, on v2, in its own. */
  readonly criteria?: Criteria | undefined;
  /** By id or name (v1). */
  readonly dataset?: string | undefined;
  /** By id or name (v1). */
  readonly study?: string | undefined;
  /** These, by id or name. */
  readonly ids?: readonly string[] | undefined;
  readonly limit?: number | undefined;
}

export interface PageOptions extends CallOptions {
  /** Go on after a place that an earlier walk gave. */
  readonly from?: ListPosition | undefined;
}

/** A page of a selection. */
export interface ImagePage {
  readonly records: readonly (ImageRecord | UnknownImage)[];
  /** Where to go on; asking again from the last one later gives what has been published since. */
  readonly position: ListPosition;
  /** How many records all pages together have, before criteria that only this package can check. */
  readonly total: number | undefined;
}

export interface SizeOptions extends CallOptions {
  /** Ask for the bytes too, which may cost a request of its own. @default true */
  readonly bytes?: boolean | undefined;
}

/** How large a selection is. */
export interface SelectionSize {
  readonly images?: number;
  /** All full-size files together, as announced: a lower bound. */
  readonly bytes?: number;
}

/**
 * The images of a selection. Nothing is asked before a method is called; a page that `count` or `size` has asked for is
 * not asked for again by the walk that follows. Each walk gives the same order.
 *
 * All methods throw a `CriteriaError` or `RenamedFieldError` for criteria that cannot be meant, an
 * `UnsupportedByServerError` for what this server's API has not, and a `NotFoundError` for a dataset or study.
 */
export interface SelectedImages extends AsyncIterable<ImageRecord | UnknownImage> {
  /** The records; ids and names that the archive does not have come in their place as `UnknownImage`. */
  records(options?: CallOptions): AsyncIterable<ImageRecord | UnknownImage>;
  pages(options?: PageOptions): AsyncIterable<ImagePage>;
  /** The number of images, as cheaply as the server allows. */
  count(options?: CallOptions): Promise<number>;
  /** What is known of its size without a walk; nothing where only a walk tells. */
  size(options?: SizeOptions): Promise<SelectionSize | undefined>;
  /** The terms of all its images by id, where the server gives them in one answer; nothing where it does not. */
  terms(options?: CallOptions): Promise<ReadonlyMap<string, Terms> | undefined>;
  /** Would a walk read the record of every image of the archive? */
  readsAll(): Promise<boolean>;
}

/** A file of an image, as the server sends it. */
export type FilePart = "image" | "thumbnail" | "superpixels" | "mask";

/** A file whose headers have arrived. Read it once, in one of the ways, or `cancel()` it. */
export interface ArchiveFile {
  /** Where it comes from, without a query, which may hold a signature. */
  readonly url: string;
  /** Without parameters: `image/jpeg`. */
  readonly contentType: string;
  /** Bytes of this answer, where it says so. */
  readonly length: number | undefined;
  /** Bytes that the file has at least, by the image's record. */
  readonly announcedBytes: number | undefined;
  readonly stream: ReadableStream<Bytes>;
  bytes(): Promise<Bytes>;
  /** All bytes in the pieces they came in; their memory is the caller's. */
  pieces(): Promise<Bytes[]>;
  cancel(): Promise<void>;
}

/** Under which terms an image may be used. */
export interface Terms {
  readonly licence: string | undefined;
  /** Whom to name. */
  readonly attribution: string | undefined;
  /** Is that the image's own text, or the default of the group (dataset, cohort) it came in with? */
  readonly attributionOf: "image" | "group";
}

/** The metadata of one image. */
export interface ImageMetadata {
  readonly id: string;
  readonly licence: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What images are grouped into: datasets on v1, collections on v2. */
export interface ImageGroup {
  readonly id: string;
  readonly name: string;
}

/** Datasets, studies, annotations and segmentations: v1 only. What nobody has is `undefined`. */
export interface StudyService {
  datasets(options?: CallOptions): Promise<readonly Dataset[]>;
  datasetAccess(id: string, options?: CallOptions): Promise<AccessList>;
  datasetMetadata(id: string, options?: CallOptions): Promise<MetadataFile[]>;
  datasetReview(id: string, options?: CallOptions): Promise<ReviewImage[]>;
  studies(options?: CallOptions): Promise<readonly Study[]>;
  annotation(id: string, options?: CallOptions): Promise<Annotation | undefined>;
  annotations(studyId: string, options?: CallOptions): Promise<readonly Annotation[]>;
  /** One value for each superpixel: 0, 0.5 or 1. */
  markup(annotationId: string, feature: string, options?: CallOptions): Promise<readonly number[]>;
  markupMask(annotationId: string, feature: string, options?: CallOptions): Promise<ArchiveFile>;
  segmentation(id: string, options?: CallOptions): Promise<Segmentation | undefined>;
  /** Those of an image, newest first, failed ones included. */
  segmentations(imageId: string, options?: CallOptions): AsyncIterable<SegmentationSummary>;
  segmentationMask(id: string, options?: CallOptions): Promise<ArchiveFile>;
}

/** Collections and lesions: v2 only. */
export interface CollectionService {
  collections(options?: CallOptions): Promise<readonly Collection[]>;
  lesions(options?: CallOptions): AsyncIterable<Lesion>;
  /** Throws the server's `HttpNotFoundError`. */
  lesion(id: string, options?: CallOptions): Promise<Lesion>;
}

/** What must be loaded before a server can be asked. */
export interface ArchiveCalls {
  /** A selection as this API can be asked for it. */
  question(what: ImageSelection, options: CallOptions): Question | Promise<Question>;
  /** Throws a `NotFoundError`. */
  image(idOrName: string, options?: CallOptions): Promise<ImageRecord>;
  /** Nothing where the archive has no such part of this image. */
  open(record: ImageRecord, part: FilePart, options?: LongCallOptions): Promise<ArchiveFile | undefined>;
  /** By id; the image's own attribution where the server tells it. */
  termsOf(records: readonly ImageRecord[], options?: CallOptions): Promise<ReadonlyMap<string, Terms>>;
  /** The full text of a licence; nothing where the server has none. */
  licenceText(licence: string, options?: CallOptions): Promise<string | undefined>;
  groups(options?: CallOptions): Promise<readonly ImageGroup[]>;
  /** How often each value of each field occurs. */
  valueCounts(options?: CallOptions): Promise<Histogram | Facets>;
  /** The metadata of all images as they are now, in the cheapest complete way. */
  metadata(options?: LongCallOptions): AsyncIterable<ImageMetadata>;
  /** Criteria in v1's paths, said in the server's own. Throws a `RenamedFieldError`. */
  ownCriteria(criteria: Criteria): Criteria;
  /** `feature` is named in the `UnsupportedByServerError` of a server without any. */
  studies(feature: string): StudyService;
  /** `feature` is named in the `UnsupportedByServerError` of a server without any. */
  collections(feature: string): CollectionService;
  logout(options?: CallOptions): Promise<void>;
}

/** The same, where what has to be loaded is loaded by the first call. */
type Later<Calls> = {
  readonly [Name in keyof Calls]: Calls[Name] extends (...args: infer Args) => infer Result
    ? [Result] extends [AsyncIterable<unknown>]
      ? (...args: Args) => Result
      : (...args: Args) => Promise<Awaited<Result>>
    : never;
};

/** One server, as one account sees it. */
export interface Archive extends Later<Omit<ArchiveCalls, "question">> {
  /** For words to people only. */
  readonly family: "v1" | "v2";
  /** Host name and port, and the API's path where it is an unusual one: the first part of every cache key. */
  readonly server: string;
  /** Where the API is: `https://host/api/v2/`. */
  readonly address: string;
  /** Who is logged in, as the second part of every cache key: `anonymous` for nobody. */
  readonly account: string;
  /** Does the server have superpixels of its own? Elsewhere they are computed. */
  readonly servesSuperpixels: boolean;
  /** How the records of all its images are kept: as objects, or, where those would not fit, as columns. */
  readonly indexFormat: "objects" | "columns";
  /** Could this text be an id here (and not a name)? */
  isId(text: string): boolean;
  /** The record itself where the reference holds a whole one of this server's, else the id or name to look up. Throws an `ArgumentError`. */
  resolve(reference: ImageReference): ImageRecord | string;
  select(what?: ImageSelection): SelectedImages;
  /** The records of these, in this order. */
  images(ids: readonly string[], options?: CallOptions): AsyncIterable<ImageRecord | UnknownImage>;
}
