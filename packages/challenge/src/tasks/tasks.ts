/**
 * The tasks of the challenges, 2016 to 2024: their files, classes and features, and what they are ranked by.
 * Facts: the challenges' pages and the history of their public scorer, github.com/ImageMarkup/isic-challenge-scoring.
 */
import { quote } from "../check/mistakes.ts";
import { UnknownTaskError } from "../errors.ts";
import type { MetricName } from "../metrics/names.ts";

/** The names of all tasks: the year, and the part where a year has several. */
export const TASKS = [
  "2016-1",
  "2016-2",
  "2016-2b",
  "2016-3",
  "2016-3b",
  "2017-1",
  "2017-2",
  "2017-3",
  "2018-1",
  "2018-2",
  "2018-3",
  "2019",
  "2020",
  "2024",
] as const;

/** The name of a task. */
export type TaskName = (typeof TASKS)[number];

/**
 * What a mean makes of an image (or class) whose value is undefined, such as the sensitivity of a mask without a positive
 * pixel: it is left out (2016, 2017), or counted as 1, as the scorer of 2018 and later does.
 */
export type Undefined = "left out" | "counted as 1";

interface Common {
  readonly name: TaskName;
  readonly title: string;
  /** The metric that decides the rank, of the group `rankedGroup`. */
  readonly rankedBy: MetricName;
  /** The group of scores whose `rankedBy` is the overall score; `mean` is over the others. */
  readonly rankedGroup: string;
  readonly undefined: Undefined;
}

/** A task of masks: grey PNG files of 0 and 255. */
export interface MaskTask extends Common {
  readonly kind: "masks";
  /** The features that have a mask each; none for the lesion itself. */
  readonly features: readonly string[];
  /**
   * How images are put together: the mean over images; all images shrunk to 512 x 512 by nearest neighbour and taken as one;
   * or the sum of the images' confusion matrices, each divided by the image's pixels.
   */
  readonly pooling: "mean" | "resized" | "normalized";
  /** Whether the scorer refused masks of other values than 0 and 255 (all took > 128 as positive). */
  readonly refusesOtherValues: boolean;
}

/** A task of arrays over superpixels: JSON files. */
export interface ArrayTask extends Common {
  readonly kind: "arrays";
  readonly features: readonly string[];
}

/** A task of classification: one CSV file. */
export interface TableTask extends Common {
  readonly kind: "table";
  /** The classes, in the order of the challenge's columns. */
  readonly classes: readonly string[];
  /** Other names of a class's column that are read too, by class. */
  readonly aliases: { readonly [className: string]: readonly string[] };
  /** The names that the column of image names may have; the first is written. */
  readonly imageColumns: readonly string[];
  /** Whether there is a header row: never written but read, never needed, or needed. */
  readonly header: "none" | "optional" | "needed";
  /** Whether an image is recognised by its seven digits anywhere in the cell (2016, 2017), or by its whole name. */
  readonly byDigits: boolean;
  /** Whether the scorer refused rows of images that the truth has not. */
  readonly refusesExtraRows: boolean;
  /** Whether the ground truth has further columns (age, site, ...). */
  readonly truthHasMoreColumns: boolean;
  /** Images of the truth that count nothing, though no column says so. */
  readonly weightless: readonly string[];
}

/** What is known of a task. */
export type Task = MaskTask | ArrayTask | TableTask;

const MASKS = { kind: "masks", features: [], pooling: "mean", rankedGroup: "mean" } as const;
const TABLE = {
  kind: "table",
  aliases: {},
  header: "needed",
  byDigits: false,
  refusesExtraRows: true,
  truthHasMoreColumns: false,
  weightless: [],
  undefined: "counted as 1",
} as const;
const YEAR_2016 = {
  ...TABLE,
  classes: ["malignant"],
  aliases: { malignant: ["confidence", "benign_malignant", "target"] },
  imageColumns: ["image", "image_id"],
  header: "none",
  byDigits: true,
  refusesExtraRows: false,
  undefined: "left out",
  rankedBy: "averagePrecision",
  rankedGroup: "malignant",
} as const;

const ALL: readonly Task[] = [
  {
    ...MASKS,
    name: "2016-1",
    title: "Lesion segmentation",
    rankedBy: "jaccard",
    undefined: "left out",
    refusesOtherValues: true,
  },
  {
    name: "2016-2",
    title: "Dermoscopic features on superpixels",
    kind: "arrays",
    features: ["globules", "streaks"],
    rankedBy: "averagePrecision",
    rankedGroup: "mean",
    undefined: "left out",
  },
  {
    name: "2016-2b",
    title: "Dermoscopic features as masks",
    kind: "masks",
    features: ["globules", "streaks"],
    pooling: "resized",
    rankedBy: "jaccard",
    rankedGroup: "mean",
    undefined: "left out",
    refusesOtherValues: true,
  },
  { ...YEAR_2016, name: "2016-3", title: "Lesion classification" },
  { ...YEAR_2016, name: "2016-3b", title: "Lesion classification with segmentation" },
  {
    ...MASKS,
    name: "2017-1",
    title: "Lesion segmentation",
    rankedBy: "jaccard",
    undefined: "left out",
    refusesOtherValues: false,
  },
  {
    name: "2017-2",
    title: "Dermoscopic features on superpixels",
    kind: "arrays",
    features: ["pigment_network", "negative_network", "milia_like_cyst", "streaks"],
    rankedBy: "auc",
    rankedGroup: "mean",
    undefined: "left out",
  },
  {
    ...TABLE,
    name: "2017-3",
    title: "Lesion classification",
    classes: ["melanoma", "seborrheic_keratosis"],
    imageColumns: ["image_id", "image"],
    header: "optional",
    byDigits: true,
    refusesExtraRows: false,
    rankedBy: "auc",
    rankedGroup: "mean",
    undefined: "left out",
  },
  {
    ...MASKS,
    name: "2018-1",
    title: "Lesion boundary segmentation",
    rankedBy: "thresholdJaccard",
    undefined: "counted as 1",
    refusesOtherValues: false,
  },
  {
    name: "2018-2",
    title: "Lesion attribute detection",
    kind: "masks",
    features: ["pigment_network", "negative_network", "streaks", "milia_like_cyst", "globules"],
    pooling: "normalized",
    rankedBy: "jaccard",
    rankedGroup: "microAverage",
    undefined: "counted as 1",
    refusesOtherValues: false,
  },
  {
    ...TABLE,
    name: "2018-3",
    title: "Lesion diagnosis",
    classes: ["MEL", "NV", "BCC", "AKIEC", "BKL", "DF", "VASC"],
    imageColumns: ["image", "lesion_id"],
    // The scorer gives this image of the test set no weight.
    weightless: ["ISIC_0035068"],
    rankedBy: "balancedAccuracy",
    rankedGroup: "all",
  },
  {
    ...TABLE,
    name: "2019",
    title: "Lesion diagnosis",
    classes: ["MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC", "UNK"],
    imageColumns: ["image", "lesion_id"],
    rankedBy: "balancedAccuracy",
    rankedGroup: "all",
  },
  {
    ...TABLE,
    name: "2020",
    title: "Melanoma classification",
    classes: ["target"],
    imageColumns: ["image_name"],
    truthHasMoreColumns: true,
    rankedBy: "auc",
    rankedGroup: "target",
  },
  {
    ...TABLE,
    name: "2024",
    title: "Skin cancer detection with 3D total body photographs",
    classes: ["target"],
    aliases: { target: ["malignant"] },
    imageColumns: ["isic_id"],
    truthHasMoreColumns: true,
    rankedBy: "partialAuc",
    rankedGroup: "target",
  },
];

/**
 * What is known of a task.
 *
 * @throws UnknownTaskError for another name than those of {@link TASKS}; its message lists them, and says which is near
 */
export function taskOf(name: TaskName): Task {
  const found = ALL.find((task) => task.name === name);
  if (found === undefined) {
    const near = nearTasks(String(name));
    const hint = near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
    const message = `There is no task ${quote(String(name))}; the tasks are ${TASKS.join(", ")}.${hint}`;
    throw new UnknownTaskError(name, message);
  }
  return found;
}

/** The tasks that somebody may mean who writes `isic2017_part2`, `2016-2B`, `17-2` or `2018`: one, or all of a year. */
function nearTasks(text: string): readonly string[] {
  const [, year = "", part = ""] = /(?:20)?(1[6-9]|2[04])(?![0-9])(?:\D*?([1-9]b?)(?![0-9a-z]))?/i.exec(text) ?? [];
  const ofYear = TASKS.filter((task) => year !== "" && task.slice(2, 4) === year);
  const exact = ofYear.filter((task) => task.slice(5) === part.toLowerCase());
  return exact.length > 0 ? exact : ofYear;
}
