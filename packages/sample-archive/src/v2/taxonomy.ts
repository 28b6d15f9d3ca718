/** Where v1's flat words stand in v2's trees: only what is certain; the rest stays out. Paths are the archive's own. */
const BENIGN_SOFT = "Benign:Benign soft tissue proliferations - ";
const EPIDERMAL = "Benign:Benign epidermal proliferations:";
const FLAT = "Benign:Flat melanotic pigmentations - not melanocytic nevus:";
const MELANOMA = "Malignant:Malignant melanocytic proliferations (Melanoma)";

const DIAGNOSES: { readonly [v1: string]: string } = {
  "actinic keratosis": "Indeterminate:Indeterminate epidermal proliferations:Solar or actinic keratosis",
  angiokeratoma: `${BENIGN_SOFT}Vascular:Angiokeratoma`,
  "atypical spitz tumor": "Indeterminate:Indeterminate melanocytic proliferations:Atypical Spitz tumor",
  "basal cell carcinoma": "Malignant:Malignant adnexal epithelial proliferations - Follicular:Basal cell carcinoma",
  "clear cell acanthoma": `${EPIDERMAL}Clear cell acanthoma`,
  dermatofibroma: `${BENIGN_SOFT}Fibro-histiocytic:Dermatofibroma`,
  ephelis: `${FLAT}Ephelis`,
  "epidermal nevus": `${EPIDERMAL}Epidermal nevus`,
  "lentigo NOS": `${FLAT}Lentigo NOS`,
  "lentigo simplex": "Benign:Benign melanocytic proliferations:Lentigo simplex",
  melanoma: MELANOMA,
  "melanoma metastasis": `${MELANOMA}:Melanoma metastasis`,
  "merkel cell carcinoma": "Malignant:Merkel cell proliferation:Merkel cell carcinoma",
  neurofibroma: `${BENIGN_SOFT}Neural:Neurofibroma`,
  nevus: "Benign:Benign melanocytic proliferations:Nevus",
  "pigmented benign keratosis": `${EPIDERMAL}Pigmented benign keratosis`,
  "pyogenic granuloma": `${BENIGN_SOFT}Vascular:Pyogenic granuloma`,
  scar: `${BENIGN_SOFT}Fibro-histiocytic:Scar`,
  "sebaceous adenoma": "Benign:Benign adnexal epithelial proliferations - Sebaceous:Sebaceous adenoma",
  "sebaceous hyperplasia": "Benign:Benign adnexal epithelial proliferations - Sebaceous:Sebaceous hyperplasia",
  "seborrheic keratosis": `${EPIDERMAL}Seborrheic keratosis`,
  "solar lentigo": `${EPIDERMAL}Solar lentigo`,
  verruca: "Benign:Inflammatory or infectious diseases:Verruca",
};

/** What the coarse verdict says where the diagnosis says nothing. */
const VERDICTS: { readonly [v1: string]: string } = {
  benign: "Benign",
  malignant: "Malignant",
  indeterminate: "Indeterminate",
  "indeterminate/benign": "Indeterminate",
  "indeterminate/malignant": "Indeterminate",
};

const MELANOMA_CLASSES: { readonly [v1: string]: string } = {
  "melanoma in situ": `${MELANOMA}:Melanoma in situ`,
  "invasive melanoma": `${MELANOMA}:Melanoma Invasive`,
  "melanoma NOS": `${MELANOMA}:Melanoma, NOS`,
};

const SITES: { readonly [v1: string]: string } = {
  "head/neck": "Head and neck",
  "upper extremity": "Upper extremity",
  "lower extremity": "Lower extremity",
  "anterior torso": "Trunk:Anterior trunk",
  "posterior torso": "Trunk:Posterior trunk",
  "lateral torso": "Trunk:Lateral trunk",
};

/** Sites that v2 keeps apart from its tree. */
const SPECIAL_SITES: { readonly [v1: string]: string } = {
  "palms/soles": "acral palms or soles",
  "oral/genital": "oral or genital",
};

export const IMAGE_TYPES: { readonly [v1: string]: string } = {
  dermoscopic: "dermoscopic",
  clinical: "clinical: close-up",
  overview: "clinical: overview",
};

/** `diagnosis_1`..., from v1's diagnosis, class of melanoma, or verdict. */
export function diagnosisLevels(clinical: { readonly [key: string]: unknown }): { readonly [level: string]: string } {
  const { diagnosis, mel_class: melanoma, benign_malignant: verdict } = clinical as Record<string, string | undefined>;
  const fine = diagnosis === "melanoma" ? MELANOMA_CLASSES[melanoma ?? ""] : undefined;
  return levels("diagnosis", fine ?? DIAGNOSES[diagnosis ?? ""] ?? VERDICTS[verdict ?? ""]);
}

export function siteLevels(site: unknown): { readonly [level: string]: string } {
  const special = SPECIAL_SITES[String(site)];
  return special === undefined ? levels("anatom_site", SITES[String(site)]) : { anatom_site_special: special };
}

function levels(name: string, path: string | undefined): { readonly [level: string]: string } {
  return Object.fromEntries((path?.split(":") ?? []).map((part, i) => [`${name}_${i + 1}`, part]));
}
