import * as z from "zod/mini";
import { decimal, maybe, open, sparse } from "../schema/fields.ts";
import type { Acquisition, Clinical, License } from "./types.ts";

const text = () => z.string();
const flag = () => z.boolean();

export const fileRefSchema = z.looseObject({ url: z.string(), size: z.number() });

const acquisitionSchema = z.looseObject({
  pixels_x: z.number(),
  pixels_y: z.number(),
  image_type: maybe(open<KnownOf<Acquisition["image_type"]>>()),
  dermoscopic_type: maybe(open<KnownOf<Acquisition["dermoscopic_type"]>>()),
  image_manipulation: maybe(open<KnownOf<Acquisition["image_manipulation"]>>()),
});

const clinicalSchema = sparse({
  age_approx: z.number(),
  sex: open<KnownOf<Clinical["sex"]>>(),
  fitzpatrick_skin_type: open<KnownOf<Clinical["fitzpatrick_skin_type"]>>(),
  personal_hx_mm: flag(),
  family_hx_mm: flag(),
  melanocytic: flag(),
  concomitant_biopsy: flag(),
  mel_ulcer: flag(),
  anatom_site_1: open<KnownOf<Clinical["anatom_site_1"]>>(),
  anatom_site_2: text(),
  anatom_site_3: text(),
  anatom_site_4: text(),
  anatom_site_5: text(),
  anatom_site_special: open<KnownOf<Clinical["anatom_site_special"]>>(),
  diagnosis_1: open<KnownOf<Clinical["diagnosis_1"]>>(),
  diagnosis_2: text(),
  diagnosis_3: text(),
  diagnosis_4: text(),
  diagnosis_5: text(),
  diagnosis_confirm_type: open<KnownOf<Clinical["diagnosis_confirm_type"]>>(),
  clin_size_long_diam_mm: decimal(),
  mel_thick_mm: decimal(),
  mel_mitotic_index: open<KnownOf<Clinical["mel_mitotic_index"]>>(),
  acquisition_day: z.number(),
  tbp_tile_type: open<KnownOf<Clinical["tbp_tile_type"]>>(),
  lesion_id: text(),
  patient_id: text(),
  rcm_case_id: text(),
});

const imageFields = {
  isic_id: z.string(),
  copyright_license: open<KnownOf<License>>(),
  attribution: z.string(),
  files: z.looseObject({ full: fileRefSchema, thumbnail_256: fileRefSchema }),
  metadata: z.looseObject({ acquisition: acquisitionSchema, clinical: clinicalSchema }),
  public: z.boolean(),
};

export const imageSchema = z.looseObject(imageFields);

export const similarImageSchema = z.looseObject({ ...imageFields, distance: z.number() });

export const collectionSchema = z.looseObject({
  id: z.number(),
  name: z.string(),
  description: z.string(),
  public: z.boolean(),
  pinned: z.boolean(),
  locked: z.boolean(),
  doi: z.nullable(z.string()),
  doi_url: z.nullable(z.string()),
});

export const lesionSchema = z.looseObject({
  id: z.string(),
  images: z.array(imageSchema),
  images_count: z.number(),
  longitudinally_monitored: z.boolean(),
  index_image_id: z.nullable(z.string()),
  outcome_diagnosis: z.nullable(z.string()),
  outcome_diagnosis_1: z.nullable(z.string()),
});

export const meSchema = z.looseObject({
  id: z.number(),
  email: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  full_name: z.string(),
  created: z.string(),
  accepted_terms: z.nullable(z.string()),
  hash_id: z.nullable(z.string()),
});

/** The known words of an open vocabulary. */
type KnownOf<T> =
  Extract<T, string> extends infer S ? (S extends string ? (string extends S ? never : S) : never) : never;
