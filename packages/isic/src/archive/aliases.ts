import type { Criteria } from "@isic/select";
import { RenamedFieldError } from "../errors.ts";
import { mapCriteria } from "./criteria.ts";

/** Fields of v1 that mean the same under another path on v2. */
export const V2_ALIASES: Readonly<Record<string, string>> = {
  _id: "isic_id",
  name: "isic_id",
  "dataset.license": "copyright_license",
  "meta.acquisition.pixelsX": "metadata.acquisition.pixels_x",
  "meta.acquisition.pixelsY": "metadata.acquisition.pixels_y",
  "meta.acquisition.image_type": "metadata.acquisition.image_type",
  "meta.acquisition.dermoscopic_type": "metadata.acquisition.dermoscopic_type",
  "meta.acquisition.acquisition_day": "metadata.clinical.acquisition_day",
  "meta.clinical.age_approx": "metadata.clinical.age_approx",
  "meta.clinical.sex": "metadata.clinical.sex",
  "meta.clinical.diagnosis_confirm_type": "metadata.clinical.diagnosis_confirm_type",
  "meta.clinical.melanocytic": "metadata.clinical.melanocytic",
  "meta.clinical.family_hx_mm": "metadata.clinical.family_hx_mm",
  "meta.clinical.personal_hx_mm": "metadata.clinical.personal_hx_mm",
  "meta.clinical.clin_size_long_diam_mm": "metadata.clinical.clin_size_long_diam_mm",
  "meta.clinical.mel_thick_mm": "metadata.clinical.mel_thick_mm",
  "meta.clinical.mel_ulcer": "metadata.clinical.mel_ulcer",
  "meta.clinical.mel_mitotic_index": "metadata.clinical.mel_mitotic_index",
  "meta.clinical.patient_id": "metadata.clinical.patient_id",
  "meta.clinical.lesion_id": "metadata.clinical.lesion_id",
};

const SITES = "metadata.clinical.anatom_site_1 to anatom_site_5 and anatom_site_special";
const DIAGNOSES = "metadata.clinical.diagnosis_1 to diagnosis_5";

/** Fields of v1 whose meaning changed or went: what took their place. */
export const V2_SUCCESSORS: Readonly<Record<string, string>> = {
  "meta.clinical.diagnosis": DIAGNOSES,
  "meta.clinical.benign_malignant": 'metadata.clinical.diagnosis_1 ("Benign", "Indeterminate", "Malignant")',
  "meta.clinical.anatom_site_general": SITES,
  "meta.clinical.nevus_type": DIAGNOSES,
  "meta.clinical.mel_class": DIAGNOSES,
  "meta.clinical.mel_type": DIAGNOSES,
  "notes.tags": "collections: the challenges are pinned collections (api.collectionList())",
  "dataset.name": "collections (api.collectionList())",
  "dataset._id": "collections (api.collectionList())",
  "dataset._accessLevel": 'public ("public", "==", true)',
};

/** Words that v1 and v2 write differently. */
const IMAGE_TYPES: Readonly<Record<string, string>> = {
  clinical: "clinical: close-up",
  overview: "clinical: overview",
};

/** Criteria in v1's paths, said in v2's. Paths of neither are left as they are. */
export function toV2Criteria(criteria: Criteria): Criteria {
  return mapCriteria(criteria, ([path, operator, value]) => {
    const successor = Object.hasOwn(V2_SUCCESSORS, path) ? V2_SUCCESSORS[path] : undefined;
    if (successor !== undefined) throw new RenamedFieldError(path, successor);
    const alias = Object.hasOwn(V2_ALIASES, path) ? V2_ALIASES[path]! : path;
    const isImageType = path === "meta.acquisition.image_type";
    return value === undefined ? [alias, operator] : [alias, operator, isImageType ? v2Words(value) : value];
  });
}

function v2Words(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(v2Words);
  return typeof value === "string" && Object.hasOwn(IMAGE_TYPES, value) ? IMAGE_TYPES[value] : value;
}
