import { appendFile, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { lockFile } from "@isic/cache-fs/files";
import type { Archive, V1Client, V2Client } from "../../archive/archive.ts";
import { archiveOf } from "../../archive/index.ts";
import { nodeCodecs } from "../../codecs/node.ts";
import { downloadSource } from "../../download/source.ts";
import type { DownloadImage, DownloadSource } from "../../download/types.ts";
import { ArgumentError, DatasetError } from "../../errors.ts";
import { openClient } from "../../node/open-client.ts";
import { checkOptions } from "../../session/options.ts";
import { type DuplicateGroup, findDuplicates } from "../duplicates/find-duplicates.ts";
import { ARCHIVE, doiOf, type Reference } from "../papers/citation.ts";
import { normalLicence } from "../plan/licences.ts";
import {
  type Assignment,
  countsOf,
  type DatasetPlan,
  DEFAULT_SHARES,
  type LeftOut,
  type PlannedImage,
  planDataset,
} from "../plan/plan.ts";
import { checkRecipe } from "../recipe/check-recipe.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { type Difference, fileDifferences, imageDifferences } from "./differences.ts";
import { type Exclusions, readExclusions } from "./exclusions.ts";
import { ImageMaker } from "./image-maker.ts";
import { type DatasetLock, readLock } from "./lock-file.ts";
import type { BuildProgress } from "./progress.ts";
import { writeSet } from "./write-set.ts";

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

/** What a build has made. */
export interface BuiltDataset {
  readonly folder: string;
  readonly images: number;
  /** Images fetched and made in this run; the others were there. */
  readonly made: number;
  /** Part to class to images. */
  readonly counts: DatasetPlan["counts"];
  readonly leftOut: readonly LeftOut[];
  readonly unlabelled: DatasetPlan["unlabelled"];
  readonly notes: readonly string[];
  readonly duplicates: readonly DuplicateGroup[];
  /** Where it was made from a lock: all that is not as that says. */
  readonly differences: readonly Difference[];
}

/** The folder in a set's folder where its making is kept. */
export const WORK = ".isic";
/** Beside the set, and no part of it: when what was done. */
export const LOG_NAME = "build-log.jsonl";

/**
 * Makes a data set: selects, fetches, resizes, splits, and writes it in the layout of its recipe, with `images.csv` and
 * `.parquet`, licences, citation, data sheet, and a lock file that pins it all. It can be stopped at any moment and run
 * again. In a folder that holds the set already, images that are in it keep their part.
 *
 * Given a lock instead of a recipe, it makes that very set, and names every difference.
 *
 * @throws RecipeError, DatasetError in sentences, before anything is fetched, when the recipe cannot be met
 * @throws DownloadTargetError, NoAnswerError as downloads do; the signal's reason when it is stopped
 */
export async function buildDataset(
  recipe: Recipe | DatasetLock,
  folder: string,
  options: BuildDatasetOptions = {},
): Promise<BuiltDataset> {
  checkOptions("buildDataset", options, ["archive", "base", "concurrency", "signal", "onProgress"]);
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
  return new Build({ recipe: checked, from, target, archive, exclusions, signal, onProgress }, maker, before).run();
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

type Planned = PlannedImage<DownloadImage>;
type Plan = Pick<DatasetPlan, "leftOut" | "unlabelled" | "notes" | "fields" | "without" | "counts">;

interface BuildFacts {
  readonly recipe: Recipe;
  /** The set to be made anew, if any. */
  readonly from: DatasetLock | undefined;
  readonly target: string;
  readonly archive: Archive;
  readonly exclusions: Exclusions;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BuildProgress) => void;
}

class Build {
  readonly #facts: BuildFacts;
  readonly #maker: ImageMaker;
  /** What the folder holds already. */
  #before: DatasetLock | undefined;

  constructor(facts: BuildFacts, maker: ImageMaker, before: DatasetLock | undefined) {
    this.#facts = facts;
    this.#maker = maker;
    this.#before = before;
  }

  async run(): Promise<BuiltDataset> {
    const { from, recipe, archive, target, signal, onProgress } = this.#facts;
    const selection = from === undefined ? recipe.selection : { ids: from.images.map(({ id }) => id) };
    const source = await downloadSource(archive, selection, nodeCodecs);
    const candidates: DownloadImage[] = [];
    for await (const image of source.images(signal)) {
      candidates.push(image);
      onProgress({ stage: "select", done: candidates.length, total: undefined });
    }
    // What cannot be is said before there is a folder.
    if (from === undefined) this.#plan(candidates);
    await mkdir(join(target, WORK), { recursive: true });
    const lock = await lockFile(join(target, WORK, "build.lock"), { signal });
    try {
      // Another build may have ended meanwhile.
      this.#before = await readLock(target);
      await this.#log("begin", { images: candidates.length });
      const built =
        from === undefined ? await this.#build(source, candidates) : await this.#rebuild(source, candidates, from);
      await rm(join(target, WORK, "originals"), { recursive: true, force: true });
      await this.#log("end", { images: built.images, made: built.made, differences: built.differences.length });
      return built;
    } finally {
      await lock.release();
    }
  }

  async #log(event: string, facts: object): Promise<void> {
    const { target, archive } = this.#facts;
    const line = { at: new Date().toISOString(), event, server: archive.server, ...facts };
    await appendFile(join(target, LOG_NAME), `${JSON.stringify(line)}\n`);
  }

  /** @param duplicates groups of pictures that show the same, once they are known */
  #plan(candidates: readonly DownloadImage[], duplicates?: readonly DuplicateGroup[]): DatasetPlan<DownloadImage> {
    const { recipe, exclusions } = this.#facts;
    const { unreadable } = this.#maker;
    const held = new Map<string, Assignment>(
      (this.#before?.images ?? []).map(({ id, split, fold }) => [id, { split, fold }]),
    );
    const { rule = "together" } = recipe.duplicates ?? {};
    const groups = duplicates ?? [];
    const dropped = new Set(rule === "drop" ? groups.flatMap(({ ids }) => dropsOf(ids, held)) : []);
    const same =
      rule === "together" ? groups.flatMap(({ ids }) => ids.map((id) => [id, ids[0] as string] as const)) : [];
    const plan = planDataset(candidates, recipe, {
      held,
      exclude: new Set([...exclusions.ids, ...this.#excludedByHash(), ...dropped, ...unreadable.keys()]),
      duplicates: duplicates === undefined ? undefined : new Map(same),
    });
    const leftOut = plan.leftOut.map((each): LeftOut => {
      if (unreadable.has(each.id)) return { ...each, reason: "cannot be read" };
      return dropped.has(each.id) ? { ...each, reason: "duplicate" } : each;
    });
    return {
      ...plan,
      leftOut,
      notes: [...plan.notes, ...[...unreadable.values()].sort(), ...this.#maskNotes(plan.images)],
    };
  }

  #excludedByHash(): Set<string> {
    const { hashes } = this.#facts.exclusions;
    const made = [...this.#maker.made.values()];
    return new Set(made.filter(({ source }) => hashes.has(source.sha256)).map(({ id }) => id));
  }

  #maskNotes(images: readonly Planned[]): string[] {
    if (this.#facts.recipe.masks === undefined) return [];
    const made = images.flatMap(({ image: { id } }) => this.#maker.made.get(id) ?? []);
    const without = made.filter(({ files }) => files.mask === undefined).length;
    return without === 0 ? [] : [`${without} of ${images.length} images have no mask.`];
  }

  async #build(source: DownloadSource, candidates: readonly DownloadImage[]): Promise<BuiltDataset> {
    const { made } = this.#maker;
    // Which pictures show the same is known when they are there; then others may come in their place.
    for (let plan = this.#plan(candidates); ; ) {
      const failed = await this.#maker.make(
        source,
        plan.images.map(({ image }) => image),
      );
      if (failed.size > 0) throw failure(failed);
      const excluded = this.#excludedByHash();
      const all = [...made.values()].filter(({ id }) => !excluded.has(id));
      const pictures = all.map(({ id, source: { sha256 }, fingerprint }) => ({ id, sha256, fingerprint }));
      const duplicates = findDuplicates(pictures, this.#facts.recipe.duplicates?.bits);
      plan = this.#plan(candidates, duplicates);
      if (!plan.images.every(({ image: { id } }) => made.has(id))) continue;
      const lock = await this.#write(source, plan.images, plan, duplicates);
      return this.#result(lock, plan.counts, []);
    }
  }

  /** The set of a lock: its images in its parts and classes, whatever a plan would say today. */
  async #rebuild(
    source: DownloadSource,
    candidates: readonly DownloadImage[],
    from: DatasetLock,
  ): Promise<BuiltDataset> {
    const byId = new Map(candidates.filter(({ record }) => !("unknown" in record)).map((image) => [image.id, image]));
    const failed = await this.#maker.make(source, [...byId.values()]);
    const { made, unreadable } = this.#maker;
    const images = from.images.flatMap(({ id, split, fold, labels, group }): Planned[] => {
      const image = byId.get(id);
      if (image === undefined || !made.has(id)) return [];
      return [{ image, split, ...(fold === undefined ? {} : { fold }), labels, group }];
    });
    const counts = countsOf(images);
    const lock = await this.#write(source, images, { ...from.summary, leftOut: from.leftOut, counts }, from.duplicates);
    const why = (id: string, name: string): string | undefined => failed.get(name) ?? unreadable.get(id);
    return this.#result(lock, counts, [...imageDifferences(from, byId, made, why), ...fileDifferences(from, lock)]);
  }

  async #write(
    source: DownloadSource,
    images: readonly Planned[],
    plan: Plan,
    duplicates: readonly DuplicateGroup[],
  ): Promise<DatasetLock> {
    const { recipe, from, target, archive, signal, onProgress } = this.#facts;
    return writeSet({
      recipe,
      target,
      work: join(target, WORK),
      // Ids mean something there, also when another server gives the same images.
      server: from?.server ?? `${archive.server} (${archive.family})`,
      images,
      maker: this.#maker,
      plan,
      duplicates,
      references: from?.references ?? (await this.#references()),
      licenceTexts: await licenceTexts(source, images, signal),
      before: this.#before,
      signal,
      onProgress,
    });
  }

  #result(
    { images, leftOut, summary, duplicates }: DatasetLock,
    counts: DatasetPlan["counts"],
    differences: readonly Difference[],
  ): BuiltDataset {
    return {
      folder: this.#facts.target,
      images: images.length,
      made: this.#maker.count,
      counts,
      leftOut,
      unlabelled: summary.unlabelled,
      notes: summary.notes,
      duplicates,
      differences,
    };
  }

  /** The archive, and the collections that the recipe names, with their DOIs. */
  async #references(): Promise<Reference[]> {
    const { recipe, archive, signal } = this.#facts;
    const wanted = recipe.selection.collections ?? [];
    if (wanted.length === 0) return [ARCHIVE];
    const service = await archive.collections("buildDataset");
    const all = await service.collections({ signal });
    const named = all.filter(({ id }) => wanted.includes(id)).sort((a, b) => a.id - b.id);
    const own = named.map(({ name, doi, doi_url }): Reference => {
      const known = doiOf(doi) ?? doiOf(doi_url);
      return { title: name, ...(known === undefined ? {} : { doi: known }) };
    });
    return [ARCHIVE, ...own];
  }
}

/** So many names of images that failed are told. */
const TOLD = 20;

function failure(failed: ReadonlyMap<string, string>): DatasetError {
  const [[, sentence = ""] = []] = failed;
  const names = [...failed.keys()].slice(0, TOLD).join(", ");
  const more = failed.size > TOLD ? ` and ${failed.size - TOLD} more` : "";
  const what = failed.size === 1 ? "An image" : `${failed.size} images`;
  return new DatasetError(
    `${what} could not be made: ${names}${more}. ${sentence} What is there stays: run it again, or exclude what the archive cannot give.`,
  );
}

async function licenceTexts(
  source: DownloadSource,
  images: readonly Planned[],
  signal: AbortSignal,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const licence of new Set(images.map(({ image }) => image.licence))) {
    const text = licence === undefined ? undefined : await source.licenceText?.(licence, signal);
    if (licence !== undefined && text !== undefined) texts.set(normalLicence(licence) ?? licence, text);
  }
  return texts;
}

/** Of pictures that show the same: all but the first, or but those that were in the set before. */
function dropsOf(ids: readonly string[], held: ReadonlyMap<string, Assignment>): string[] {
  const there = ids.filter((id) => held.has(id));
  return there.length > 0 ? ids.filter((id) => !held.has(id)) : ids.slice(1);
}
