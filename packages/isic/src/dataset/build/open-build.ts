import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Archive, V1Client, V2Client } from "../../archive/archive.ts";
import { archiveOf } from "../../archive/index.ts";
import { downloadSource } from "../../download/source.ts";
import type { DownloadImage, DownloadSource } from "../../download/types.ts";
import { ArgumentError, DatasetError } from "../../errors.ts";
import { openClient } from "../../node/open-client.ts";
import { checkOptions } from "../../session/options.ts";
import { DEFAULT_SHARES } from "../plan/plan.ts";
import { checkRecipe } from "../recipe/check-recipe.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { type Exclusions, readExclusions } from "./exclusions.ts";
import { ImageMaker } from "./image-maker.ts";
import { type DatasetLock, readLock } from "./lock-file.ts";
import type { BuildProgress } from "./progress.ts";

export interface BuildDatasetOptions {
  /** An `IsicApi`, its `archive`, or a client of either API. @default the public archive, as a guest */
  readonly archive?: V1Client | V2Client | Archive | { readonly archive: Archive } | undefined;
  /** The folder that files named in the recipe are relative to. @default the working directory */
  readonly base?: string | undefined;
  /** Files under way at a time. @default 16 */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
}

/** The folder in a set's folder where its making is kept. */
export const WORK = ".isic";
/** Beside the set, and no part of it: when what was done. */
export const LOG_NAME = "build-log.jsonl";

/** All that a build is made from, checked before anything is asked. */
export interface OpenBuild {
  readonly recipe: Recipe;
  /** The set to be made anew, if any. */
  readonly from: DatasetLock | undefined;
  readonly target: string;
  readonly archive: Archive;
  readonly exclusions: Exclusions;
  readonly maker: ImageMaker;
  /** What the folder holds already. */
  readonly before: DatasetLock | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BuildProgress) => void;
}

/** @throws RecipeError, DatasetError, ArgumentError for what cannot be built */
export async function openBuild(
  caller: string,
  recipe: Recipe | DatasetLock,
  folder: string,
  options: BuildDatasetOptions,
): Promise<OpenBuild> {
  checkOptions(caller, options, ["archive", "base", "concurrency", "signal", "onProgress"]);
  if (typeof folder !== "string" || folder === "")
    throw new ArgumentError(`expected the folder of a data set, got ${JSON.stringify(folder)}`);
  const from = "images" in Object(recipe) && "files" in recipe ? recipe : undefined;
  const checked = checkRecipe(from?.recipe ?? recipe);
  const { base = ".", concurrency, signal = new AbortController().signal, onProgress = () => undefined } = options;
  const target = resolve(folder);
  const before = await checkTarget(target, checked, from);
  const exclusions = await readExclusions(from === undefined ? checked.exclude : [], base);
  const locks = [before, from].filter((lock) => lock !== undefined);
  const work = join(target, WORK);
  const maker = await ImageMaker.open({ recipe: checked, work, base, concurrency, signal, onProgress }, locks);
  const archive = await archiveFrom(options.archive);
  return { recipe: checked, from, target, archive, exclusions, maker, before, signal, onProgress };
}

/** Asks for the records of all that may be in the set. */
export async function select({ recipe, from, archive, signal, onProgress }: OpenBuild): Promise<{
  readonly source: DownloadSource;
  readonly candidates: readonly DownloadImage[];
}> {
  const selection = from === undefined ? recipe.selection : { ids: from.images.map(({ id }) => id) };
  // What is computed is computed by the set's own codecs, whatever others are installed.
  const source = await downloadSource(archive, selection, null);
  const candidates: DownloadImage[] = [];
  for await (const image of source.images(signal)) {
    candidates.push(image);
    onProgress({ stage: "select", done: candidates.length, total: undefined });
  }
  return { source, candidates };
}

async function archiveFrom(given: BuildDatasetOptions["archive"]): Promise<Archive> {
  if (given === undefined) return (await openClient()).archive;
  if ("termsOf" in given) return given;
  return "archive" in given ? given.archive : archiveOf(given);
}

/** Refuses a folder that holds something else, before anything is asked. */
async function checkTarget(
  target: string,
  { split }: Recipe,
  from: DatasetLock | undefined,
): Promise<DatasetLock | undefined> {
  const found = await stat(target).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isDirectory()) throw new DatasetError(`${target} is a file: name a folder.`);
  const lock = await readLock(target);
  if (lock === undefined) {
    const names = await readdir(target);
    if (names.length > 0 && !names.includes(WORK))
      throw new DatasetError(`${target} has files in it that are no data set's: name another folder, or an empty one.`);
    return undefined;
  }
  const shares = split?.shares ?? DEFAULT_SHARES;
  const other = lock.images.find((image) => !Object.hasOwn(shares, image.split));
  if (from === undefined && other !== undefined) {
    throw new DatasetError(
      `${target} has a part ${other.split}, and the recipe's parts are ${Object.keys(shares).join(", ")}. Images never move to another part: build into another folder.`,
    );
  }
  return lock;
}
