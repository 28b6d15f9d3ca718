import type { Stats } from "node:fs";
import { lstat, readdir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { readText } from "@isic/cache-fs/files";
import { parse } from "csv-parse/sync";
import { withoutGuard } from "../../csv/cells.ts";
import { DatasetError } from "../../errors.ts";
import { checkOptions } from "../../session/options.ts";
import { duplicatesIn } from "../duplicates/scan-folder.ts";
import { layoutOf } from "../layouts/places.ts";
import { licenceTest } from "../plan/licences.ts";
import { type DatasetLock, isLockChanged, LOCK_NAME, type LockedImage, readLock } from "./lock-file.ts";
import { LOG_NAME, WORK } from "./open-build.ts";
import { hashOf, isUnfinished } from "./place-files.ts";

/** Something in a set's folder that is not as it was made, or as its recipe says. */
export interface DatasetProblem {
  /** A file, an image's name, or a patient or lesion. */
  readonly what: string;
  readonly problem: string;
}

export interface CheckDatasetOptions {
  /** Looks for pictures that show the same in two parts once more, by decoding them all. @default false */
  readonly duplicates?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

export interface CheckedDataset {
  readonly folder: string;
  readonly files: number;
  readonly images: number;
  /** Nothing in here: the set is what its lock says. */
  readonly problems: readonly DatasetProblem[];
}

/**
 * Holds a set's folder against its lock: every file by its hash, no file more; no patient, no lesion and no pictures
 * that show the same in two parts or folds; the table's parts and classes against folders; licences against the recipe.
 *
 * @throws DatasetError when the folder is no data set
 */
export async function checkDataset(folder: string, options: CheckDatasetOptions = {}): Promise<CheckedDataset> {
  checkOptions("checkDataset", options, ["duplicates", "signal", "onProgress"]);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new DatasetError(`There is no folder ${folder}.`);
  const lock = await readLock(folder);
  const work = join(folder, WORK);
  if (lock === undefined) {
    const isBegun = (await stat(work).catch(() => undefined)) !== undefined;
    throw new DatasetError(
      `${folder} has no ${LOCK_NAME}: ${isBegun ? "its build was not finished. Run the same build again" : "it is no data set"}.`,
    );
  }
  const isHalf = await isUnfinished(work);
  const isChanged = !isHalf && (await isLockChanged(folder));
  const problems = [
    ...(isChanged ? [{ what: LOCK_NAME, problem: "it was changed by hand after the build" }] : []),
    ...(isHalf ? [{ what: LOCK_NAME, problem: "a later build was not finished: run the same build again" }] : []),
    ...(await fileProblems(folder, lock, options)),
    ...entryProblems(lock),
    ...leakProblems(lock),
    ...(await tableProblems(folder, lock)),
    ...licenceProblems(lock),
    ...(options.duplicates === true ? await pictureProblems(folder, lock, options) : []),
  ];
  return { folder, files: lock.files.length, images: lock.images.length, problems };
}

async function fileProblems(
  folder: string,
  { files }: DatasetLock,
  { signal, onProgress }: CheckDatasetOptions,
): Promise<DatasetProblem[]> {
  const problems: DatasetProblem[] = [];
  for (const [at, { path, sha256, bytes }] of files.entries()) {
    signal?.throwIfAborted();
    const there = await lstat(join(folder, path)).catch(() => undefined);
    if (there === undefined) problems.push({ what: path, problem: "it is missing" });
    else if (!there.isFile()) problems.push({ what: path, problem: `it is a ${kindOf(there)}, no file` });
    else if (there.size !== bytes)
      problems.push({ what: path, problem: `it has ${there.size} bytes, and had ${bytes}` });
    else if ((await hashOf(join(folder, path))).sha256 !== sha256)
      problems.push({ what: path, problem: "its bytes are others" });
    onProgress?.({ done: at + 1, total: files.length });
  }
  const known = new Set([...files.map(({ path }) => path), LOCK_NAME, LOG_NAME]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
    if (entry.isDirectory() || known.has(path) || path.startsWith(`${WORK}/`)) continue;
    problems.push({ what: path, problem: "it is not of the set: its lock does not have it" });
  }
  return problems;
}

const kindOf = (there: Stats): string =>
  there.isSymbolicLink() ? "link" : there.isDirectory() ? "folder" : "device or pipe";

/** Where the lock disagrees with itself about an image's files. */
function entryProblems({ images, files, recipe }: DatasetLock): DatasetProblem[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const isShard = layoutOf(recipe) === "webdataset";
  return images.flatMap(({ name, files: own }) =>
    Object.values(own).flatMap(({ path, sha256 }) => {
      const file = byPath.get(path);
      if (file === undefined) return [{ what: name, problem: `the lock has no file ${path}, which is said to be its` }];
      // A shard holds files of many images.
      if (isShard || file.sha256 === sha256) return [];
      return [{ what: path, problem: `the lock gives it two hashes, one of them for the image ${name}` }];
    }),
  );
}

/** What must lie in one part, and in one fold of it, and does not. */
function leakProblems({ images, duplicates, recipe }: DatasetLock): DatasetProblem[] {
  const problems: DatasetProblem[] = [];
  const report = (what: string, all: readonly LockedImage[]): void => {
    const parts = [...new Set(all.map(({ split }) => split))].sort();
    if (parts.length > 1) problems.push({ what, problem: `it lies in ${parts.join(" and ")}` });
    const folds = new Set(all.map(({ split, fold }) => `${split} ${fold}`));
    if (parts.length === 1 && folds.size > 1)
      problems.push({ what, problem: `it lies in several folds of ${parts[0]}` });
  };
  const byToken = new Map<string, LockedImage[]>();
  for (const image of images) {
    for (const token of new Set([...image.tokens, `group ${image.group}`])) {
      const list = byToken.get(token);
      if (list === undefined) byToken.set(token, [image]);
      else list.push(image);
    }
  }
  for (const [token, list] of byToken) report(token, list);
  if (recipe.duplicates?.rule === "report") return problems;
  const byId = new Map(images.map((image) => [image.id, image]));
  for (const { ids } of duplicates) {
    const there = ids.flatMap((id) => byId.get(id) ?? []);
    report(`pictures that show the same (${there.map(({ name }) => name).join(", ")})`, there);
  }
  return problems;
}

/** The table's split and label against the folders that its files lie in, and against the lock. */
async function tableProblems(folder: string, lock: DatasetLock): Promise<DatasetProblem[]> {
  const text = await readText(join(folder, "images.csv"), { followLinks: true }).catch(() => undefined);
  if (text === undefined) return [];
  const problems: DatasetProblem[] = [];
  const layout = layoutOf(lock.recipe);
  const byName = new Map(lock.images.map((image) => [image.files.image?.path ?? image.stem, image]));
  let rows: Record<string, string>[];
  try {
    rows = parse(text, { columns: true, bom: true, cast: withoutGuard });
  } catch (error) {
    return [{ what: "images.csv", problem: `it cannot be read: ${(error as Error).message}` }];
  }
  if (rows.length !== lock.images.length)
    problems.push({
      what: "images.csv",
      problem: `it has ${rows.length} rows, and the set ${lock.images.length} images`,
    });
  const segment = layout === "coco" ? 1 : 0;
  for (const { file_name = "", split = "", label = "" } of rows) {
    if (layout === "webdataset") continue;
    const image = byName.get(file_name);
    const say = (problem: string): void => void problems.push({ what: file_name, problem });
    if (image === undefined) say("images.csv names it, and the set has no such picture");
    else if (split !== image.split) say(`images.csv says it is of ${split}, and it is of ${image.split}`);
    else if (file_name.split("/")[segment] !== split)
      say(`it is of ${split}, and lies in ${file_name.split("/")[segment]}`);
    else if (label !== image.labels.join("|"))
      say(`images.csv says it is of class ${label}, and it is of ${image.labels.join("|")}`);
  }
  return problems;
}

function licenceProblems({ images, recipe }: DatasetLock): DatasetProblem[] {
  const mayUse = licenceTest(recipe.licences);
  return images
    .filter(({ licence }) => !mayUse(licence))
    .map(({ name, licence }) => ({
      what: name,
      problem: `the recipe does not allow its licence (${licence ?? "none"})`,
    }));
}

async function pictureProblems(
  folder: string,
  lock: DatasetLock,
  { signal, onProgress }: CheckDatasetOptions,
): Promise<DatasetProblem[]> {
  if (layoutOf(lock.recipe) === "webdataset")
    throw new DatasetError(
      "The pictures lie in shards: only other layouts are looked through for duplicates once more.",
    );
  const partOf = new Map(lock.images.map(({ files, split }) => [files.image?.path, split]));
  const { groups } = await duplicatesIn(folder, { bits: lock.recipe.duplicates?.bits, signal, onProgress });
  return groups.flatMap(({ ids }) => {
    const parts = [...new Set(ids.flatMap((id) => partOf.get(id) ?? []))];
    return parts.length > 1
      ? [{ what: ids.join(", "), problem: `they show the same, and lie in ${parts.join(" and ")}` }]
      : [];
  });
}
