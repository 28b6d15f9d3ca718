import type { ImageRecord, JsonObject } from "../archive/source.ts";

/** What is fixed about a record that is there on purpose. */
interface Plan {
  readonly dataset: string;
  readonly size: readonly [number, number];
  readonly finding: { readonly diagnosis: string; readonly verdict: string; readonly melanocytic: boolean };
  readonly clinical: JsonObject;
  readonly unstructured: JsonObject;
  readonly tags: readonly string[];
}

/** The image that the original README shows, with what it prints about it. */
export const RECORD_0: Plan & { readonly id: string; readonly record: Partial<ImageRecord> } = {
  id: "5436e3abbae478396759f0cf",
  dataset: "UDA-1",
  size: [1022, 767],
  finding: { diagnosis: "nevus", verdict: "benign", melanocytic: true },
  clinical: {
    age_approx: 55,
    anatom_site_general: "anterior torso",
    benign_malignant: "benign",
    diagnosis: "nevus",
    diagnosis_confirm_type: null,
    melanocytic: true,
    sex: "female",
  },
  unstructured: { diagnosis: "dysplastic nevus", id1: "1", localization: "Abdomen", site: "bar" },
  tags: [
    "ISBI 2016: Training",
    "ISBI 2017: Training",
    "Challenge 2018: Task 1-2: Training",
    "Challenge 2019: Training",
  ],
  record: {
    created: "2014-10-09T19:36:11.989000+00:00",
    updated: "2015-02-23T02:48:17.495000+00:00",
    creatorId: "5450e996bae47865794e4d0d",
    creatorName: "User 6VSN",
  },
};

/**
 * The original README narrows a selection in five steps; each step leaves out some of these on purpose:
 * large and dermoscopic and no nevus (16), anonymous access (16), tagged `ISBI 2017: Training` (11),
 * biopsy done (7), melanocytic (5).
 */
const WALK: readonly (readonly [diagnosis: string, tagged: boolean, biopsy: string])[] = [
  ["melanoma", true, "Y"],
  ["basal cell carcinoma", true, "Y"],
  ["melanoma", true, "Y"],
  ["seborrheic keratosis", false, "N"],
  ["melanoma", true, "N"],
  ["melanoma", true, "Y"],
  ["squamous cell carcinoma", true, "Y"],
  ["melanoma", false, "Y"],
  ["dermatofibroma", true, "N"],
  ["melanoma", true, "Y"],
  ["melanoma", true, ""],
  ["basal cell carcinoma", false, "Y"],
  ["melanoma", true, "Y"],
  ["melanoma", false, ""],
  ["seborrheic keratosis", true, "N"],
  ["pigmented benign keratosis", false, "N"],
];
const FIRST = 20;
const EVERY = 11;

/** The plan of record `index`, if it has one. */
export function planned(index: number): Plan | undefined {
  const step = (index - FIRST) / EVERY;
  const entry = Number.isInteger(step) ? WALK[step] : undefined;
  if (entry === undefined) return undefined;
  const [diagnosis, tagged, biopsy] = entry;
  const malignant = /melanoma|carcinoma/.test(diagnosis);
  const melanocytic = diagnosis === "melanoma";
  return {
    dataset: "MSK-1",
    size: [2048, 1365],
    finding: { diagnosis, verdict: malignant ? "malignant" : "benign", melanocytic },
    clinical: {
      age_approx: 45 + 5 * (step % 6),
      anatom_site_general: step % 5 === 3 ? null : step % 2 === 0 ? "posterior torso" : "lower extremity",
      benign_malignant: malignant ? "malignant" : "benign",
      diagnosis,
      diagnosis_confirm_type: "histopathology",
      melanocytic,
      sex: step % 3 === 0 ? "female" : "male",
    },
    unstructured: {
      Breslow: melanocytic ? `${(0.3 + step / 10).toFixed(1)} mm` : "",
      Clark: melanocytic ? String(2 + (step % 3)) : "",
      "biopsy done": biopsy,
      "clinical diagnosis/impression": diagnosis === "melanoma" ? "r/o melanoma" : "",
      "lesion id": String(500 + step),
      localization: step % 2 === 0 ? "upper back" : "l calf",
      "pathology diagnosis": diagnosis,
      "pathology diagnosis subtype": "",
      "pathology report available": biopsy === "Y" ? "Y" : "N",
      patient: String(1 + step),
      "previous biopsy": "N",
    },
    tags: tagged
      ? ["ISBI 2017: Training", "Challenge 2018: Task 1-2: Training", "Challenge 2019: Training"]
      : ["Challenge 2019: Training"],
  };
}
