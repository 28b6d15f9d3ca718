import { appendFile, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Archive, V1Client, V2Client } from "../../archive/archive.ts";
import { archiveOf } from "../../archive/index.ts";
import { nodeCodecs } from "../../codecs/node.ts";
import { download } from "../../download/download.ts";
import { downloadSource } from "../../download/source.ts";
import { lockTarget } from "../../download/target-lock.ts";
import type { DownloadImage, DownloadSource, ManifestEntry, Part } from "../../download/types.ts";
import { readManifest } from "../../download/verify.ts";
import { writeWhole } from "../../download/whole-files.ts";
import { DatasetError, isIsicError } from "../../errors.ts";
import { checkOptions } from "../../session/options.ts";
import { pool } from "../../session/pool.ts";
import { type DuplicateGroup, findDuplicates } from "../duplicates/find-duplicates.ts";
import { cleanName } from "../layouts/places.ts";
import { ARCHIVE, doiOf, type Reference } from "../papers/citation.ts";
import { tokensOf } from "../plan/join-groups.ts";
import { normalLicence } from "../plan/licences.ts";
import {
  type Assignment,
  type DatasetPlan,
  DEFAULT_SHARES,
  type LeftOut,
  type PlannedImage,
  planDataset,
} from "../plan/plan.ts";
import { checkRecipe } from "../recipe/check-recipe.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { ENCODERS } from "./encode.ts";
import { type Exclusions, readExclusions } from "./exclusions.ts";
import { type DatasetLock, formatLock, LOCK_NAME, type LockedFile, type LockedImage, readLock } from "./lock-file.ts";
import { type MadeImage, MadeImages } from "./made-images.ts";
import { makePicture, settingsOf, sha256Of } from "./make-image.ts";
import { PlacedFiles, placeFile, placeMade } from "./place-files.ts";
import { setFiles } from "./set-files.ts";
import type { SetImage, SetPart } from "./set-image.ts";

/** Where a build stands. */
export interface BuildProgress {
  readonly stage: "select" | "fetch" | "make" | "write";
  readonly done: number;
  readonly total: number | undefined;
  readonly bytes?: number;
}

export interface BuildDatasetOptions {
  /** A client of either API, or the archive of `api.archive`. */
  readonly archive: V1Client | V2Client | Archive;
  /** The folder that files named in the recipe are relative to. @default the working directory */
  readonly base?: string | undefined;
  /** Files under way at a time. @default 16 */
  readonly concurrency?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: BuildProgress) => void) | undefined;
}

/** How a rebuilt set differs from the one whose lock it was made from. */
export interface Difference {
  /** A file of the set, or an image by name. */
  readonly what: string;
  readonly problem: string;
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
  options: BuildDatasetOptions,
): Promise<BuiltDataset> {
  checkOptions("buildDataset", options, ["archive", "base", "concurrency", "signal", "onProgress"]);
  const lock = "images" in recipe && "files" in recipe ? recipe : undefined;
  const checked = checkRecipe(lock?.recipe ?? recipe);
  const target = resolve(folder);
  const archive = "termsOf" in options.archive ? options.archive : archiveOf(options.archive);
  const before = await checkTarget(target, checked, lock);
  const exclusions = await readExclusions(lock === undefined ? checked.exclude : [], options.base ?? ".");
  const build = new Build(checked, lock, before, target, archive, exclusions, options);
  return build.run();
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

class Build {
  readonly #recipe: Recipe;
  readonly #from: DatasetLock | undefined;
  readonly #before: DatasetLock | undefined;
  readonly #target: string;
  readonly #work: string;
  readonly #archive: Archive;
  readonly #exclusions: Exclusions;
  readonly #options: BuildDatasetOptions;
  readonly #signal: AbortSignal;
  readonly #differences: Difference[] = [];
  readonly #made = new Map<string, MadeImage>();
  readonly #stems = new Map<string, string>();
  readonly #stemOwners = new Map<string, string>();
  readonly #masks = new Map<string, string>();
  /** Why the files of some images are of no use, by id. */
  readonly #unreadable = new Map<string, string>();
  #count = 0;

  constructor(
    recipe: Recipe,
    from: DatasetLock | undefined,
    before: DatasetLock | undefined,
    target: string,
    archive: Archive,
    exclusions: Exclusions,
    options: BuildDatasetOptions,
  ) {
    this.#recipe = recipe;
    this.#from = from;
    this.#before = before;
    this.#target = target;
    this.#work = join(target, WORK);
    this.#archive = archive;
    this.#exclusions = exclusions;
    this.#options = options;
    this.#signal = options.signal ?? new AbortController().signal;
  }

  async run(): Promise<BuiltDataset> {
    await this.#findMasks();
    const selection =
      this.#from === undefined ? this.#recipe.selection : { ids: this.#from.images.map(({ id }) => id) };
    const source = await downloadSource(this.#archive, selection, nodeCodecs);
    const candidates: DownloadImage[] = [];
    for await (const image of source.images(this.#signal)) {
      candidates.push(image);
      this.#report("select", candidates.length, undefined);
    }
    const plan = this.#from === undefined ? this.#plan(candidates) : undefined;
    await mkdir(this.#work, { recursive: true });
    const lock = await lockTarget(join(this.#work, "build.lock"), this.#signal);
    try {
      await this.#log("begin", { images: candidates.length });
      const built =
        plan === undefined ? await this.#rebuild(source, candidates) : await this.#build(source, candidates, plan);
      await this.#log("end", { images: built.images, made: built.made, differences: built.differences.length });
      return built;
    } finally {
      await lock.release();
    }
  }

  #report(stage: BuildProgress["stage"], done: number, total: number | undefined, bytes?: number): void {
    this.#options.onProgress?.({ stage, done, total, ...(bytes === undefined ? {} : { bytes }) });
  }

  async #log(event: string, facts: object): Promise<void> {
    await appendFile(
      join(this.#target, LOG_NAME),
      `${JSON.stringify({ at: new Date().toISOString(), event, server: this.#archive.host, ...facts })}\n`,
    );
  }

  #plan(candidates: readonly DownloadImage[], duplicates?: readonly DuplicateGroup[]): DatasetPlan<DownloadImage> {
    const held = new Map<string, Assignment>(
      (this.#before?.images ?? []).map(({ id, split, fold }) => [id, { split, fold }]),
    );
    const rule = this.#recipe.duplicates?.rule ?? "together";
    const dropped = new Set(rule === "drop" ? (duplicates ?? []).flatMap(({ ids }) => dropsOf(ids, held)) : []);
    const byHash = new Set(
      [...this.#made.values()].filter(({ source }) => this.#exclusions.hashes.has(source.sha256)).map(({ id }) => id),
    );
    const tokens =
      rule === "together"
        ? (duplicates ?? []).flatMap(({ ids }) => ids.map((id) => [id, ids[0] as string] as const))
        : [];
    const plan = planDataset(candidates, this.#recipe, {
      held,
      exclude: new Set([...this.#exclusions.ids, ...byHash, ...dropped, ...this.#unreadable.keys()]),
      duplicates: duplicates === undefined ? undefined : new Map(tokens),
    });
    const leftOut = plan.leftOut.map((each): LeftOut => {
      if (this.#unreadable.has(each.id)) return { ...each, reason: "cannot be read" };
      return dropped.has(each.id) ? { ...each, reason: "duplicate" } : each;
    });
    const notes = [...plan.notes, ...[...this.#unreadable.values()].sort()];
    return { ...plan, leftOut, notes };
  }

  async #build(
    source: DownloadSource,
    candidates: readonly DownloadImage[],
    first: DatasetPlan<DownloadImage>,
  ): Promise<BuiltDataset> {
    // Which pictures show the same is known when they are there; then others may come in their place.
    for (let plan = first; ; ) {
      await this.#make(source, plan.images);
      const all = [...this.#made.values()].map(({ id, source: { sha256 }, fingerprint }) => ({
        id,
        sha256,
        fingerprint,
      }));
      const duplicates = findDuplicates(all, this.#recipe.duplicates?.bits);
      plan = this.#plan(candidates, duplicates);
      if (plan.images.every(({ image: { id } }) => this.#made.has(id)))
        return this.#write(source, plan.images, plan, duplicates);
    }
  }

  /** The set of a lock: its images in its parts and classes, whatever a plan would say today. */
  async #rebuild(source: DownloadSource, candidates: readonly DownloadImage[]): Promise<BuiltDataset> {
    const from = this.#from as DatasetLock;
    const byId = new Map(candidates.map((image) => [image.id, image]));
    const images: Planned[] = [];
    for (const locked of from.images) {
      const image = byId.get(locked.id);
      if (image === undefined || "unknown" in image.record) {
        this.#differ(locked.name, "the archive no longer has it");
        continue;
      }
      const { licence, attribution } = locked;
      if (licenceOf(image) !== licence)
        this.#differ(locked.name, `its licence is ${licenceOf(image)}, and was ${licence}`);
      if (image.attribution !== attribution)
        this.#differ(
          locked.name,
          `its attribution is ${JSON.stringify(image.attribution)}, and was ${JSON.stringify(attribution)}`,
        );
      const { split, fold, labels, group } = locked;
      images.push({ image, split, ...(fold === undefined ? {} : { fold }), labels, group });
    }
    await this.#make(source, images);
    const there = images.filter(({ image: { id } }) => this.#made.has(id));
    const counts = countsOf(there);
    return this.#write(source, there, { ...from.summary, leftOut: from.leftOut, counts }, from.duplicates);
  }

  #differ(what: string, problem: string): void {
    this.#differences.push({ what, problem });
  }

  /** Masks of a folder, by the names of their images. */
  async #findMasks(): Promise<void> {
    const { masks } = this.#recipe;
    if (masks === undefined || masks === "archive") return;
    const folder = resolve(this.#options.base ?? ".", masks);
    const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
      throw new DatasetError(
        `masks: ${folder} cannot be read (${cause.code}): name a folder of <name>_segmentation.png, or archive.`,
        { cause },
      );
    });
    for (const name of names.sort()) {
      const stem = /^(.+)_segmentation\.png$/i.exec(name)?.[1];
      if (stem !== undefined) this.#masks.set(stem, join(folder, name));
    }
    if (this.#masks.size === 0) throw new DatasetError(`masks: ${folder} has no <name>_segmentation.png.`);
  }

  async #maskBytes(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const path = this.#masks.get(name);
    return path === undefined ? undefined : new Uint8Array(await readFile(path));
  }

  async #settings(name: string): Promise<string> {
    const mask = await this.#maskBytes(name);
    return `${settingsOf(this.#recipe)}${mask === undefined ? "" : `-${sha256Of(mask).slice(0, 16)}`}`;
  }

  /** The name of an image's files: no other's, on file systems without case either, and the same as in an earlier build. */
  #stemOf(id: string, name: string): string {
    if (this.#stems.size === 0) {
      for (const locked of [...(this.#before?.images ?? []), ...(this.#from?.images ?? [])]) {
        this.#stems.set(locked.id, locked.stem);
        this.#stemOwners.set(locked.stem.toLowerCase(), locked.id);
      }
    }
    const known = this.#stems.get(id);
    if (known !== undefined) return known;
    const wished = cleanName(name);
    const stem = this.#stemOwners.has(wished.toLowerCase()) ? `${wished}~${sha256Of(id).slice(0, 8)}` : wished;
    this.#stems.set(id, stem);
    this.#stemOwners.set(stem.toLowerCase(), id);
    return stem;
  }

  /** Fetches and makes what is not there. */
  async #make(source: DownloadSource, images: readonly Planned[]): Promise<void> {
    const store = await MadeImages.open(this.#work);
    const needed: DownloadImage[] = [];
    for (const { image } of images) {
      this.#stemOf(image.id, image.name);
      if (this.#made.has(image.id)) continue;
      const settings = await this.#settings(image.name);
      const reason = store.whyUnreadable(image.id, settings);
      if (reason !== undefined) this.#unreadable.set(image.id, reason);
      if (reason !== undefined) continue;
      const made = await store.find(image.id, settings);
      if (made === undefined) needed.push(image);
      else this.#made.set(image.id, made);
    }
    if (needed.length > 0) await this.#fetchAndMake(source, needed, store);
    if (this.#from !== undefined) this.#compareSources();
  }

  #compareSources(): void {
    for (const { id, name, source } of (this.#from as DatasetLock).images) {
      const made = this.#made.get(id);
      if (made !== undefined && made.source.sha256 !== source.sha256)
        this.#differ(name, "the archive's file is another one now");
    }
  }

  async #fetchAndMake(source: DownloadSource, needed: readonly DownloadImage[], store: MadeImages): Promise<void> {
    const { image, superpixels, masks } = this.#recipe;
    const parts: Part[] = ["image"];
    if (masks === "archive") parts.push("mask");
    if (superpixels === true && image === undefined) parts.push("superpixels");
    const originals = join(this.#work, "originals");
    const { failed } = await download({ ...source, images: () => needed }, originals, {
      parts,
      tables: [],
      total: needed.length,
      ...(this.#options.concurrency === undefined ? {} : { concurrency: this.#options.concurrency }),
      signal: this.#signal,
      onProgress: ({ done, total, bytes }) => this.#report("fetch", done, total, bytes),
    });
    const entries = new Map<string, Map<Part, ManifestEntry>>();
    for (const entry of await readManifest(originals)) {
      const own = entries.get(entry.id) ?? new Map<Part, ManifestEntry>();
      entries.set(entry.id, own.set(entry.part, entry));
    }
    let done = 0;
    const broken: string[] = failed.map(({ name, error = "" }) => `${name}: ${error}`);
    const lost = new Set(failed.map(({ id }) => id));
    const fetched = needed.filter(({ id }) => !lost.has(id));
    await pool(fetched, 2, async (each) => {
      this.#signal.throwIfAborted();
      try {
        this.#made.set(each.id, await this.#makeOne(each, originals, entries.get(each.id) ?? new Map(), store));
        this.#count += 1;
      } catch (error) {
        this.#signal.throwIfAborted();
        if ((error as NodeJS.ErrnoException).code === "ENOSPC") throw error;
        const { message } = error as Error;
        if (!isIsicError(error, "UndecodableImageError") || this.#from !== undefined) broken.push(message);
        else {
          await store.addUnreadable(each.id, await this.#settings(each.name), message);
          this.#unreadable.set(each.id, message);
        }
      }
      done += 1;
      this.#report("make", done, fetched.length);
    });
    if (broken.length === 0) return;
    if (this.#from !== undefined) {
      for (const sentence of broken.sort()) this.#differ(sentence.split(":")[0] as string, sentence);
      return;
    }
    const more = broken.length > 1 ? ` (and ${broken.length - 1} more)` : "";
    throw new DatasetError(
      `${broken.length} of ${needed.length} images could not be made. ${broken.sort()[0]}${more} What is there stays: run it again, or exclude them.`,
    );
  }

  async #makeOne(
    image: DownloadImage,
    originals: string,
    entries: ReadonlyMap<Part, ManifestEntry>,
    store: MadeImages,
  ): Promise<MadeImage> {
    const read = async (part: Part): Promise<Uint8Array<ArrayBuffer> | undefined> => {
      const file = entries.get(part)?.file;
      return file === undefined ? undefined : new Uint8Array(await readFile(join(originals, file)));
    };
    const bytes = await read("image");
    if (bytes === undefined) throw new DatasetError(`${image.name}: the archive has no picture of it.`);
    const mask = this.#recipe.masks === "archive" ? await read("mask") : await this.#maskBytes(image.name);
    const files = { name: image.name, image: bytes, mask, superpixels: await read("superpixels") };
    const picture = await makePicture(files, this.#recipe, this.#signal);
    const source = { sha256: sha256Of(bytes), bytes: bytes.length };
    return store.add(image.id, this.#stemOf(image.id, image.name), await this.#settings(image.name), source, picture);
  }

  async #write(
    source: DownloadSource,
    planned: readonly Planned[],
    plan: Pick<DatasetPlan, "leftOut" | "unlabelled" | "notes" | "fields" | "without" | "counts">,
    duplicates: readonly DuplicateGroup[],
  ): Promise<BuiltDataset> {
    const recipe = this.#recipe;
    const store = await MadeImages.open(this.#work);
    const images = planned.map((each) => this.#setImage(each));
    const inSet = new Set(images.map(({ id }) => id));
    const ownGroups = duplicates
      .map((group) => ({ ...group, ids: group.ids.filter((id) => inSet.has(id)) }))
      .filter(({ ids }) => ids.length > 1);
    const withoutMask = recipe.masks === undefined ? 0 : images.filter(({ made }) => made.mask === undefined).length;
    const notes =
      this.#from !== undefined || withoutMask === 0
        ? plan.notes
        : [...plan.notes, `${withoutMask} of ${images.length} images have no mask.`];
    const summary = { unlabelled: plan.unlabelled, notes, fields: plan.fields, without: plan.without };
    const references = this.#from?.references ?? (await this.#references());
    const { places, files, shardOf } = await setFiles({
      recipe,
      images,
      parts: Object.keys(recipe.split?.shares ?? DEFAULT_SHARES),
      plan: { ...summary, leftOut: plan.leftOut },
      duplicates: ownGroups.length,
      references,
      licenceTexts: await this.#licenceTexts(source, planned),
      pathOf: (file) => store.pathOf(file),
      maskOf: async ({ made }) =>
        made.mask === undefined ? undefined : greyOf(new Uint8Array(await readFile(store.pathOf(made.mask.file)))),
    });
    const placed = await PlacedFiles.open(this.#target, this.#work, this.#before?.files ?? []);
    const paths = new Set([
      ...files.map(({ path }) => path),
      ...[...places.values()].flatMap((each) => Object.values(each)),
    ]);
    await placed.begin(paths);
    const locked: LockedFile[] = [];
    const imageFiles = new Map<string, Partial<Record<SetPart, LockedFile>>>();
    for (const [at, { id, made }] of images.entries()) {
      this.#signal.throwIfAborted();
      const own: Partial<Record<SetPart, LockedFile>> = {};
      for (const [part, { file, sha256, bytes }] of Object.entries(made) as [
        SetPart,
        MadeImage["files"]["image"] & object,
      ][]) {
        const path = places.get(id)?.[part];
        if (path !== undefined) {
          await placeMade(store.pathOf(file), join(this.#target, path));
          locked.push({ path, sha256, bytes });
        }
        own[part] = { path: path ?? (shardOf.get(id) as string), sha256, bytes };
      }
      imageFiles.set(id, own);
      this.#report("write", at + 1, images.length);
    }
    for (const file of files) locked.push(await placeFile(this.#target, file));
    await placed.end(paths);
    locked.sort((a, b) => (a.path < b.path ? -1 : 1));
    const lock: DatasetLock = {
      version: 1,
      tools: ENCODERS,
      server: `${this.#archive.host} (${this.#archive.family})`,
      recipe,
      images: images.map((image) => this.#lockedImage(image, plan.fields, imageFiles.get(image.id) ?? {})),
      files: locked,
      duplicates: ownGroups,
      leftOut: plan.leftOut,
      summary,
      references,
    };
    if (this.#from !== undefined) this.#compareFiles(lock, this.#from);
    await writeWhole(join(this.#target, LOCK_NAME), formatLock(lock));
    await rm(join(this.#work, "originals"), { recursive: true, force: true });
    return {
      folder: this.#target,
      images: images.length,
      made: this.#count,
      counts: plan.counts,
      leftOut: plan.leftOut,
      unlabelled: plan.unlabelled,
      notes,
      duplicates: ownGroups,
      differences: this.#differences,
    };
  }

  #setImage({ image, ...assigned }: Planned): SetImage {
    const { source: _, files, width, height } = this.#made.get(image.id) as MadeImage;
    const { id, name, record, attribution } = image;
    const made = files as SetImage["made"];
    return {
      ...assigned,
      id,
      name,
      stem: this.#stemOf(id, name),
      record,
      licence: licenceOf(image),
      attribution,
      width,
      height,
      made,
    };
  }

  #lockedImage(image: SetImage, fields: DatasetPlan["fields"], files: LockedImage["files"]): LockedImage {
    const { id, name, stem, split, fold, labels, group, licence, attribution } = image;
    const { sha256, bytes } = (this.#made.get(id) as MadeImage).source;
    return {
      id,
      name,
      stem,
      split,
      ...(fold === undefined ? {} : { fold }),
      labels,
      group,
      tokens: tokensOf(image, fields),
      ...(licence === undefined ? {} : { licence }),
      ...(attribution === undefined ? {} : { attribution }),
      source: { sha256, bytes },
      files,
    };
  }

  #compareFiles(now: DatasetLock, then: DatasetLock): void {
    const files = new Map(now.files.map((file) => [file.path, file]));
    for (const { path, sha256 } of then.files) {
      const own = files.get(path);
      files.delete(path);
      if (own === undefined) this.#differ(path, "it is not in the rebuilt set");
      else if (own.sha256 !== sha256) this.#differ(path, "its bytes are others");
    }
    for (const path of files.keys()) this.#differ(path, "it is only in the rebuilt set");
    for (const [tool, version] of Object.entries(then.tools)) {
      if (now.tools[tool] !== version) this.#differ(tool, `it is ${now.tools[tool]}, and was ${version}`);
    }
  }

  /** The archive, and the collections that the recipe names, with their DOIs. */
  async #references(): Promise<Reference[]> {
    const wanted = this.#recipe.selection.collections ?? [];
    if (wanted.length === 0) return [ARCHIVE];
    const service = await this.#archive.collections("buildDataset");
    const all = await service.collections({ signal: this.#signal });
    const named = all.filter(({ id }) => wanted.includes(id)).sort((a, b) => a.id - b.id);
    const own = named.map(({ name, doi, doi_url }): Reference => {
      const known = doiOf(doi) ?? doiOf(doi_url);
      return { title: name, ...(known === undefined ? {} : { doi: known }) };
    });
    return [ARCHIVE, ...own];
  }

  async #licenceTexts(source: DownloadSource, planned: readonly Planned[]): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    for (const licence of new Set(planned.map(({ image }) => image.licence))) {
      const text = licence === undefined ? undefined : await source.licenceText?.(licence, this.#signal);
      if (licence !== undefined && text !== undefined) texts.set(normalLicence(licence) ?? licence, text);
    }
    return texts;
  }
}

const licenceOf = ({ licence }: DownloadImage): string | undefined =>
  licence === undefined ? undefined : (normalLicence(licence) ?? licence);

/** Of pictures that show the same: all but the first, or but those that were in the set before. */
function dropsOf(ids: readonly string[], held: ReadonlyMap<string, Assignment>): string[] {
  const there = ids.filter((id) => held.has(id));
  return there.length > 0 ? ids.filter((id) => !held.has(id)) : ids.slice(1);
}

function countsOf(images: readonly Planned[]): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { split, labels } of images) {
    counts[split] ??= {};
    for (const label of labels.length > 0 ? labels : ["images"]) counts[split][label] = (counts[split][label] ?? 0) + 1;
  }
  return counts;
}

async function greyOf(bytes: Uint8Array<ArrayBuffer>) {
  const { width, height, data, channels } = await nodeCodecs.decode(bytes, { what: "A mask" });
  return {
    width,
    height,
    channels: 1 as const,
    data: Uint8Array.from({ length: width * height }, (_, at) => data[at * channels]!),
  };
}
