// One image of an import: its photo, superpixels, masks and arrays, each written where it holds together with the others.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Lock, writeWhole } from "@isic/cache-fs/files";
import { readPng, readSuperpixelPngSync } from "@isic/core-wasm/node";
import type { AllBounds } from "../bounds.ts";
import { type Mistake, quote } from "../check/mistakes.ts";
import { MaskFileError } from "../errors.ts";
import { type FeatureArrays, parseFeatureArrays, writeFeatureArrays } from "../features/feature-arrays.ts";
import type { ChallengeFiles } from "../files/files.ts";
import { decodeMask } from "../masks/read-mask.ts";
import { readFile as readIn } from "../score/run.ts";
import { baseName, challengeFileName } from "../tasks/file-names.ts";
import type { ArrayTask, MaskTask, Task } from "../tasks/tasks.ts";
import { jpegSize, type Size } from "./photo-size.ts";
import type { Facts } from "./records.ts";
import { type Markups, markupsOf } from "./study.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What the ground truth has of an image. */
export interface Planned {
  readonly image: string;
  readonly facts: Facts;
  /** The ground truth's files of the image, by feature ("" where there is none). */
  readonly files: ReadonlyMap<string, string>;
}

/** What all images of an import share. */
export interface Import {
  readonly task: Task;
  readonly truth: ChallengeFiles;
  readonly folder: string;
  /** Nothing is written once it is lost. */
  readonly lock: Lock;
  readonly pictures: Pictures;
  /** The size of an image that an earlier import knew. */
  readonly knownSize: (image: string) => Size | undefined;
  readonly bounds: AllBounds;
  readonly signal: AbortSignal | undefined;
  readonly mistakes: Mistake[];
  readonly counts: { photos: number; superpixels: number; masks: number; features: number };
}

/** What was written of an image. */
export interface Imported extends Planned {
  readonly size: Size | undefined;
  readonly hasMask: boolean;
  /** What the arrays mark, where they were written. */
  readonly markups: Markups | undefined;
  readonly bytes: number;
}

/** Writes what there is of an image; what does not fit is left out, and told in `run.mistakes`. */
export async function importImage(run: Import, planned: Planned): Promise<Imported> {
  const { task, folder, lock, counts } = run;
  const { image, files } = planned;
  const photo = await fromPictures(run, image, `${image}.jpg`);
  let size = photo === undefined ? run.knownSize(image) : jpegSize(photo);
  if (photo !== undefined) {
    await writeWhole(join(folder, "images", `${image}.jpg`), photo, { lock });
    counts.photos++;
  }
  const superpixels = await importSuperpixels(run, image, size);
  size ??= superpixels;
  let bytes = photo?.length ?? 0;
  let hasMask = false;
  let markups: Markups | undefined;
  for (const [feature, file] of files) {
    const content = await readIn(run.truth, { image, file }, run.mistakes, run.signal);
    if (content === undefined) continue;
    bytes += content.length;
    if (task.kind === "arrays") {
      const arrays = boundArrays(run, task, image, file, content, superpixels?.count);
      if (arrays === undefined) continue;
      await writeWhole(
        join(folder, "features", task.name, challengeFileName(task, image)),
        writeFeatureArrays(task.name, arrays),
        { lock },
      );
      markups = markupsOf(arrays);
      counts.features++;
    } else if (task.kind === "masks") {
      const found = await soundMask(run, { image, file, ...(feature === "" ? {} : { feature }) }, content, size);
      if (found === undefined) continue;
      size ??= found;
      if (feature === "") {
        await writeWhole(join(folder, "masks", `${image}_segmentation.png`), content, { lock });
        hasMask = true;
        counts.masks++;
      } else {
        await writeWhole(
          join(folder, "features", task.name, challengeFileName(task as MaskTask, image, feature)),
          content,
          { lock },
        );
        counts.features++;
      }
    }
  }
  return { ...planned, size, hasMask, markups, bytes };
}

/** The superpixels that came with the images now, or that an earlier import left in the folder. */
async function importSuperpixels(
  run: Import,
  image: string,
  size: Size | undefined,
): Promise<(Size & { readonly count: number }) | undefined> {
  const file = `${image}_superpixels.png`;
  const place = join(run.folder, "superpixels", file);
  const given = await fromPictures(run, image, file);
  const content = given ?? (existsSync(place) ? new Uint8Array(await readFile(place)) : undefined);
  if (content === undefined) return undefined;
  try {
    const { width, height, count } = readSuperpixelPngSync(content, { maxPixels: run.bounds.maxPixels });
    if (size !== undefined && (size.width !== width || size.height !== height)) {
      leaveOut(
        run,
        "other-size",
        image,
        file,
        `has ${width} x ${height} pixels, the photo ${size.width} x ${size.height}`,
      );
      return undefined;
    }
    if (given !== undefined) {
      await writeWhole(place, given, { lock: run.lock });
      run.counts.superpixels++;
    }
    return { width, height, count };
  } catch (error) {
    if (!(error instanceof Error) || !(Symbol.for("isic.error") in error)) throw error;
    leaveOut(run, "unreadable", image, file, `is no file of superpixels: ${error.message}`);
    return undefined;
  }
}

/** Arrays that may be drawn: as long as the superpixels beside them. */
function boundArrays(
  run: Import,
  task: ArrayTask,
  image: string,
  file: string,
  content: Bytes,
  superpixels: number | undefined,
): FeatureArrays | undefined {
  const { maxFileBytes } = run.bounds;
  const { arrays, mistakes } = parseFeatureArrays(task, content, { image, file, maxFileBytes, isTruth: true });
  const wrong = mistakes.filter(({ refused }) => refused);
  run.mistakes.push(...wrong);
  if (arrays === undefined || wrong.length > 0) return undefined;
  if (superpixels === undefined) {
    const why = `has arrays over superpixels, and ${image}_superpixels.png is not there; give the images that came with it`;
    leaveOut(run, "missing-image", image, file, why);
    return undefined;
  }
  if (arrays.length !== superpixels) {
    leaveOut(
      run,
      "wrong-length",
      image,
      file,
      `has arrays of ${arrays.length} values, the image has ${superpixels} superpixels`,
    );
    return undefined;
  }
  return arrays;
}

async function soundMask(
  run: Import,
  { image, file, feature }: { readonly image: string; readonly file: string; readonly feature?: string },
  content: Bytes,
  size: Size | undefined,
): Promise<Size | undefined> {
  try {
    const { width, height } = await decodeMask(readPng, content, run.bounds.maxPixels, run.signal);
    if (size === undefined || (size.width === width && size.height === height)) return { width, height };
    leaveOut(
      run,
      "other-size",
      image,
      file,
      `has ${width} x ${height} pixels, the image ${size.width} x ${size.height}`,
      feature,
    );
  } catch (error) {
    if (!(error instanceof MaskFileError)) throw error;
    leaveOut(run, error.problem === "too-large" ? "too-large" : "unreadable", image, file, error.reason, feature);
  }
  return undefined;
}

function leaveOut(
  run: Import,
  kind: Mistake["kind"],
  image: string,
  file: string,
  why: string,
  feature?: string,
): void {
  const message = `${quote(file)} is left out: it ${why}.`;
  run.mistakes.push({ kind, image, ...(feature === undefined ? {} : { feature }), file, refused: true, message });
}

/** Photos and superpixels by their names in lower case, wherever they lie. */
export interface Pictures {
  readonly source: ChallengeFiles;
  readonly byName: ReadonlyMap<string, string>;
}

export function picturesIn(source: ChallengeFiles): Pictures {
  return { source, byName: new Map(source.files.map(({ name }) => [baseName(name).toLowerCase(), name])) };
}

async function fromPictures(run: Import, image: string, name: string): Promise<Bytes | undefined> {
  const file = run.pictures.byName.get(name.toLowerCase());
  if (file === undefined) return undefined;
  return readIn(run.pictures.source, { image, file }, run.mistakes, run.signal);
}
