/** A ground truth and its images become a folder that `isic serve --data` opens. */
import type { Lock } from "@isic/cache-fs/files";
import { type AllBounds, type Bounds, boundsOf, checkOptions, READ_BOUNDS } from "../bounds.ts";
import type { Mistake } from "../check/mistakes.ts";
import { TruthError } from "../errors.ts";
import { type ChallengeFiles, checkFiles } from "../files/files.ts";
import { inOrder } from "../score/in-order.ts";
import { truthFiles } from "../score/pair-files.ts";
import type { Progress } from "../score/run.ts";
import { loadTruthTable } from "../score/table-task.ts";
import { type Task, type TaskName, taskOf } from "../tasks/tasks.ts";
import { lockImportFolder, openImportFolder, writeFolderRecords } from "./import-folder.ts";
import { type Import, importImage, type Planned, picturesIn } from "./import-image.ts";
import { factsOf, imageRecord, segmentationRecord, sizeOf, withFacts } from "./records.ts";
import { type Markups, withGroundTruth } from "./study.ts";

/** Images are read and written so many at a time. */
const AT_ONCE = 4;

/** How a ground truth is imported. */
export interface ImportOptions extends Pick<Bounds, "maxPixels" | "maxFileBytes" | "maxCellLength"> {
  /** Where the photos and superpixels are (`ISIC_0000000.jpg`, `ISIC_0000000_superpixels.png`), if not beside the ground truth. */
  readonly images?: ChallengeFiles;
  /** Called after each image. */
  readonly onProgress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
}

/** What was written, in numbers of images (masks of features and arrays: of files), and what was not, and why. */
export interface ImportReport {
  readonly images: number;
  readonly photos: number;
  readonly superpixels: number;
  readonly masks: number;
  readonly features: number;
  /** What was left out: a mask of another size than its photo, an array of another length than its superpixels, a broken file. */
  readonly mistakes: readonly Mistake[];
}

/**
 * Writes the ground truth of a task and its images into a folder, in the layout that `isic serve --data FOLDER` opens:
 *
 * - `imcache_<24 zeros>.json.gz`, `sgcache_<24 zeros>.json.gz`: v1's records of images and segmentations, by id;
 * - `images/ISIC_0000000.jpg`, `superpixels/ISIC_0000000_superpixels.png`, `masks/ISIC_0000000_segmentation.png`;
 * - `features/<task>/`: arrays over superpixels, and masks of features, under the challenge's names;
 * - `studies.json`: for arrays, a study whose one reader, `challenge`, marked the superpixels that have a feature.
 *
 * Several tasks go into one folder, one after the other: records gain what the next one says. An array is only written beside
 * superpixels of its length. Files are written whole; the records come last.
 *
 * @param truth the ground truth: its ZIP as it was downloaded, or a folder (see `filesAt`)
 * @throws TruthError where it is not the task's; RangeError for a folder that holds something else (a download, say); SourceError,
 * BoundsError; LockLostError where this process was stopped for so long that another one imports into the folder; the system's
 * error with its `code`; the signal's reason
 */
export async function importChallenge(
  task: TaskName,
  truth: ChallengeFiles,
  folder: string,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const about = taskOf(task);
  checkOptions(options, [...READ_BOUNDS, "images", "onProgress", "signal"]);
  checkFiles("truth", truth);
  if (options.images !== undefined) checkFiles("images", options.images);
  return lockImportFolder(folder, options.signal, (lock) => importInto(folder, lock, about, truth, options));
}

async function importInto(
  folder: string,
  lock: Lock,
  about: Task,
  truth: ChallengeFiles,
  options: ImportOptions,
): Promise<ImportReport> {
  const bounds = boundsOf(options);
  const target = await openImportFolder(folder);
  const planned = await plan(about, truth, bounds, options.signal);
  const pictures = picturesIn(options.images ?? truth);
  const run: Import = {
    task: about,
    truth,
    folder,
    lock,
    pictures,
    knownSize: (image) => sizeOf(target.byName.get(image)),
    bounds,
    signal: options.signal,
    mistakes: [],
    counts: { photos: 0, superpixels: 0, masks: 0, features: 0 },
  };
  const marked = new Map<string, Markups>();
  let done = 0;
  let bytes = 0;
  for await (const result of inOrder(planned, AT_ONCE, (image) => importImage(run, image))) {
    const { image, facts, size, hasMask, markups } = result;
    const before = target.byName.get(image);
    const record =
      before === undefined ? imageRecord(about, image, size, facts) : withFacts(about, before, size, facts);
    target.images.set(record._id, record);
    if (hasMask) {
      for (const [id, { imageId }] of target.segmentations) if (imageId === record._id) target.segmentations.delete(id);
      const segmentation = segmentationRecord(about, image, record._id);
      target.segmentations.set(segmentation._id, segmentation);
    }
    if (markups !== undefined) marked.set(image, markups);
    done++;
    bytes += result.bytes;
    options.onProgress?.({ done, total: planned.length, bytes });
  }
  const hasArrays = about.kind === "arrays" && marked.size > 0;
  const studies = hasArrays ? withGroundTruth(target.studies, about, marked) : target.studies;
  await writeFolderRecords(folder, { ...target, studies }, lock);
  return { images: planned.length, ...run.counts, mistakes: run.mistakes };
}

/** What the ground truth has of each image. @throws TruthError */
async function plan(
  task: Task,
  truth: ChallengeFiles,
  bounds: AllBounds,
  signal: AbortSignal | undefined,
): Promise<readonly Planned[]> {
  if (task.kind === "table") {
    const { images, values, classes } = await loadTruthTable(task, truth, bounds, signal);
    const width = classes.length;
    return images.flatMap((image, row) => {
      // Only names become paths; a lesion's has no photo of its own.
      if (!/^ISIC_[0-9]{7}$/.test(image)) return [];
      const facts = factsOf(task, values.subarray(row * width, (row + 1) * width));
      return { image, facts, files: new Map<string, string>() };
    });
  }
  const { items, mistakes } = truthFiles(task, truth);
  if (mistakes.length > 0) throw new TruthError(mistakes);
  const planned = new Map<string, Map<string, string>>();
  for (const { item, truth: file } of items) {
    const { image, feature = "" } = item;
    planned.set(image, (planned.get(image) ?? new Map<string, string>()).set(feature, file.name));
  }
  return [...planned].map(([image, files]) => ({ image, facts: {}, files }));
}
