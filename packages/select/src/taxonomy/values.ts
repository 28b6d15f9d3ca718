import { DIAGNOSES, SITES } from "./data.ts";

const VALUES: Readonly<Record<string, readonly string[]>> = {
  sex: ["male", "female"],
  copyright_license: ["CC-0", "CC-BY", "CC-BY-NC"],
  diagnosis_confirm_type: [
    "histopathology",
    "serial imaging showing no change",
    "single image expert consensus",
    "confocal microscopy with consensus dermoscopy",
    "single contributor clinical assessment",
  ],
  image_type: [
    "dermoscopic",
    "clinical: overview",
    "clinical: close-up",
    "TBP tile: close-up",
    "TBP tile: overview",
    "RCM: macroscopic",
    "RCM: tile",
    "RCM: mosaic",
  ],
  dermoscopic_type: ["contact polarized", "contact non-polarized", "non-contact polarized"],
  tbp_tile_type: ["3D: white", "3D: XP", "2D"],
  mel_mitotic_index: ["0/mm^2", "<1/mm^2", "1/mm^2", "2/mm^2", "3/mm^2", "4/mm^2", ">4/mm^2"],
  anatom_site_special: ["acral NOS", "nail NOS", "fingernail", "toenail", "acral palms or soles", "oral or genital"],
  color_tint: ["blue", "pink", "none"],
  fitzpatrick_skin_type: ["I", "II", "III", "IV", "V", "VI"],
  image_manipulation: ["instrument only", "altered", "synthetic"],
};

/** The 36 diagnoses of the Girder API (v1), which the five levels replaced. */
export const LEGACY_DIAGNOSES: readonly string[] = [
  "actinic keratosis",
  "adnexal tumor",
  "AIMP",
  "angiokeratoma",
  "angioma",
  "basal cell carcinoma",
  "cafe-au-lait macule",
  "dermatofibroma",
  "ephelis",
  "lentigo NOS",
  "lentigo simplex",
  "lichenoid keratosis",
  "melanoma",
  "melanoma metastasis",
  "merkel cell carcinoma",
  "mucosal melanosis",
  "nevus",
  "nevus spilus",
  "seborrheic keratosis",
  "solar lentigo",
  "squamous cell carcinoma",
  "clear cell acanthoma",
  "atypical spitz tumor",
  "acrochordon",
  "angiofibroma or fibrous papule",
  "neurofibroma",
  "pyogenic granuloma",
  "scar",
  "sebaceous adenoma",
  "sebaceous hyperplasia",
  "verruca",
  "atypical melanocytic proliferation",
  "epidermal nevus",
  "pigmented benign keratosis",
  "vascular lesion",
  "other",
];

/**
 * The values the archive knows for a field of its search language: an enumeration, or one level of a hierarchy. Open
 * lists: the archive may add to them. Undefined for a field that is not such a list.
 */
export function valuesOf(field: string): readonly string[] | undefined {
  const [, taxonomy, level] = /^(diagnosis|anatom_site)_([1-5])$/.exec(field) ?? [];
  if (taxonomy === undefined) return Object.hasOwn(VALUES, field) ? VALUES[field] : undefined;
  const lines = (taxonomy === "diagnosis" ? DIAGNOSES : SITES).trim().split("\n");
  return lines.filter((line) => line.search(/\S/) === Number(level) - 1).map((line) => line.trim());
}
