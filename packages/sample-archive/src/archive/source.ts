import type { LabelImage } from "@isic/core-wasm";

/** Bytes that nobody shares: the caller may keep or transfer them. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
/** A JSON object whose keys may be absent. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** What decides who may do what. */
export type Group =
  | "Dataset Contributors"
  | "Dataset QC Reviewers"
  | "Segmentation Experts"
  | "Segmentation Novices"
  | "Study Administrators";

/** Somebody who can log in. */
export interface UserRecord {
  readonly id: string;
  readonly login: string;
  readonly password: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  /** Four letters that stand for the login where names are hidden: `User HUEU`. */
  readonly code: string;
  readonly created: string;
  readonly groups: readonly Group[];
  readonly admin: boolean;
}

/** A v1 dataset with who may read it. */
export interface DatasetRecord {
  readonly id: string;
  readonly folderId: string;
  readonly reviewFolderId: string;
  readonly name: string;
  readonly description: string;
  readonly license: "CC-0" | "CC-BY" | "CC-BY-NC";
  readonly attribution: string;
  readonly owner: string;
  readonly created: string;
  readonly updated: string;
  readonly creatorId: string;
  readonly public: boolean;
}

/** One image as the archive keeps it; both servers show it in their own words. */
export interface ImageRecord {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly updated: string;
  /** When v2 published it, in milliseconds; several images may share it. */
  readonly published: number;
  readonly creatorId: string;
  /** What `creator.name` says when the creator is nobody of `users`. */
  readonly creatorName?: string;
  readonly datasetId: string;
  readonly acquisition: JsonObject;
  readonly clinical: JsonObject;
  readonly unstructured: JsonObject;
  readonly tags: readonly string[];
  /** v2's lists show it first when they are asked with `pin_sort`, higher numbers before lower ones; default 0, not pinned. */
  readonly pinned?: number;
  /** `null`: still waiting for its quality review, so in no list. */
  readonly reviewed: { readonly accepted: boolean; readonly time: string; readonly userId: string } | null;
  readonly privateMeta: JsonObject;
  readonly mimeType: "image/jpeg" | "image/png" | "image/tiff";
  /** What the contributor called the file, when v1 sends it under that name and not under the image's. */
  readonly fileName?: string;
  /** Fields that only v2 knows (`rcm_case_id`, `fitzpatrick_skin_type`...), over what v1 says. */
  readonly v2?: { readonly acquisition?: JsonObject; readonly clinical?: JsonObject; readonly attribution?: string };
}

/** A lesion outline that somebody drew. */
export interface SegmentationRecord {
  readonly id: string;
  readonly imageId: string;
  readonly created: string;
  readonly creatorId: string;
  readonly creatorName?: string;
  readonly failed: boolean;
  readonly meta: JsonObject;
  readonly reviews: readonly {
    readonly approved: boolean;
    readonly skill: "expert" | "novice";
    readonly time: string;
    readonly userId: string;
  }[];
}

/** A v1 study: images, questions and features shown to readers. */
export interface StudyRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly created: string;
  readonly updated: string;
  readonly creatorId: string;
  readonly public: boolean;
  readonly features: readonly string[];
  readonly questions: readonly { readonly id: string; readonly choices: readonly string[] }[];
  readonly imageIds: readonly string[];
  readonly userIds: readonly string[];
}

/** One reader's answers for one image of a study. */
export interface AnnotationRecord {
  readonly id: string;
  readonly studyId: string;
  readonly imageId: string;
  readonly userId: string;
  readonly state: "active" | "complete";
  readonly status?: string;
  readonly startTime?: string;
  readonly stopTime?: string;
  readonly responses?: { readonly [question: string]: string };
  /** Features that were opened: whether any superpixel was marked. */
  readonly markups?: { readonly [feature: string]: boolean };
  readonly log?: readonly Json[];
}

/** A v2 collection. */
export interface CollectionRecord {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly created: number;
  readonly public: boolean;
  readonly pinned: boolean;
  readonly locked: boolean;
  readonly doi: string | null;
  readonly creatorId: string;
  readonly has: (image: ImageRecord) => boolean;
}

/** An RGBA picture in stored order. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/**
 * Where an archive's content comes from: a generated world, or a folder of real data. Both servers read only this.
 * Records are given at once and in order of `created`; everything heavy is made or read when asked for.
 */
export interface Source {
  /** Files that are missing are known to be missing: 404, not the 500 and 403 of a server that lost them. */
  readonly partial?: boolean;
  readonly users: readonly UserRecord[];
  readonly datasets: readonly DatasetRecord[];
  readonly images: readonly ImageRecord[];
  readonly segmentations: readonly SegmentationRecord[];
  readonly studies: readonly StudyRecord[];
  readonly annotations: readonly AnnotationRecord[];
  readonly collections: readonly CollectionRecord[];
  /** Photos are files as v2 served them, credits inside: v2 sends them unchanged. Otherwise it embeds their credits. */
  readonly credited?: boolean;
  /** The original file; `undefined` when the archive has lost it. */
  photo(image: ImageRecord): Promise<Bytes | undefined>;
  /** Bytes of the original file, known without making it: what v2 announces. Never more than `photo` gives; without it 1. */
  photoSize?(image: ImageRecord): number;
  /** A small JPEG that fits into `width` x `height`. */
  thumbnail(image: ImageRecord, width: number, height: number): Promise<Bytes | undefined>;
  /** The pixels behind the photo, for pictures that the server renders. */
  picture(image: ImageRecord): Promise<Picture | undefined>;
  /** The label map as an RGB PNG. */
  superpixels(image: ImageRecord): Promise<Bytes | undefined>;
  /** The same label map as numbers. */
  labels(image: ImageRecord): Promise<LabelImage | undefined>;
  /** The outline as a grey PNG of 0 and 255. */
  mask(segmentation: SegmentationRecord): Promise<Bytes | undefined>;
  /** The photo with the outline drawn in green, in any width up to its own. */
  outlined(segmentation: SegmentationRecord): Promise<((width: number) => Picture) | undefined>;
  /** Values 0, 0.5, 1 by label for one opened feature. */
  markup(annotation: AnnotationRecord, feature: string): Promise<readonly number[] | undefined>;
  /** Further records behind the last one, for an archive that grows. */
  more(count: number): readonly ImageRecord[];
}
