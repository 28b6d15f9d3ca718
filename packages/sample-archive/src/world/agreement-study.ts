import type { LabelImage } from "@isic/core-wasm";
import type { AnnotationRecord, ImageRecord, StudyRecord } from "../archive/source.ts";
import { personId } from "./people.ts";
import { hash, random } from "./random.ts";
import { isoTime, objectId } from "./time.ts";

const ID = "5c1f00a09fc3c1568c0b2c05";
const START = Date.UTC(2018, 11, 3, 8, 0, 0, 250);
const IMAGES = 12;

/** Five readers, from one who marks little to one who marks much: `reach` is the part of a feature's spot that he sees. */
const READERS: readonly { readonly login: string; readonly reach: number; readonly sees: number }[] = [
  { login: "reader", reach: 1, sees: 0.95 },
  { login: "reader2", reach: 0.55, sees: 0.8 },
  { login: "reader3", reach: 0.75, sees: 0.9 },
  { login: "reader4", reach: 1.35, sees: 0.95 },
  { login: "reader5", reach: 1.7, sees: 1 },
];

const FEATURES = [
  "Dots : Regular",
  "Globules / Clods : Irregular",
  "Network : Atypical pigment network / Reticulation",
  "Shiny white structures : Shiny white streaks",
  "Structureless : Blue-whitish veil",
] as const;

const QUESTIONS = [
  { id: "Is this lesion benign or malignant?", choices: ["benign", "malignant", "unsure"] },
  { id: "How sure are you?", choices: ["not at all", "fairly", "very"] },
] as const;

/** A public study that five people read, with enough disagreement for a heat map. */
export function agreementStudy(listed: readonly ImageRecord[]): StudyRecord {
  return {
    id: ID,
    name: "Reader agreement: five readers",
    description: "Drawn lesions whose features five readers marked on superpixels, each in his own way.",
    created: isoTime(START),
    updated: isoTime(START + 86_400_000),
    creatorId: personId("studyadmin"),
    public: true,
    features: FEATURES,
    questions: QUESTIONS,
    userIds: READERS.map(({ login }) => personId(login)),
    imageIds: listed
      .filter(({ acquisition }) => acquisition.image_type === "dermoscopic")
      .slice(0, IMAGES)
      .map(({ id }) => id),
  };
}

export function isAgreementStudy(studyId: string): boolean {
  return studyId === ID;
}

/** One annotation per reader and image; one image was set aside by one reader, one is not finished by another. */
export function agreementAnnotations(study: StudyRecord, images: ReadonlyMap<string, ImageRecord>): AnnotationRecord[] {
  return READERS.flatMap((reader, r) =>
    study.imageIds.map((imageId, i): AnnotationRecord => {
      const at = START + (r * 1000 + i) * 360_000;
      const base = {
        id: objectId(at, 0x380000 + r * 256 + i),
        studyId: ID,
        imageId,
        userId: study.userIds[r]!,
      };
      if (r === 4 && i === IMAGES - 1) return { ...base, state: "active" };
      const dice = random(`${ID}/${reader.login}/${imageId}`);
      const malignant = images.get(imageId)?.clinical.benign_malignant === "malignant";
      const right = dice.chance(0.85);
      return {
        ...base,
        state: "complete",
        status: r === 1 && i === 5 ? "quality" : "ok",
        startTime: isoTime(at - (at % 1000)),
        stopTime: isoTime(at + 1000 * dice.integer(40, 200) + 500),
        responses: {
          [QUESTIONS[0].id]: dice.chance(0.1) ? "unsure" : malignant === right ? "malignant" : "benign",
          [QUESTIONS[1].id]: dice.pick(QUESTIONS[1].choices),
        },
        markups: Object.fromEntries(
          FEATURES.filter((feature) => isPresent(imageId, feature)).map((feature) => {
            return [feature, dice.chance(reader.sees)];
          }),
        ),
        log: [],
      };
    }),
  );
}

/** Which features an image has is a fact; which of them a reader sees is not. */
function isPresent(imageId: string, feature: string): boolean {
  return random(`${ID}/${imageId}/${feature}`).chance(0.6);
}

/**
 * The marks of one reader: all readers see the same spot inside the lesion, each up to his own distance from its middle;
 * the nearer half of what he sees is definite (1), the rest possible (0.5), and now and then he skips a superpixel.
 */
export function readersMarks(
  { imageId, userId }: AnnotationRecord,
  feature: string,
  labels: LabelImage,
  mask: Uint8Array,
): number[] {
  const out = new Array<number>(labels.count).fill(0);
  const inside = centresInside(labels, mask);
  if (inside.length === 0) return out;
  const spot = inside[hash(`${ID}/${imageId}/${feature}/spot`) % inside.length]!;
  const byDistance = inside
    .map(({ label, x, y }) => ({ label, distance: (x - spot.x) ** 2 + (y - spot.y) ** 2 }))
    .sort((a, b) => a.distance - b.distance || a.label - b.label);
  const reader = READERS.find(({ login }) => personId(login) === userId);
  const seen = Math.max(1, Math.round(Math.min(0.5, 0.12 * (reader?.reach ?? 1)) * inside.length));
  byDistance.slice(0, seen).forEach(({ label }, i) => {
    const skips = i > 0 && hash(`${ID}/${imageId}/${feature}/${userId}/${label}`) % 8 === 0;
    if (!skips) out[label] = i < seen / 2 ? 1 : 0.5;
  });
  return out;
}

interface Centre {
  readonly label: number;
  readonly x: number;
  readonly y: number;
}

/** Middles of the superpixels of which at least half lies inside the lesion, by label. */
function centresInside({ width, data, count }: LabelImage, mask: Uint8Array): Centre[] {
  const [size, covered, sumX, sumY] = [0, 1, 2, 3].map(() => new Float64Array(count)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  data.forEach((label, i) => {
    size[label]!++;
    if (mask[i] === 255) covered[label]!++;
    sumX[label]! += i % width;
    sumY[label]! += Math.floor(i / width);
  });
  return Array.from(size, (n, label) => ({ label, x: sumX[label]! / n, y: sumY[label]! / n })).filter(
    ({ label }) => size[label]! > 0 && covered[label]! * 2 >= size[label]!,
  );
}
