import { rm } from "node:fs/promises";
import { join } from "node:path";
import { lockFile, makeFolder, openLineFile, removeAbandoned } from "@isic/cache-fs/files";
import type { WritingRules } from "../../download/file-writer.ts";
import { isClosed } from "../../download/lock-target.ts";
import { targetError } from "../../download/open-target.ts";
import { isDiskTrouble } from "../../download/retry.ts";
import type { DownloadImage, DownloadSource } from "../../download/types.ts";
import { DatasetError } from "../../errors.ts";
import { type DuplicateGroup, findDuplicates } from "../duplicates/find-duplicates.ts";
import { ARCHIVE, doiOf, type Reference } from "../papers/citation.ts";
import { normalLicence } from "../plan/licences.ts";
import { countsOf, type DatasetPlan, DEFAULT_SHARES, type LeftOut, type PlannedImage } from "../plan/plan.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { type Difference, fileDifferences, imageDifferences } from "./differences.ts";
import type { ImageMaker } from "./image-maker.ts";
import { type DatasetLock, readLock } from "./lock-file.ts";
import { type BuildDatasetOptions, LOG_NAME, type OpenBuild, openBuild, select, WORK } from "./open-build.ts";
import { excludedByHash, planSet } from "./plan-set.ts";
import { writeSet } from "./write-set.ts";

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
  const build = await openBuild("buildDataset", recipe, folder, options);
  const { target } = build;
  try {
    return await new Build(build).run();
  } catch (error) {
    const { path = target, code = "" } = error as NodeJS.ErrnoException;
    const isOfTarget = isDiskTrouble(error) || code === "ENOTDIR" || code === "EEXIST";
    throw isOfTarget && path.startsWith(target) ? targetError(target, error) : error;
  }
}

type Planned = PlannedImage<DownloadImage>;
type Plan = Pick<DatasetPlan, "leftOut" | "unlabelled" | "notes" | "fields" | "without" | "counts">;

class Build {
  readonly #facts: OpenBuild;
  readonly #maker: ImageMaker;
  /** What the folder holds already. */
  #before: DatasetLock | undefined;
  #rules: WritingRules = {};

  constructor(facts: OpenBuild) {
    this.#facts = facts;
    this.#maker = facts.maker;
    this.#before = facts.before;
  }

  async run(): Promise<BuiltDataset> {
    const { from, target, signal } = this.#facts;
    const { source, candidates } = await select(this.#facts);
    // What cannot be is said before there is a folder.
    if (from === undefined) this.#plan(candidates);
    const closed = {
      private: source.isPrivate === true || candidates.some(isPrivate) || (await isClosed(target, WORK)),
    };
    await makeFolder(join(target, WORK), closed);
    const lock = await lockFile(join(target, WORK, "build.lock"), { ...closed, signal });
    return this.#underLock(source, candidates, { ...closed, lock });
  }

  async #underLock(
    source: DownloadSource,
    candidates: readonly DownloadImage[],
    rules: Required<WritingRules>,
  ): Promise<BuiltDataset> {
    const { from, target } = this.#facts;
    this.#rules = rules;
    try {
      // Another build may have ended meanwhile, or have been killed.
      this.#before = await readLock(target);
      await removeAbandoned(target, { recursive: true });
      this.#log("begin", { images: candidates.length });
      const built =
        from === undefined ? await this.#build(source, candidates) : await this.#rebuild(source, candidates, from);
      await rm(join(target, WORK, "originals"), { recursive: true, force: true });
      this.#log("end", { images: built.images, made: built.made, differences: built.differences.length });
      return built;
    } finally {
      await rules.lock.release();
    }
  }

  #log(event: string, facts: object): void {
    const { target, archive } = this.#facts;
    const line = { at: new Date().toISOString(), event, server: archive.server, ...facts };
    const log = openLineFile(join(target, LOG_NAME), this.#rules);
    try {
      log.append(JSON.stringify(line));
    } finally {
      log.close();
    }
  }

  #plan(candidates: readonly DownloadImage[], duplicates?: readonly DuplicateGroup[]): DatasetPlan<DownloadImage> {
    return planSet({ ...this.#facts, before: this.#before }, candidates, duplicates);
  }

  async #build(source: DownloadSource, candidates: readonly DownloadImage[]): Promise<BuiltDataset> {
    const { made } = this.#maker;
    // Which pictures show the same is known when they are there; then others may come in their place.
    for (let plan = this.#plan(candidates); ; ) {
      const failed = await this.#maker.make(
        source,
        plan.images.map(({ image }) => image),
        this.#rules,
      );
      if (failed.size > 0) throw failure(failed);
      const excluded = excludedByHash(this.#facts.exclusions, made);
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
    const failed = await this.#maker.make(source, [...byId.values()], this.#rules);
    const { made, unreadable } = this.#maker;
    const images = from.images.flatMap(({ id, split, fold, labels, group }): Planned[] => {
      const image = byId.get(id);
      if (image === undefined || !made.has(id)) return [];
      return [{ image, split, ...(fold === undefined ? {} : { fold }), labels, group }];
    });
    const counts = countsOf(images, from.recipe.split?.shares ?? DEFAULT_SHARES);
    const plan = { ...from.summary, leftOut: from.leftOut, counts };
    const lock = await this.#write(source, images, plan, from.duplicates);
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
      rules: this.#rules,
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

const isPrivate = ({ record }: DownloadImage): boolean => "public" in record && record.public === false;

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
