// The records of v1's image and segmentation lists, as the Python client keeps them: what `isic serve` reads of a folder.
import type { TableTask, Task } from "../tasks/tasks.ts";
import type { Size } from "./photo-size.ts";

/** A record of an image; only what is changed here is typed. */
export interface ImageRecord {
  readonly _id: string;
  readonly name: string;
  readonly dataset: { readonly license: string; readonly [field: string]: unknown };
  readonly meta: {
    readonly acquisition: { readonly [field: string]: unknown };
    readonly clinical: { readonly [field: string]: unknown };
    readonly unstructured?: { readonly [field: string]: unknown };
    readonly unstructuredExif?: unknown;
  };
  readonly notes: { readonly tags: readonly string[]; readonly reviewed: unknown };
  readonly [field: string]: unknown;
}

/** A record of a segmentation. */
export interface SegmentationRecord {
  readonly _id: string;
  readonly imageId: string;
  readonly [field: string]: unknown;
}

/** What the ground truth says of an image besides its files. */
export interface Facts {
  readonly clinical?: { readonly [field: string]: unknown };
  readonly unstructured?: { readonly [field: string]: unknown };
}

/** Ids of 24 hexadecimal digits that are the same in every import, and that no server gave. */
const idOf = (kind: "c1" | "c2" | "c3" | "c4", digits: string): string => kind + digits.padStart(22, "0");

const PERSON = { _id: idOf("c4", "1"), name: "ISIC Challenge" };

/**
 * The licence that the challenges' data page (challenge.isic-archive.com/data) names for the images of a task; those of
 * 2024's "permissive" part, which the files do not tell from the others, are CC-BY. No file of a challenge says what the
 * licence and the attribution of one image are.
 */
const licenceOf = ({ name }: Task): "CC-0" | "CC-BY-NC" => (/^(2016|2017|2018-[12])/.test(name) ? "CC-0" : "CC-BY-NC");

function datasetOf(task: Task, time: string) {
  return {
    _accessLevel: 0,
    _id: idOf("c3", task.name.replace(/[^0-9a-f]/g, "")),
    description: `Images of the ISIC challenge, task ${task.name}. The licence is the challenge's; an image's own may differ.`,
    license: licenceOf(task),
    name: `ISIC Challenge ${task.name}`,
    updated: time,
  };
}

/** 2024's are cut out of photos of the whole body; v1 has no word for that but this. */
const imageTypeOf = ({ name }: Task): string => (name === "2024" ? "clinical" : "dermoscopic");

/** The record of an image, made of what is known: its name, its size where a file says so, and the ground truth's facts. */
export function imageRecord(task: Task, image: string, size: Size | undefined, facts: Facts): ImageRecord {
  const time = timeOf(task, image);
  return {
    _id: idOf("c1", image.slice(5)),
    _modelType: "image",
    created: time,
    creator: PERSON,
    dataset: datasetOf(task, time),
    meta: {
      acquisition: {
        image_type: imageTypeOf(task),
        ...(size === undefined ? {} : { pixelsX: size.width, pixelsY: size.height }),
      },
      clinical: facts.clinical ?? {},
      unstructured: facts.unstructured ?? {},
      unstructuredExif: {},
    },
    name: image,
    notes: { reviewed: { accepted: true, time, userId: PERSON._id }, tags: [tagOf(task)] },
    updated: time,
  };
}

/** The size that a record tells. */
export function sizeOf(record: ImageRecord | undefined): Size | undefined {
  const { pixelsX: width, pixelsY: height } = record?.meta.acquisition ?? {};
  return typeof width === "number" && typeof height === "number" ? { width, height } : undefined;
}

/** A record that was there, with what another task says too; what it says already stays, but for a stricter licence. */
export function withFacts(task: Task, record: ImageRecord, size: Size | undefined, facts: Facts): ImageRecord {
  const { dataset, meta, notes } = record;
  const isStricter = dataset.license === "CC-0" && licenceOf(task) !== "CC-0";
  return {
    ...record,
    dataset: isStricter ? datasetOf(task, timeOf(task, record.name)) : dataset,
    meta: {
      ...meta,
      acquisition: {
        ...meta.acquisition,
        ...(size === undefined || "pixelsX" in meta.acquisition ? {} : { pixelsX: size.width, pixelsY: size.height }),
      },
      clinical: { ...facts.clinical, ...meta.clinical },
      unstructured: { ...meta.unstructured, ...facts.unstructured },
    },
    notes: { ...notes, tags: [...new Set([...notes.tags, tagOf(task)])] },
  };
}

/** The record of an image's mask, which counts as an expert's that was approved. */
export function segmentationRecord(task: Task, image: string, imageId: string): SegmentationRecord {
  const time = timeOf(task, image);
  return {
    _id: idOf("c2", image.slice(5)),
    created: time,
    creator: PERSON,
    failed: false,
    imageId,
    meta: { source: `ISIC Challenge ${task.name}` },
    reviews: [{ approved: true, skill: "expert", time, userId: PERSON._id }],
    skill: "expert",
  };
}

const tagOf = ({ name }: Task): string => `ISIC Challenge ${name}`;

/** Lists are in order of time; here that is the order of names, a second apart, from the year's beginning. */
function timeOf(task: Task, image: string): string {
  const from = Date.UTC(Number(task.name.slice(0, 4)), 0, 1);
  return new Date(from + 1000 * Number(image.slice(5))).toISOString().replace("Z", "000+00:00");
}

/** v1's words for the classes of 2018 and 2019. */
const DIAGNOSES: { readonly [className: string]: string } = {
  MEL: "melanoma",
  NV: "nevus",
  BCC: "basal cell carcinoma",
  AK: "actinic keratosis",
  AKIEC: "actinic keratosis",
  BKL: "pigmented benign keratosis",
  DF: "dermatofibroma",
  VASC: "vascular lesion",
  SCC: "squamous cell carcinoma",
};

/** What a row of a ground truth says: its class in the challenge's words, and in v1's where there is a word for it. */
export function factsOf(task: TableTask, row: ArrayLike<number>): Facts {
  const yes = task.classes.filter((_, i) => row[i] === 1);
  const unstructured = { [`challenge ${task.name}`]: yes.length === 0 ? "none" : yes.join(", ") };
  switch (task.name) {
    case "2018-3":
    case "2019": {
      const diagnosis = DIAGNOSES[yes[0] ?? ""];
      return { unstructured, ...(diagnosis === undefined ? {} : { clinical: { diagnosis } }) };
    }
    case "2017-3": {
      // Images that are neither melanoma nor seborrheic keratosis are nevi there.
      return { unstructured, clinical: { diagnosis: yes[0]?.replace("_", " ") ?? "nevus" } };
    }
    default:
      return { unstructured, clinical: { benign_malignant: yes.length === 0 ? "benign" : "malignant" } };
  }
}
