import { getPath } from "@isic/select";

/** A challenge, its classes, and which diagnoses belong to each. */
interface Challenge {
  /** v2's taxonomy: a node stands for all below it. */
  readonly nodes: Readonly<Record<string, string>>;
  /** v1's `diagnosis`, or what `field` names. */
  readonly legacy: Readonly<Record<string, string>>;
  /** @default "meta.clinical.diagnosis" */
  readonly field?: string;
  /** For images with a diagnosis that is none of the classes. */
  readonly other: string | undefined;
}

const KERATOSES = [
  "Seborrheic keratosis",
  "Solar lentigo",
  "Lichen planus like keratosis",
  "Pigmented benign keratosis",
];
const LEGACY_KERATOSES = ["seborrheic keratosis", "solar lentigo", "lichenoid keratosis", "pigmented benign keratosis"];

const COMMON_NODES: Readonly<Record<string, string>> = {
  "Malignant melanocytic proliferations (Melanoma)": "MEL",
  Nevus: "NV",
  "Basal cell carcinoma": "BCC",
  Dermatofibroma: "DF",
  "Benign soft tissue proliferations - Vascular": "VASC",
  ...Object.fromEntries(KERATOSES.map((name) => [name, "BKL"])),
};

const COMMON_LEGACY: Readonly<Record<string, string>> = {
  melanoma: "MEL",
  "melanoma metastasis": "MEL",
  nevus: "NV",
  "basal cell carcinoma": "BCC",
  dermatofibroma: "DF",
  "vascular lesion": "VASC",
  angioma: "VASC",
  angiokeratoma: "VASC",
  "pyogenic granuloma": "VASC",
  ...Object.fromEntries(LEGACY_KERATOSES.map((name) => [name, "BKL"])),
};

/** Two classes by what a lesion was found to be; what stayed undecided is in neither. */
const BENIGN_OR_MALIGNANT: Challenge = {
  nodes: { Benign: "benign", Malignant: "malignant" },
  legacy: { benign: "benign", malignant: "malignant" },
  field: "meta.clinical.benign_malignant",
  other: undefined,
};

export const CHALLENGES: Readonly<Record<string, Challenge>> = {
  // Part 3.
  isic2016: BENIGN_OR_MALIGNANT,
  // Part 3: three classes, told apart by two questions (melanoma or not, seborrheic keratosis or not).
  isic2017: {
    nodes: {
      "Malignant melanocytic proliferations (Melanoma)": "melanoma",
      "Seborrheic keratosis": "seborrheic_keratosis",
      Nevus: "nevus",
    },
    legacy: { melanoma: "melanoma", "seborrheic keratosis": "seborrheic_keratosis", nevus: "nevus" },
    other: undefined,
  },
  // Task 3: seven classes; AKIEC is actinic keratosis and intraepithelial carcinoma (Bowen's disease).
  isic2018: {
    nodes: { ...COMMON_NODES, "Solar or actinic keratosis": "AKIEC", "Squamous cell carcinoma in situ": "AKIEC" },
    legacy: { ...COMMON_LEGACY, "actinic keratosis": "AKIEC" },
    other: undefined,
  },
  // Eight classes, and UNK for whatever else was diagnosed.
  isic2019: {
    nodes: {
      ...COMMON_NODES,
      "Solar or actinic keratosis": "AK",
      "Squamous cell carcinoma in situ": "SCC",
      "Squamous cell carcinoma, Invasive": "SCC",
      "Squamous cell carcinoma, NOS": "SCC",
    },
    legacy: { ...COMMON_LEGACY, "actinic keratosis": "AK", "squamous cell carcinoma": "SCC" },
    other: "UNK",
  },
  // Malignant means melanoma there; other malignant lesions were not part of it.
  isic2020: {
    nodes: { "Malignant melanocytic proliferations (Melanoma)": "malignant", Benign: "benign" },
    legacy: {
      melanoma: "malignant",
      nevus: "benign",
      "seborrheic keratosis": "benign",
      "lichenoid keratosis": "benign",
      "solar lentigo": "benign",
      "lentigo NOS": "benign",
      "cafe-au-lait macule": "benign",
    },
    other: undefined,
  },
  // Of lesions cut out of three-dimensional pictures of the whole skin.
  isic2024: BENIGN_OR_MALIGNANT,
};

/** The challenges whose classes {@link challengeLabel} knows. */
export const challenges: readonly string[] = Object.keys(CHALLENGES);

const LEVELS = [5, 4, 3, 2, 1].map((level) => `metadata.clinical.diagnosis_${level}`);

/**
 * The class of an image in a challenge, on either API; nothing where the challenge has no such class.
 *
 * Two challenges decided what the diagnosis alone does not say. 2024: everything that was not found malignant is benign,
 * Indeterminate included. 2020: malignant is melanoma; what is benign by `benign_malignant` is benign, also where the
 * diagnosis is `unknown` (as in four of five of its images), missing, or an atypical melanocytic proliferation.
 *
 * @throws RangeError for an unknown challenge
 */
export function challengeLabel(challenge: string, record: Fields): string | undefined {
  const kind = textAt(record, "benign_malignant")?.toLowerCase();
  if (challenge === "isic2024") {
    const first = (textAt(record, "diagnosis_1") ?? kind)?.toLowerCase();
    if (first === "malignant") return first;
    return first === "benign" || first?.startsWith("indeterminate") ? "benign" : undefined;
  }
  const label = labelByDiagnosis(challenge, record);
  if (challenge === "isic2020") return label ?? (kind === "benign" ? "benign" : undefined);
  // "unknown" is no diagnosis, and so none of another class either.
  const isUnknown = textAt(record, "diagnosis")?.toLowerCase() === "unknown" && challenge !== "isic2016";
  return isUnknown ? undefined : label;
}

type Fields = Readonly<Record<string, unknown>>;

/** A clinical field of either API. */
function textAt(record: Fields, field: string): string | undefined {
  for (const root of ["metadata.clinical", "meta.clinical"]) {
    const value = getPath(record, `${root}.${field}`);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}

function labelByDiagnosis(challenge: string, record: Fields): string | undefined {
  const known = Object.hasOwn(CHALLENGES, challenge) ? CHALLENGES[challenge] : undefined;
  if (known === undefined) throw new RangeError(`expected a challenge of ${challenges.join(", ")}, got "${challenge}"`);
  const legacy = getPath(record, known.field ?? "meta.clinical.diagnosis");
  if (typeof legacy === "string" && legacy !== "")
    return (Object.hasOwn(known.legacy, legacy) ? known.legacy[legacy] : undefined) ?? known.other;
  const names = LEVELS.map((path) => getPath(record, path)).filter((name) => typeof name === "string");
  const name = names.find((each) => Object.hasOwn(known.nodes, each));
  if (name !== undefined) return known.nodes[name];
  // "Benign" alone is no diagnosis that one could know to be of another class.
  return names.length < 3 ? undefined : known.other;
}
