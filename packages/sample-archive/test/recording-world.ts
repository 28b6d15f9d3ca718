import { writeSuperpixelPng } from "@isic/core-wasm";
import type {
  AnnotationRecord,
  CollectionRecord,
  DatasetRecord,
  ImageRecord,
  SegmentationRecord,
  Source,
  StudyRecord,
  UserRecord,
} from "../src/archive/source.ts";
import { encodeJpeg } from "../src/photo/jpeg.ts";
import { encodePng } from "../src/photo/png.ts";
import { people } from "../src/world/people.ts";

/** The small archive on which the exchanges in `golden/` were recorded: its ids count on from the reader's. */
const FIRST = 0x62d8e0;

export function recordingId(offset: number): string {
  return `6b0386b4662e933762${(FIRST + offset).toString(16)}`;
}

const time = "2026-11-23T00:20:04.432000+00:00";
const offsets: Record<string, number> = {
  creator: -1,
  reader: 0,
  reviewer: 1,
  studyadmin: 2,
  segexpert: 3,
  stranger: 4,
  segnovice: -8,
  admin: -9,
};

const users: readonly UserRecord[] = people.map((person) => ({
  ...person,
  id: recordingId(offsets[person.login]!),
  // whoever made the recording let the creator check his own images
  groups: person.login === "creator" ? [...person.groups, "Dataset QC Reviewers"] : person.groups,
}));

function dataset(offset: number, name: string, license: DatasetRecord["license"], open: boolean): DatasetRecord {
  return {
    id: recordingId(offset),
    folderId: recordingId(offset + 1),
    reviewFolderId: recordingId(34),
    name,
    description: "Moles.",
    license,
    attribution: "Anonymous",
    owner: "Owner Inc",
    created: time,
    updated: time,
    creatorId: recordingId(-1),
    public: open,
  };
}

function image(number: number, offset: number, facts: Partial<ImageRecord>): ImageRecord {
  return {
    id: recordingId(offset),
    name: `ISIC_000000${number}`,
    created: time,
    updated: time,
    published: Date.UTC(2020, 0, 1, 0, 0, number),
    creatorId: recordingId(-1),
    datasetId: recordingId(5),
    acquisition: { image_type: "dermoscopic", pixelsX: 64, pixelsY: 48 },
    clinical: {
      age_approx: 55,
      benign_malignant: "benign",
      clin_size_long_diam_mm: 4.5,
      diagnosis: "nevus",
      diagnosis_confirm_type: null,
      melanocytic: true,
      sex: "female",
    },
    unstructured: { site: "bar" },
    tags: [],
    reviewed: { accepted: true, time, userId: recordingId(-1) },
    privateMeta: { originalFileRelpath: `orig${number}.jpg`, originalFilename: `orig${number}.jpg` },
    mimeType: "image/jpeg",
    ...facts,
  };
}

function withClinical(facts: ImageRecord["clinical"]): ImageRecord["clinical"] {
  return { ...image(0, 10, {}).clinical, ...facts };
}

const images: readonly ImageRecord[] = [
  image(0, 10, { tags: ["ISBI 2016: Training"] }),
  image(1, 17, { clinical: withClinical({ age_approx: 30 }) }),
  image(2, 23, { clinical: withClinical({ age_approx: null, benign_malignant: "malignant", diagnosis: "melanoma" }) }),
  image(3, 29, { datasetId: recordingId(7), clinical: withClinical({ diagnosis: null }) }),
  image(4, 36, { reviewed: null }),
];

const study: StudyRecord = {
  id: recordingId(41),
  name: "EASY_STUDY_1",
  description: "",
  created: time,
  updated: time,
  creatorId: recordingId(-1),
  public: false,
  features: ["Globules / Clods : Blue", "Lines : Streaks", "Dots : Black"],
  questions: [{ id: "Is this lesion benign or malignant?", choices: ["benign", "malignant", "unsure"] }],
  imageIds: [recordingId(10), recordingId(29)],
  userIds: [recordingId(0), recordingId(1)],
};
const studies: readonly StudyRecord[] = [
  study,
  {
    ...study,
    id: recordingId(46),
    name: "Public Study",
    public: true,
    imageIds: [recordingId(17)],
    userIds: [recordingId(0)],
  },
];

const complete = {
  state: "complete",
  status: "ok",
  startTime: "2019-08-01T12:00:00+00:00",
  stopTime: "2019-08-01T12:03:04.500000+00:00",
  responses: { "Is this lesion benign or malignant?": "benign" },
  markups: { "Globules / Clods : Blue": true, "Lines : Streaks": false },
  log: [{ detail: {}, time: "2019-08-01T12:00:00.000Z", type: "annotation_start" }],
} as const;

function annotation(offset: number, studyAt: number, imageAt: number, userAt: number, done: boolean): AnnotationRecord {
  const ids = { studyId: recordingId(studyAt), imageId: recordingId(imageAt), userId: recordingId(userAt) };
  return { id: recordingId(offset), ...ids, ...(done ? complete : { state: "active" }) };
}

function segmentation(offset: number, imageAt: number, failed: boolean, at: string): SegmentationRecord {
  return {
    id: recordingId(offset),
    imageId: recordingId(imageAt),
    created: at,
    creatorId: recordingId(3),
    failed,
    meta: failed
      ? { flagged: "could not segment" }
      : {
          source: "manual pointlist",
          startTime: ["2017-02-15T15:34:23.133000+00:00"],
          stopTime: "2017-02-15T15:35:00+00:00",
        },
    reviews: [{ approved: !failed, skill: "expert", time, userId: recordingId(3) }],
  };
}

const labels = {
  width: 64,
  height: 48,
  data: Int32Array.from({ length: 64 * 48 }, (_, i) => ((i >> 8) << 4) | ((i & 63) >> 2)),
  count: 192,
};
const picture = { width: 64, height: 48, data: new Uint8ClampedArray(64 * 48 * 4).fill(180) };
const photo = encodeJpeg(picture, { quality: 75 });

/** The v1 side of the recordings. */
export function recordingWorld(): Source {
  const collections: readonly CollectionRecord[] = [];
  return {
    users,
    datasets: [dataset(5, "UDA-1", "CC-0", true), dataset(7, "Secret", "CC-BY-NC", false)],
    images,
    studies,
    annotations: [
      annotation(42, 41, 10, 0, true),
      annotation(43, 41, 29, 0, false),
      annotation(44, 41, 10, 1, false),
      annotation(45, 41, 29, 1, false),
      annotation(47, 46, 17, 0, true),
    ],
    segmentations: [
      segmentation(56, 10, false, "2026-11-23T00:23:29.286000+00:00"),
      segmentation(59, 10, true, "2026-11-23T00:23:29.293000+00:00"),
      segmentation(60, 17, false, time),
      segmentation(61, 23, false, time),
    ],
    collections,
    photo: async () => photo,
    thumbnail: async () => photo,
    picture: async () => picture,
    superpixels: () => writeSuperpixelPng(labels),
    labels: async () => labels,
    mask: () => encodePng(64, 48, new Uint8Array(64 * 48).fill(255)),
    outlined: async () => () => picture,
    markup: async (_, feature) =>
      Array.from({ length: 192 }, (_, i) =>
        feature.startsWith("Globules") && i > 2 && i < 6 ? (i === 4 ? 0.5 : 1) : 0,
      ),
    more: () => [],
  };
}
