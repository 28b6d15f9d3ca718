import type { AnnotationRecord, ImageRecord, StudyRecord } from "../archive/source.ts";
import { agreementAnnotations, agreementStudy, isAgreementStudy } from "./agreement-study.ts";
import { datasetNamed } from "./datasets.ts";
import { personId } from "./people.ts";
import { random } from "./random.ts";
import { isoTime, objectId } from "./time.ts";

const START = Date.UTC(2016, 2, 1, 9, 30, 0, 250);

/** Feature ids hold ` : ` and `/`, as all of the archive's do. */
const FEATURES = [
  "Dots : Black",
  "Globules / Clods : Blue",
  "Globules / Clods : Lacunae : Red",
  "Lines : Streaks",
  "Network : Typical pigment network / Reticulation",
  "Vessels : Dotted",
] as const;

const QUESTION = { id: "Is this lesion benign or malignant?", choices: ["benign", "malignant", "unsure"] } as const;

/** The public study of the original README, a private one, and one of five readers. */
export function studies(images: readonly ImageRecord[]): readonly StudyRecord[] {
  const hidden = datasetNamed("Unpublished").id;
  const listed = images.filter((image) => image.reviewed?.accepted === true && image.datasetId !== hidden);
  const secret = images.filter((image) => image.datasetId === hidden);
  // a hundred of them, evenly spread
  const share = listed.filter((_, i) => (i * 100) % listed.length < 100);
  const common = {
    creatorId: personId("studyadmin"),
    features: FEATURES,
    questions: [QUESTION],
    userIds: [personId("reader"), personId("segexpert")],
  };
  return [
    {
      ...common,
      id: "56d5a0c79fc3c1568c0b2ad5",
      name: "ISBI 2016: 100 Lesion Classification",
      description: "Drawn lesions, read twice.",
      created: isoTime(START),
      updated: isoTime(START + 86_400_000),
      public: true,
      imageIds: share.map((image) => image.id),
    },
    {
      ...common,
      id: "58d9189ad831137d0fa1d7cf",
      name: "EASY_PILOT",
      description: "",
      created: isoTime(START + 9 * 86_400_000),
      updated: isoTime(START + 9 * 86_400_000),
      public: false,
      // a reader may see a private image because it is in his study
      imageIds: [...listed.slice(0, 3), ...secret.slice(0, 1)].map((image) => image.id),
    },
    agreementStudy(listed),
  ];
}

/** Every reader gets every image of a study; most are done, some are still waiting. */
export function annotations(all: readonly StudyRecord[], images: readonly ImageRecord[]): readonly AnnotationRecord[] {
  const byId = new Map(images.map((image) => [image.id, image]));
  return all.flatMap((study, s) =>
    isAgreementStudy(study.id)
      ? agreementAnnotations(study, byId)
      : study.userIds.flatMap((userId, u) =>
          study.imageIds.map((imageId, i): AnnotationRecord => {
            const at = START + ((s * 2 + u) * 1000 + i) * 420_000;
            const base = { id: objectId(at, 0x300000 + (s * 2 + u) * 4096 + i), studyId: study.id, imageId, userId };
            const dice = random(`${study.id}/${userId}/${imageId}`);
            if (i % 13 === 12 || (s === 1 && u === 1)) return { ...base, state: "active" };
            const malignant = byId.get(imageId)?.clinical.benign_malignant === "malignant";
            const right = dice.chance(0.8);
            const opened = study.features.filter(() => dice.chance(0.5));
            const stopped = at + 1000 * dice.integer(20, 240) + 500;
            return {
              ...base,
              state: "complete",
              status: i % 29 === 28 ? "quality" : "ok",
              startTime: isoTime(at - (at % 1000)),
              stopTime: isoTime(stopped),
              responses: { [QUESTION.id]: malignant === right ? "malignant" : dice.chance(0.1) ? "unsure" : "benign" },
              markups: Object.fromEntries(opened.map((feature) => [feature, dice.chance(0.7)])),
              log: i % 4 === 0 ? [] : [{ detail: {}, time: new Date(at).toISOString(), type: "annotation_start" }],
            };
          }),
        ),
  );
}
