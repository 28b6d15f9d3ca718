import type { Open } from "../schema/fields.ts";

/** Keys the server may add: kept as they came. */
export interface Extra {
  [key: string]: unknown;
}

/** 24 hexadecimal digits. */
export type ObjectId = string;
/** `2019-08-01T12:00:00.123456+00:00`; the fraction is missing when it is zero. */
export type Timestamp = string;

/** -1 none, 0 read, 1 write, 2 admin. A reader of a public dataset may get -1: never a reason to refuse. */
export type AccessLevel = number;

/** Licences of datasets; new ones may come. */
export type License = Open<"CC-0" | "CC-BY" | "CC-BY-NC" | "CC-BY-NC-SA">;

/** Another user: obfuscated as `User ABCD` unless the caller may see him. */
export interface UserSummary extends Extra {
  _id: ObjectId;
  name: string;
  login?: string;
  firstName?: string;
  lastName?: string;
}

/** The account that is logged in. */
export interface User extends Extra {
  _id: ObjectId;
  login: string;
  firstName: string;
  lastName: string;
  email: string;
  admin: boolean;
  created: Timestamp;
  permissions?: {
    acceptTerms: boolean;
    adminStudy: boolean;
    createDataset: boolean;
    reviewDataset: boolean;
    segmentationSkill: Open<"novice" | "expert"> | null;
  } & Extra;
}

/** A dataset in lists and beside an image. */
export interface DatasetSummary extends Extra {
  _id: ObjectId;
  _accessLevel: AccessLevel;
  name: string;
  description: string;
  license: License;
  updated: Timestamp;
}

/** A dataset: the images of one upload or collection. */
export interface Dataset extends DatasetSummary {
  attribution: string;
  /** All accepted images, the ones this caller may not see included. */
  count: number;
  created: Timestamp;
  creator: UserSummary;
  owner?: string;
  metadataFiles?: ({ fileId: ObjectId; userId: ObjectId; time: Timestamp } & Extra)[];
}

/** An image without its details. */
export interface ImageSummary extends Extra {
  _id: ObjectId;
  /** `ISIC_` and seven digits. */
  name: string;
  updated: Timestamp;
}

/** How the picture was taken. Missing and null both mean unknown. */
export interface Acquisition extends Extra {
  pixelsX?: number | null;
  pixelsY?: number | null;
  image_type?: Open<"dermoscopic" | "clinical" | "overview"> | null;
  dermoscopic_type?: Open<"contact polarized" | "contact non-polarized" | "non-contact polarized"> | null;
  blurry?: boolean | null;
  hairy?: boolean | null;
  marker_pen?: boolean | null;
  color_tint?: Open<"blue" | "pink" | "none"> | null;
  acquisition_day?: number | null;
}

/** What is known about patient and lesion. Missing and null both mean unknown. */
export interface Clinical extends Extra {
  age_approx?: number | null;
  sex?: Open<"male" | "female"> | null;
  anatom_site_general?: string | null;
  benign_malignant?: Open<
    "benign" | "malignant" | "indeterminate" | "indeterminate/benign" | "indeterminate/malignant"
  > | null;
  diagnosis?: string | null;
  diagnosis_confirm_type?: string | null;
  melanocytic?: boolean | null;
  family_hx_mm?: boolean | null;
  personal_hx_mm?: boolean | null;
  mel_ulcer?: boolean | null;
  clin_size_long_diam_mm?: number | null;
  mel_thick_mm?: number | null;
  nevus_type?: string | null;
  mel_class?: string | null;
  mel_type?: string | null;
  mel_mitotic_index?: string | null;
  patient_id?: string | null;
  lesion_id?: string | null;
}

/** An image with its metadata. */
export interface Image extends ImageSummary {
  created: Timestamp;
  creator: UserSummary;
  dataset: DatasetSummary;
  meta: {
    acquisition: Acquisition;
    clinical: Clinical;
    /** What contributors wrote. Later servers wrap it into a list of one, which is taken off here. */
    unstructured?: Record<string, unknown>;
    unstructuredExif?: Record<string, unknown>;
    private?: Record<string, unknown>;
  } & Extra;
  notes: {
    /** Null before the review. */
    reviewed: ({ accepted: boolean; time: Timestamp; userId: ObjectId } & Extra) | null;
    tags: string[];
  } & Extra;
}

/** A value, or a range of values, and how many images have it. */
export interface HistogramBin extends Extra {
  count: number;
  label: string | boolean | number | null;
  lowBound?: number;
  highBound?: number;
}

/** Facet by facet; `__passedFilters__[0].count` is the number of images. */
export type Histogram = Record<string, HistogramBin[]>;

/** Who may do what with a dataset. */
export interface AccessList extends Extra {
  access: {
    users: ({ id: ObjectId; level: AccessLevel; login: string; name: string; flags: unknown[] } & Extra)[];
    groups: ({ id: ObjectId; level: AccessLevel; name: string; description: string; flags: unknown[] } & Extra)[];
  } & Extra;
  public: boolean;
}

/** An image that waits for its review, with its metadata as the database has them. */
export interface ReviewImage extends ImageSummary {
  description: string;
  meta: Record<string, unknown>;
}

/** A CSV of metadata that was registered with a dataset. */
export interface MetadataFile extends Extra {
  file: { _id: ObjectId; name: string } & Extra;
  time: Timestamp;
  user: UserSummary;
}

/** A study in lists. */
export interface StudySummary extends Extra {
  _id: ObjectId;
  name: string;
  description: string;
  updated: Timestamp;
}

/** A study: images, the features and questions they are annotated with, and who annotates. */
export interface Study extends StudySummary {
  created: Timestamp;
  creator: UserSummary;
  features: ({ id: string } & Extra)[];
  /** All of them, the ones this caller may not see included. */
  images: ImageSummary[];
  questions: ({ id: string; type: string; choices: string[] } & Extra)[];
  /** Completed annotations by annotator. */
  userCompletion: Record<ObjectId, number>;
  users: UserSummary[];
  participationRequests?: UserSummary[];
}

/** Whether an annotator is done. */
export type AnnotationState = Open<"active" | "complete">;

/** An annotation without its answers. */
export interface AnnotationSummary extends Extra {
  _id: ObjectId;
  imageId: ObjectId;
  state: AnnotationState;
  studyId: ObjectId;
  userId: ObjectId;
}

/** What one annotator said about one image. Everything from `markups` on is there only when complete. */
export interface Annotation extends Extra {
  _id: ObjectId;
  image: ImageSummary;
  state: AnnotationState;
  studyId: ObjectId;
  user: UserSummary;
  /** Features that were opened; false: nothing was marked. */
  markups?: Record<string, boolean>;
  /** Question by answer. */
  responses?: Record<string, string>;
  log?: ({ type: string; time: string } & Extra)[];
  startTime?: Timestamp;
  stopTime?: Timestamp;
  status?: Open<"ok" | "phi" | "quality" | "zoom" | "inappropriate" | "other">;
}

/** Of who made a segmentation. */
export type Skill = Open<"expert" | "novice">;

/** A segmentation in lists. */
export interface SegmentationSummary extends Extra {
  _id: ObjectId;
  created: Timestamp;
  /** Without a mask: asking for it answers 410. */
  failed: boolean;
  /** Expert if any review is an expert's. */
  skill: Skill;
}

/** An outline of a lesion, and its reviews. */
export interface Segmentation extends Extra {
  _id: ObjectId;
  created: Timestamp;
  creator: UserSummary;
  failed: boolean;
  imageId: ObjectId;
  meta: {
    source?: Open<"autofill" | "manual pointlist">;
    /** Sent as a list of one since 2017, which is taken off here. */
    startTime?: Timestamp;
    stopTime?: Timestamp;
    seedPoint?: number[];
    tolerance?: number;
    algorithmVersion?: string;
    flagged?: string;
  } & Extra;
  reviews: ({ approved: boolean; skill: Skill; time: Timestamp; userId: ObjectId } & Extra)[];
}

/** How much work waits: for a study, a dataset. */
export interface StudyTask extends Extra {
  count: number;
  study: { _id: ObjectId; name: string } & Extra;
}

/** How much work waits in a dataset. */
export interface DatasetTask extends Extra {
  count: number;
  dataset: { _id: ObjectId; name: string } & Extra;
}

/** What the server found in metadata that were posted. */
export interface MetadataReport extends Extra {
  errors: ({ description: string } & Extra)[];
  warnings: ({ description: string } & Extra)[];
}

/** How an image is cut into tiles. */
export interface TileInfo extends Extra {
  levels: number;
  sizeX: number;
  sizeY: number;
  tileWidth: number;
  tileHeight: number;
  magnification: number | null;
  mm_x: number | null;
  mm_y: number | null;
}

/** A lesion's outline as GeoJSON: rings of `[x, y]`, the last point the first again. */
export interface Outline extends Extra {
  type: "Feature";
  geometry: { type: "Polygon"; coordinates: number[][][] } & Extra;
  properties: Record<string, unknown>;
}
