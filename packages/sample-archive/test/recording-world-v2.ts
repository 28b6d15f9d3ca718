import type { CollectionRecord, DatasetRecord, ImageRecord, JsonObject, Source } from "../src/archive/source.ts";
import { people, personId } from "../src/world/people.ts";

const owner = personId("reader");
const names = (...list: readonly number[]) => {
  const wanted = new Set(list.map((number) => `ISIC_000000${number}`));
  return (image: ImageRecord) => wanted.has(image.name);
};

function cohort(id: string, license: DatasetRecord["license"], open = true): DatasetRecord {
  return {
    id,
    folderId: id,
    reviewFolderId: id,
    name: id === "a" ? "Cohort A" : id,
    description: "d",
    license,
    attribution: "Memorial Sloan Kettering Cancer Center",
    owner: "",
    created: "2026-11-23T00:29:56.460+00:00",
    updated: "2026-11-23T00:29:56.460+00:00",
    creatorId: id === "a" ? owner : personId("admin"),
    public: open,
  };
}

function image(number: number, datasetId: string, acquisition: JsonObject, clinical: JsonObject): ImageRecord {
  return {
    id: `00000000000000000000000${number}`,
    name: `ISIC_000000${number}`,
    created: "2020-01-01T00:00:00+00:00",
    updated: "2020-01-01T00:00:00+00:00",
    published: Date.UTC(2020, 0, 1) + Math.floor(number / 2) * 1000,
    creatorId: number === 0 || number === 6 ? owner : personId("admin"),
    datasetId,
    acquisition: { pixelsX: 1022, pixelsY: 767 },
    clinical: {},
    unstructured: {},
    tags: [],
    reviewed: { accepted: true, time: "2020-01-01T00:00:00+00:00", userId: owner },
    privateMeta: {},
    mimeType: "image/jpeg",
    v2: { acquisition, clinical },
  };
}

const images: readonly ImageRecord[] = [
  image(
    0,
    "a",
    { image_manipulation: "altered", image_type: "dermoscopic", dermoscopic_type: "contact polarized" },
    {
      concomitant_biopsy: true,
      fitzpatrick_skin_type: "II",
      sex: "male",
      anatom_site_special: "acral NOS",
      anatom_site_1: "Head and neck",
      anatom_site_2: "Head",
      anatom_site_3: "Scalp",
      diagnosis_1: "Malignant",
      diagnosis_2: "Malignant melanocytic proliferations (Melanoma)",
      diagnosis_3: "Melanoma Invasive",
      diagnosis_confirm_type: "histopathology",
      personal_hx_mm: true,
      family_hx_mm: false,
      clin_size_long_diam_mm: "5.10",
      melanocytic: true,
      mel_mitotic_index: "<1/mm^2",
      mel_thick_mm: "0.80",
      mel_ulcer: false,
      acquisition_day: 30,
      age_approx: 50,
      lesion_id: "IL_1234567",
      patient_id: "IP_7654321",
    },
  ),
  image(1, "b", { image_type: "TBP tile: close-up" }, { tbp_tile_type: "3D: white" }),
  image(2, "c", {}, { sex: "female", age_approx: 85 }),
  image(3, "a", {}, {}),
  image(4, "a", {}, {}),
  image(5, "a", { image_type: "RCM: tile" }, { rcm_case_id: "IRCM_0000001" }),
  image(6, "private", {}, {}),
];

function collection(id: number, facts: Partial<CollectionRecord>): CollectionRecord {
  const plain = { name: "", description: "", public: true, pinned: false, locked: false, doi: null, has: names() };
  return { ...plain, id, created: id, creatorId: owner, ...facts };
}

/** The v2 side of the recordings. */
export function recordingWorldV2(): Source {
  const none = async () => undefined;
  return {
    // number 1 is the one who made the recordings
    users: [...people].sort((a, b) => Number(b.id === owner) - Number(a.id === owner)),
    datasets: [cohort("a", "CC-0"), cohort("b", "CC-BY"), cohort("c", "CC-BY-NC"), cohort("private", "CC-0", false)],
    images,
    segmentations: [],
    studies: [
      {
        id: "00000000000000000000abcd",
        name: "S",
        description: "",
        created: "2020-01-01T00:00:00+00:00",
        updated: "2020-01-01T00:00:00+00:00",
        creatorId: owner,
        public: true,
        features: [],
        questions: [],
        imageIds: [images[0]!.id],
        userIds: [owner],
      },
    ],
    annotations: [
      {
        id: "00000000000000000000abce",
        studyId: "00000000000000000000abcd",
        imageId: images[0]!.id,
        userId: owner,
        state: "complete",
      },
    ],
    collections: [
      collection(1, {
        name: "Challenge 2020: Training",
        description: "**md**",
        pinned: true,
        locked: true,
        doi: "10.34970/123456",
        has: names(0, 1),
      }),
      collection(2, { name: "Private coll", public: false }),
      collection(3, { name: "Other public", creatorId: personId("admin") }),
    ],
    photo: none,
    thumbnail: none,
    picture: none,
    superpixels: none,
    labels: none,
    mask: none,
    outlined: none,
    markup: none,
    more: () => [],
  };
}
