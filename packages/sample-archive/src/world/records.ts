import type { ImageRecord, JsonObject } from "../archive/source.ts";
import { unstructured } from "./contributor-notes.ts";
import { datasetNamed } from "./datasets.ts";
import { personId } from "./people.ts";
import { type Random, random } from "./random.ts";
import { planned, RECORD_0 } from "./readme-records.ts";
import { isoTime, objectId } from "./time.ts";

const START = Date.UTC(2014, 9, 9, 19, 36, 11, 989);
const STEP = 1_860_000;
/** So many neighbours share one publish time on v2. */
const PUBLISHED_TOGETHER = 3;

/** What a generated archive is made of. */
interface RecordOptions {
  readonly seed: string;
  /** Side lengths to choose from; record 0 and the planned ones keep theirs unless `small`. */
  readonly small: boolean;
}

const DIAGNOSES: readonly (readonly [Finding, number])[] = [
  [{ diagnosis: "nevus", verdict: "benign", melanocytic: true }, 56],
  [{ diagnosis: "melanoma", verdict: "malignant", melanocytic: true }, 12],
  [{ diagnosis: "seborrheic keratosis", verdict: "benign", melanocytic: false }, 6],
  [{ diagnosis: "pigmented benign keratosis", verdict: "benign", melanocytic: false }, 6],
  [{ diagnosis: "basal cell carcinoma", verdict: "malignant", melanocytic: false }, 6],
  [{ diagnosis: "vascular lesion", verdict: "benign", melanocytic: false }, 2],
  [{ diagnosis: "dermatofibroma", verdict: "benign", melanocytic: false }, 2],
  [{ diagnosis: "actinic keratosis", verdict: "benign", melanocytic: false }, 2],
  [{ diagnosis: "solar lentigo", verdict: "benign", melanocytic: false }, 2],
  [{ diagnosis: "squamous cell carcinoma", verdict: "malignant", melanocytic: false }, 2],
  [{ diagnosis: "lentigo NOS", verdict: "benign", melanocytic: true }, 1],
  [{ diagnosis: "AIMP", verdict: "indeterminate", melanocytic: true }, 1],
  [{ diagnosis: null, verdict: null, melanocytic: null }, 1],
  [{}, 1],
];

interface Finding {
  readonly diagnosis?: string | null;
  readonly verdict?: string | null;
  readonly melanocytic?: boolean | null;
}

const SITES = [
  "anterior torso",
  "posterior torso",
  "lower extremity",
  "upper extremity",
  "head/neck",
  "palms/soles",
  "lateral torso",
  "oral/genital",
] as const;

const PLACES: readonly (readonly [string, number])[] = [
  ["UDA-1", 18],
  ["UDA-2", 5],
  ["MSK-1", 20],
  ["MSK-2", 20],
  ["SONIC", 22],
  ["HAM10000", 12],
  ["Dermoscopedia (CC-BY)", 2],
  ["2018 JID Editorial Images", 3],
];

const SIZES: readonly (readonly [readonly [number, number], number])[] = [
  [[600, 450], 40],
  [[640, 480], 20],
  [[767, 576], 15],
  [[1022, 767], 12],
  [[722, 542], 8],
  [[576, 768], 5],
];

/** Record number `index` of the archive with that seed: the same whatever the archive's size. */
export function imageRecord(index: number, options: RecordOptions): ImageRecord {
  const dice = random(`${options.seed}/image/${index}`);
  const created = START + index * STEP + (index === 0 ? 0 : dice.integer(0, STEP - 1000));
  // now and then a whole second, which v1 writes without a fraction
  const at = index % 41 === 7 ? created - (created % 1000) : created;
  const plan = index === 0 ? RECORD_0 : planned(index);
  const place = plan?.dataset ?? dice.weighted(PLACES);
  const finding = plan?.finding ?? dice.weighted(DIAGNOSES);
  const [width, height] = options.small ? dice.pick(SMALL) : (plan?.size ?? dice.weighted(SIZES));
  const clinicalPicture = place === "2018 JID Editorial Images";
  const bare = plan === undefined && index % 67 === 33; // the archive has a few with nothing but their size
  const updated = isoTime(at + 137 * 86_400_000 + 5506);
  const base = {
    id: index === 0 ? RECORD_0.id : objectId(at, 0x59f0cf + 2 * index),
    name: `ISIC_${String(index).padStart(7, "0")}`,
    created: isoTime(at),
    updated,
    published: START + Math.floor(index / PUBLISHED_TOGETHER) * PUBLISHED_TOGETHER * STEP,
    creatorId: personId("creator"),
    datasetId: datasetNamed(place).id,
    acquisition: bare
      ? { pixelsX: width, pixelsY: height }
      : {
          pixelsX: width,
          pixelsY: height,
          image_type: clinicalPicture ? "clinical" : "dermoscopic",
          ...(place === "MSK-1" || dice.chance(0.06)
            ? { dermoscopic_type: dice.weighted(DERMOSCOPIC_TYPES) }
            : undefined),
        },
    clinical: bare ? {} : (plan?.clinical ?? clinical(finding, place, dice)),
    unstructured: plan?.unstructured ?? unstructured(place, finding.diagnosis ?? null, dice),
    tags: plan?.tags ?? tags(place, dice),
    reviewed: { accepted: true, time: isoTime(at + 31 * 86_400_000), userId: personId("reviewer") },
    privateMeta: { originalFilename: `drawing-${index}.jpg`, originalFileRelpath: `batch/drawing-${index}.jpg` },
    mimeType: "image/jpeg" as const,
  };
  return { ...base, ...(index === 0 ? RECORD_0.record : undefined), v2: onlyV2(index, dice) };
}

const SMALL = [
  [96, 72],
  [120, 90],
  [128, 96],
] as const;

const DERMOSCOPIC_TYPES = [
  ["contact non-polarized", 6],
  ["contact polarized", 3],
  ["non-contact polarized", 1],
  [null, 1],
] as const;

/** Every field may be missing or null, each with its own odds, as in the archive. */
function clinical(finding: Finding, place: string, dice: Random): JsonObject {
  const out: Record<string, string | number | boolean | null> = {};
  const child = place === "SONIC";
  if (!dice.chance(0.01)) {
    out.age_approx = dice.chance(0.03) ? null : child ? 5 * dice.integer(2, 3) : 5 * dice.integer(4, 17);
  }
  if (!dice.chance(0.005)) out.sex = dice.chance(0.02) ? null : dice.chance(0.57) ? "male" : "female";
  if (place !== "SONIC" && !dice.chance(0.15)) out.anatom_site_general = dice.chance(0.13) ? null : dice.pick(SITES);
  if (finding.diagnosis !== undefined) out.diagnosis = finding.diagnosis;
  if (finding.verdict !== undefined && !dice.chance(0.09)) out.benign_malignant = finding.verdict;
  if (finding.melanocytic !== undefined) out.melanocytic = finding.melanocytic;
  out.diagnosis_confirm_type = confirmType(finding, child, dice);
  if (place === "MSK-2") {
    out.clin_size_long_diam_mm = Math.round(dice.between(1, 18) * 10) / 10;
    out.family_hx_mm = dice.chance(0.02) ? null : dice.chance(0.15);
    out.personal_hx_mm = dice.chance(0.02) ? null : dice.chance(0.2);
  }
  if (finding.diagnosis === "melanoma" && place !== "UDA-2") {
    out.mel_class = dice.chance(0.4) ? "melanoma in situ" : "invasive melanoma";
    out.mel_thick_mm = Math.round(dice.between(0, 31)) / 10;
  }
  if (finding.diagnosis === "nevus" && dice.chance(0.08)) {
    out.nevus_type = dice.chance(0.5) ? null : dice.pick(["blue", "nevus NOS", "spitz", "halo"]);
  }
  return out;
}

function confirmType(finding: Finding, child: boolean, dice: Random): string | null {
  if (dice.chance(0.03)) return null;
  if (child) return dice.chance(0.7) ? "single image expert consensus" : "serial imaging showing no change";
  if (finding.verdict === "malignant" || dice.chance(0.7)) return "histopathology";
  return dice.pick(["single image expert consensus", "confocal microscopy with consensus dermoscopy"]);
}

function tags(place: string, dice: Random): readonly string[] {
  if (place === "HAM10000") return ["Challenge 2018: Task 3: Training", "Challenge 2019: Training"];
  if (place === "SONIC" || dice.chance(0.35)) return [];
  const out = ["Challenge 2018: Task 1-2: Training", "Challenge 2019: Training"];
  // the tag of the README's walk belongs to planned records where the notes say that a biopsy was done
  if (place !== "MSK-1" && dice.chance(0.6))
    out.unshift(dice.chance(0.9) ? "ISBI 2017: Training" : "ISBI 2017: Validation");
  if (dice.chance(0.3)) out.unshift(dice.chance(0.7) ? "ISBI 2016: Training" : "ISBI 2016: Test");
  return out;
}

/** What v1 never knew: lesions photographed twice, patients, skin types, the credit line of a single image. */
function onlyV2(index: number, dice: Random): NonNullable<ImageRecord["v2"]> {
  const clinicalFields: Record<string, string | number | boolean> = {};
  const lesion = Math.floor(index / 4);
  if (index % 4 < 2) {
    clinicalFields.lesion_id = `IL_${String(1_000_000 + lesion * 7).padStart(7, "0")}`;
    clinicalFields.patient_id = `IP_${String(2_000_000 + Math.floor(lesion / 2) * 11).padStart(7, "0")}`;
    if (index % 16 < 4) clinicalFields.acquisition_day = index % 4 === 0 ? 0 : 30 * dice.integer(1, 40);
  }
  if (dice.chance(0.1)) clinicalFields.fitzpatrick_skin_type = dice.pick(["I", "II", "III", "IV"]);
  return {
    clinical: clinicalFields,
    ...(index % 9 === 4 ? { attribution: `Drawn by number ${index % 7}, The Sample Archive` } : undefined),
  };
}
