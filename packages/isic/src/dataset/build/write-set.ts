import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { placeLink, writeWhole } from "@isic/cache-fs/files";
import type { Raster } from "@isic/core-wasm";
import { nodeCodecs } from "../../codecs/node.ts";
import type { WritingRules } from "../../download/file-writer.ts";
import type { DownloadImage } from "../../download/types.ts";
import type { DuplicateGroup } from "../duplicates/find-duplicates.ts";
import type { Reference } from "../papers/citation.ts";
import { tokenReader } from "../plan/join-groups.ts";
import { normalLicence } from "../plan/licences.ts";
import { type DatasetPlan, DEFAULT_SHARES, type PlannedImage } from "../plan/plan.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { ENCODERS } from "./encode.ts";
import type { ImageMaker } from "./image-maker.ts";
import { type DatasetLock, formatLock, LOCK_NAME, type LockedFile, type LockedImage } from "./lock-file.ts";
import type { MadeImage } from "./made-images.ts";
import { MadeImages } from "./made-images.ts";
import { PlacedFiles, placeFile } from "./place-files.ts";
import type { BuildProgress } from "./progress.ts";
import { setFiles } from "./set-files.ts";
import type { MadeFile, SetImage, SetPart } from "./set-image.ts";

/** All that a set's folder is written from. */
export interface SetToWrite {
  readonly recipe: Recipe;
  readonly target: string;
  readonly work: string;
  /** Who may write here (checked before each file is put in its place), and who may read. */
  readonly rules: WritingRules;
  /** As the lock names it. */
  readonly server: string;
  readonly images: readonly PlannedImage<DownloadImage>[];
  readonly maker: Pick<ImageMaker, "made" | "stemOf">;
  readonly plan: Pick<DatasetPlan, "leftOut" | "unlabelled" | "notes" | "fields" | "without">;
  readonly duplicates: readonly DuplicateGroup[];
  readonly references: readonly Reference[];
  readonly licenceTexts: ReadonlyMap<string, string>;
  /** What the folder's lock says, if it has one. */
  readonly before: DatasetLock | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BuildProgress) => void;
}

/**
 * Writes a set: pictures to their places, tables and papers, and last of all the lock. What an earlier build wrote, and
 * the set no longer has, is taken away.
 */
export async function writeSet(set: SetToWrite): Promise<DatasetLock> {
  const { recipe, target, work, plan, references, rules } = set;
  const store = await MadeImages.open(work, rules);
  const images = set.images.map((image) => setImage(image, set.maker));
  const inSet = new Set(images.map(({ id }) => id));
  const duplicates = set.duplicates
    .map((group) => ({ ...group, ids: group.ids.filter((id) => inSet.has(id)) }))
    .filter(({ ids }) => ids.length > 1);
  const { leftOut, ...summary } = plan;
  const { places, files, shardOf } = await setFiles({
    recipe,
    images,
    parts: Object.keys(recipe.split?.shares ?? DEFAULT_SHARES),
    plan,
    duplicates: duplicates.length,
    references,
    licenceTexts: set.licenceTexts,
    pathOf: (file) => store.pathOf(file),
    maskOf: async ({ made: { mask } }) => (mask === undefined ? undefined : greyOf(store.pathOf(mask.file))),
  });
  const placed = await PlacedFiles.open(target, work, set.before?.files ?? [], rules);
  const paths = new Set([
    ...files.map(({ path }) => path),
    ...[...places.values()].flatMap((each) => Object.values(each)),
  ]);
  await placed.begin(paths);
  const locked: LockedFile[] = [];
  const imageFiles = new Map<string, Partial<Record<SetPart, LockedFile>>>();
  for (const [at, { id, made }] of images.entries()) {
    set.signal.throwIfAborted();
    const own: Partial<Record<SetPart, LockedFile>> = {};
    for (const [part, { file, sha256, bytes }] of Object.entries(made) as [SetPart, MadeFile][]) {
      const path = places.get(id)?.[part];
      own[part] = { path: path ?? (shardOf.get(id) as string), sha256, bytes };
      if (path === undefined) continue;
      await placeLink(store.pathOf(file), join(target, path), rules);
      locked.push({ path, sha256, bytes });
    }
    imageFiles.set(id, own);
    set.onProgress({ stage: "write", done: at + 1, total: images.length });
  }
  for (const file of files) {
    set.signal.throwIfAborted();
    locked.push(await placeFile(target, file, rules));
  }
  await placed.end(paths);
  const tokensOf = tokenReader(plan.fields);
  const lock: DatasetLock = {
    version: 1,
    tools: ENCODERS,
    server: set.server,
    recipe,
    images: images.map((image) =>
      lockedImage(image, tokensOf(image), set.maker.made.get(image.id) as MadeImage, imageFiles.get(image.id) ?? {}),
    ),
    files: locked.sort((a, b) => (a.path < b.path ? -1 : 1)),
    duplicates,
    leftOut,
    summary: { unlabelled: summary.unlabelled, notes: summary.notes, fields: summary.fields, without: summary.without },
    references,
  };
  await writeWhole(join(target, LOCK_NAME), formatLock(lock), rules);
  await placed.finish();
  return lock;
}

/** An image's licence by its SPDX name, where it has one. */
export const spdxOf = ({ licence }: DownloadImage): string | undefined =>
  licence === undefined ? undefined : (normalLicence(licence) ?? licence);

function setImage({ image, ...assigned }: PlannedImage<DownloadImage>, maker: SetToWrite["maker"]): SetImage {
  const { files, width, height } = maker.made.get(image.id) as MadeImage;
  const { id, name, record, attribution } = image;
  const stem = maker.stemOf(image);
  return {
    ...assigned,
    id,
    name,
    stem,
    record,
    licence: spdxOf(image),
    attribution,
    width,
    height,
    made: files as SetImage["made"],
  };
}

function lockedImage(
  image: SetImage,
  tokens: readonly string[],
  { source }: MadeImage,
  files: LockedImage["files"],
): LockedImage {
  const { id, name, stem, split, fold, labels, group, licence, attribution } = image;
  return {
    id,
    name,
    stem,
    split,
    ...(fold === undefined ? {} : { fold }),
    labels,
    group,
    tokens,
    ...(licence === undefined ? {} : { licence }),
    ...(attribution === undefined ? {} : { attribution }),
    source,
    files,
  };
}

async function greyOf(path: string): Promise<Raster> {
  const bytes = new Uint8Array(await readFile(path));
  const { width, height, data, channels } = await nodeCodecs.decode(bytes, { what: "A mask" });
  const grey = Uint8Array.from({ length: width * height }, (_, at) => data[at * channels]!);
  return { width, height, channels: 1, data: grey };
}
