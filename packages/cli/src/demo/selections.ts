import type { Criteria } from "@isic/select";

/** One step of a selection: what it asks, in words, and whether it refines what the steps before it left. */
export interface SelectionStep {
  readonly about: string;
  readonly criteria: Criteria;
}

/** The sequence of the original package's README, on the records of the Girder API. */
const V1: readonly SelectionStep[] = [
  {
    about: "dermoscopic, at least 2048 pixels wide, no nevus",
    criteria: [
      ["meta.acquisition.pixelsX", ">=", 2048],
      ["meta.acquisition.image_type", "==", "dermoscopic"],
      ["meta.clinical.diagnosis", "!=", "nevus"],
    ],
  },
  { about: "... in a dataset open to all", criteria: ["dataset._accessLevel", "==", 0] },
  { about: "... tagged ISBI 2017: Training", criteria: ["notes.tags", "ni", "ISBI 2017: Training"] },
  { about: "... with a biopsy", criteria: ["meta.unstructured.biopsy done", "==", "Y"] },
  { about: "... and melanocytic", criteria: ["meta.clinical.melanocytic", "is", true] },
];

/** The same walk in the words of today's records, which know neither tags nor datasets. */
const V2: readonly SelectionStep[] = [
  {
    about: "dermoscopic, at least 2048 pixels wide",
    criteria: [
      ["metadata.acquisition.pixels_x", ">=", 2048],
      ["metadata.acquisition.image_type", "==", "dermoscopic"],
    ],
  },
  { about: "... of a woman", criteria: ["metadata.clinical.sex", "==", "female"] },
  { about: "... not benign for certain", criteria: ["metadata.clinical.diagnosis_1", "!=", "Benign"] },
  { about: "... and melanocytic", criteria: ["metadata.clinical.melanocytic", "is", true] },
];

export const selectionSteps: Readonly<Record<"v1" | "v2", readonly SelectionStep[]>> = { v1: V1, v2: V2 };
