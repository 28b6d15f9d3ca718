import * as z from "zod/mini";
import { dictionary, maybe, maybeInList, open, tested, unsure } from "../schema/fields.ts";
import type { Acquisition, Annotation, AnnotationState, Clinical, License, Segmentation, Skill } from "./types.ts";

const id = z.string();
const time = z.string();
const bag = dictionary(z.unknown());
const unsureText = () => unsure(z.string());
const unsureFlag = () => unsure(z.boolean());
const unsureNumber = () => unsure(z.number());

export const userSummarySchema = z.looseObject({
  _id: id,
  name: z.string(),
  login: maybe(z.string()),
  firstName: maybe(z.string()),
  lastName: maybe(z.string()),
});

export const userSchema = z.looseObject({
  _id: id,
  login: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  admin: z.boolean(),
  created: time,
  permissions: maybe(
    z.looseObject({
      acceptTerms: z.boolean(),
      adminStudy: z.boolean(),
      createDataset: z.boolean(),
      reviewDataset: z.boolean(),
      segmentationSkill: z.nullable(open<"novice" | "expert">()),
    }),
  ),
});

/** The literal `null` for a guest. */
export const meSchema = z.nullable(userSchema);

export const loginSchema = z.looseObject({
  authToken: z.looseObject({ token: z.string(), expires: time }),
  user: userSchema,
});

const datasetSummaryFields = {
  _id: id,
  _accessLevel: z.number(),
  name: z.string(),
  description: z.string(),
  license: open<KnownOf<License>>(),
  updated: time,
};

export const datasetSummarySchema = z.looseObject(datasetSummaryFields);

export const datasetSchema = z.looseObject({
  ...datasetSummaryFields,
  attribution: z.string(),
  count: z.number(),
  created: time,
  creator: userSummarySchema,
  owner: maybe(z.string()),
  metadataFiles: maybe(z.array(z.looseObject({ fileId: id, userId: id, time }))),
});

export const accessSchema = z.looseObject({
  access: z.looseObject({
    users: z.array(
      z.looseObject({ id, level: z.number(), login: z.string(), name: z.string(), flags: z.array(z.unknown()) }),
    ),
    groups: z.array(
      z.looseObject({ id, level: z.number(), name: z.string(), description: z.string(), flags: z.array(z.unknown()) }),
    ),
  }),
  public: z.boolean(),
});

const imageSummaryFields = { _id: id, name: z.string(), updated: time };

export const imageSummarySchema = z.looseObject(imageSummaryFields);

const acquisitionSchema = z.looseObject({
  pixelsX: unsureNumber(),
  pixelsY: unsureNumber(),
  image_type: unsure(open<KnownOf<Acquisition["image_type"]>>()),
  dermoscopic_type: unsure(open<KnownOf<Acquisition["dermoscopic_type"]>>()),
  blurry: unsureFlag(),
  hairy: unsureFlag(),
  marker_pen: unsureFlag(),
  color_tint: unsure(open<KnownOf<Acquisition["color_tint"]>>()),
  acquisition_day: unsureNumber(),
});

const clinicalSchema = z.looseObject({
  age_approx: unsureNumber(),
  sex: unsure(open<KnownOf<Clinical["sex"]>>()),
  anatom_site_general: unsureText(),
  benign_malignant: unsure(open<KnownOf<Clinical["benign_malignant"]>>()),
  diagnosis: unsureText(),
  diagnosis_confirm_type: unsureText(),
  melanocytic: unsureFlag(),
  family_hx_mm: unsureFlag(),
  personal_hx_mm: unsureFlag(),
  mel_ulcer: unsureFlag(),
  clin_size_long_diam_mm: unsureNumber(),
  mel_thick_mm: unsureNumber(),
  nevus_type: unsureText(),
  mel_class: unsureText(),
  mel_type: unsureText(),
  mel_mitotic_index: unsureText(),
  patient_id: unsureText(),
  lesion_id: unsureText(),
});

export const imageSchema = z.looseObject({
  ...imageSummaryFields,
  created: time,
  creator: userSummarySchema,
  dataset: datasetSummarySchema,
  meta: z.looseObject({
    acquisition: acquisitionSchema,
    clinical: clinicalSchema,
    unstructured: maybe(maybeInList(bag)),
    unstructuredExif: maybe(maybeInList(bag)),
    private: maybe(bag),
  }),
  notes: z.looseObject({
    reviewed: z.nullable(z.looseObject({ accepted: z.boolean(), time, userId: id })),
    tags: z.array(z.string()),
  }),
});

const label = tested<string | boolean | number>("a plain value", (value) =>
  ["string", "boolean", "number"].includes(typeof value),
);

export const histogramSchema = dictionary(
  z.array(
    z.looseObject({
      count: z.number(),
      label: z.nullable(label),
      lowBound: maybe(z.number()),
      highBound: maybe(z.number()),
    }),
  ),
);

export const reviewImageSchema = z.looseObject({ ...imageSummaryFields, description: z.string(), meta: bag });

export const metadataFileSchema = z.looseObject({
  file: z.looseObject({ _id: id, name: z.string() }),
  time,
  user: userSummarySchema,
});

const studySummaryFields = { _id: id, name: z.string(), description: z.string(), updated: time };

export const studySummarySchema = z.looseObject(studySummaryFields);

export const studySchema = z.looseObject({
  ...studySummaryFields,
  created: time,
  creator: userSummarySchema,
  features: z.array(z.looseObject({ id: z.string() })),
  images: z.array(imageSummarySchema),
  questions: z.array(z.looseObject({ id: z.string(), type: z.string(), choices: z.array(z.string()) })),
  userCompletion: dictionary(z.number()),
  users: z.array(userSummarySchema),
  participationRequests: maybe(z.array(userSummarySchema)),
});

export const annotationSummarySchema = z.looseObject({
  _id: id,
  imageId: id,
  state: open<KnownOf<AnnotationState>>(),
  studyId: id,
  userId: id,
});

export const annotationSchema = z.looseObject({
  _id: id,
  image: imageSummarySchema,
  state: open<KnownOf<AnnotationState>>(),
  studyId: id,
  user: userSummarySchema,
  markups: maybe(dictionary(z.boolean())),
  responses: maybe(dictionary(z.string())),
  log: maybe(z.array(z.looseObject({ type: z.string(), time: z.string() }))),
  startTime: maybe(time),
  stopTime: maybe(time),
  status: maybe(open<KnownOf<Annotation["status"]>>()),
});

/** One value for each superpixel; whole numbers and decimals are mixed. */
export const markupSchema = z.array(z.number());

const skill = open<KnownOf<Skill>>();

export const segmentationSummarySchema = z.looseObject({ _id: id, created: time, failed: z.boolean(), skill });

export const segmentationSchema = z.looseObject({
  _id: id,
  created: time,
  creator: userSummarySchema,
  failed: z.boolean(),
  imageId: id,
  meta: z.looseObject({
    source: maybe(open<KnownOf<Segmentation["meta"]["source"]>>()),
    startTime: maybe(maybeInList(time)),
    stopTime: maybe(maybeInList(time)),
    seedPoint: maybe(z.array(z.number())),
    tolerance: maybe(z.number()),
    algorithmVersion: maybe(z.string()),
    flagged: maybe(z.string()),
  }),
  reviews: z.array(z.looseObject({ approved: z.boolean(), skill, time, userId: id })),
});

const named = z.looseObject({ _id: id, name: z.string() });

export const studyTaskSchema = z.looseObject({ count: z.number(), study: named });

export const datasetTaskSchema = z.looseObject({ count: z.number(), dataset: named });

const findings = z.array(z.looseObject({ description: z.string() }));

export const metadataReportSchema = z.looseObject({ errors: findings, warnings: findings });

export const tileInfoSchema = z.looseObject({
  levels: z.number(),
  sizeX: z.number(),
  sizeY: z.number(),
  tileWidth: z.number(),
  tileHeight: z.number(),
  magnification: z.nullable(z.number()),
  mm_x: z.nullable(z.number()),
  mm_y: z.nullable(z.number()),
});

export const outlineSchema = z.looseObject({
  type: tested<"Feature">("Feature", (value) => value === "Feature"),
  geometry: z.looseObject({
    type: tested<"Polygon">("Polygon", (value) => value === "Polygon"),
    coordinates: z.array(z.array(z.array(z.number()))),
  }),
  properties: bag,
});

/** The known words of an open vocabulary. */
type KnownOf<T> =
  Extract<T, string> extends infer S ? (S extends string ? (string extends S ? never : S) : never) : never;
