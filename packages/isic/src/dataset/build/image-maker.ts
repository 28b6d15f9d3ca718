import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { foldedName, readWhole } from "@isic/cache-fs/files";
import { download } from "../../download/download.ts";
import type { WritingRules } from "../../download/file-writer.ts";
import { isDiskTrouble } from "../../download/retry.ts";
import type { DownloadImage, DownloadSource, ManifestEntry, Part } from "../../download/types.ts";
import { readManifest } from "../../download/verify.ts";
import { DatasetError, isIsicError } from "../../errors.ts";
import { pool } from "../../session/pool.ts";
import { cleanName } from "../layouts/places.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { DatasetLock } from "./lock-file.ts";
import { type MadeImage, MadeImages } from "./made-images.ts";
import { makePicture, settingsOf, sha256Of } from "./make-image.ts";
import type { BuildProgress } from "./progress.ts";

/** What images are made for. */
export interface MakerOptions {
  readonly recipe: Recipe;
  /** The folder in the set's folder where its making is kept. */
  readonly work: string;
  /** The folder that `masks` is relative to. */
  readonly base: string;
  readonly concurrency: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BuildProgress) => void;
}

/** Files made side by side: their decoders and encoders share this thread, so two keep it busy while one is read. */
const AT_ONCE = 2;

/** Brings in the archive's files of images and makes those of the set from them. */
export class ImageMaker {
  readonly made: Map<string, MadeImage> = new Map();
  /** Why the files of some images are of no use, by id. */
  readonly unreadable: Map<string, string> = new Map();
  /** Images made in this run. */
  count = 0;
  readonly #options: MakerOptions;
  readonly #stems = new Map<string, string>();
  readonly #stemOwners = new Map<string, string>();
  readonly #masks: ReadonlyMap<string, string>;

  private constructor(options: MakerOptions, masks: ReadonlyMap<string, string>, locks: readonly DatasetLock[]) {
    this.#options = options;
    this.#masks = masks;
    for (const { id, stem } of locks.flatMap(({ images }) => images)) {
      this.#stems.set(id, stem);
      this.#stemOwners.set(foldedName(stem), id);
    }
  }

  /**
   * @param locks of sets whose files' names are kept
   * @throws DatasetError when the folder of masks has none
   */
  static async open(options: MakerOptions, locks: readonly DatasetLock[]): Promise<ImageMaker> {
    return new ImageMaker(options, await masksIn(options), locks);
  }

  async #maskBytes(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const path = this.#masks.get(name);
    return path === undefined ? undefined : (await readWhole(path, { followLinks: true }))?.value;
  }

  async #settings(name: string): Promise<string> {
    const mask = await this.#maskBytes(name);
    return `${settingsOf(this.#options.recipe)}${mask === undefined ? "" : `-${sha256Of(mask).slice(0, 16)}`}`;
  }

  /** The name of an image's files: no other's, on file systems without case either, and the same as in an earlier build. */
  stemOf({ id, name }: Pick<DownloadImage, "id" | "name">): string {
    const known = this.#stems.get(id);
    if (known !== undefined) return known;
    const wished = cleanName(name);
    const stem = this.#stemOwners.has(foldedName(wished)) ? `${wished}~${sha256Of(id).slice(0, 8)}` : wished;
    this.#stems.set(id, stem);
    this.#stemOwners.set(foldedName(stem), id);
    return stem;
  }

  /**
   * Makes what is not there; pictures that cannot be read are noted.
   *
   * @returns of what failed otherwise, a sentence by the image's name
   */
  async make(
    source: DownloadSource,
    images: readonly DownloadImage[],
    rules: WritingRules,
  ): Promise<ReadonlyMap<string, string>> {
    const store = await MadeImages.open(this.#options.work, rules);
    const needed = await this.#missingIn(store, images);
    return needed.length === 0 ? new Map() : this.#fetchAndMake(source, needed, store);
  }

  /** Which of the images are not there yet. Those that are, and those that cannot be read, are noted; nothing is written. */
  async missing(images: readonly DownloadImage[]): Promise<readonly DownloadImage[]> {
    return this.#missingIn(await MadeImages.open(this.#options.work), images);
  }

  async #missingIn(store: MadeImages, images: readonly DownloadImage[]): Promise<readonly DownloadImage[]> {
    const missing: DownloadImage[] = [];
    for (const image of images) {
      const { id, name } = image;
      this.stemOf(image);
      if (this.made.has(id)) continue;
      const settings = await this.#settings(name);
      const reason = store.whyUnreadable(id, settings);
      const made = reason === undefined ? await store.find(id, settings) : undefined;
      if (reason !== undefined) this.unreadable.set(id, reason);
      else if (made !== undefined) this.made.set(id, made);
      else missing.push(image);
    }
    return missing;
  }

  async #fetchAndMake(
    source: DownloadSource,
    needed: readonly DownloadImage[],
    store: MadeImages,
  ): Promise<ReadonlyMap<string, string>> {
    const { recipe, work, concurrency, signal, onProgress } = this.#options;
    const parts: Part[] = ["image"];
    if (recipe.masks === "archive") parts.push("mask");
    if (recipe.superpixels === true && recipe.image === undefined) parts.push("superpixels");
    const originals = join(work, "originals");
    const { failed } = await download({ ...source, images: () => needed }, originals, {
      parts,
      tables: [],
      total: needed.length,
      ...(concurrency === undefined ? {} : { concurrency }),
      signal,
      onProgress: ({ done, total, bytes }) => onProgress({ stage: "fetch", done, total, bytes }),
    });
    const broken = new Map(failed.map(({ name, error = "it could not be fetched" }) => [name, error]));
    const entries = await entriesOf(originals);
    const lost = new Set(failed.map(({ id }) => id));
    const fetched = needed.filter(({ id }) => !lost.has(id));
    let done = 0;
    await pool(fetched, AT_ONCE, async (image) => {
      signal.throwIfAborted();
      try {
        this.made.set(image.id, await this.#makeOne(image, originals, entries.get(image.id) ?? new Map(), store));
        this.count += 1;
      } catch (error) {
        signal.throwIfAborted();
        if (isDiskTrouble(error) || isIsicError(error, "LockLostError")) throw error;
        const { message } = error as Error;
        if (isIsicError(error, "UndecodableImageError")) {
          store.addUnreadable(image.id, await this.#settings(image.name), message);
          this.unreadable.set(image.id, message);
        } else broken.set(image.name, message);
      }
      onProgress({ stage: "make", done: ++done, total: fetched.length });
    });
    return new Map([...broken].sort());
  }

  async #makeOne(
    image: DownloadImage,
    originals: string,
    entries: ReadonlyMap<Part, ManifestEntry>,
    store: MadeImages,
  ): Promise<MadeImage> {
    const read = async (part: Part): Promise<Uint8Array<ArrayBuffer> | undefined> => {
      const file = entries.get(part)?.file;
      return file === undefined ? undefined : (await readWhole(join(originals, file)))?.value;
    };
    const bytes = await read("image");
    if (bytes === undefined) throw new DatasetError(`${image.name}: the archive has no picture of it.`);
    const mask = this.#options.recipe.masks === "archive" ? await read("mask") : await this.#maskBytes(image.name);
    const files = { name: image.name, image: bytes, mask, superpixels: await read("superpixels") };
    const picture = await makePicture(files, this.#options.recipe, this.#options.signal);
    const source = { sha256: sha256Of(bytes), bytes: bytes.length };
    return store.add(image.id, this.stemOf(image), await this.#settings(image.name), source, picture);
  }
}

async function entriesOf(originals: string): Promise<ReadonlyMap<string, ReadonlyMap<Part, ManifestEntry>>> {
  const entries = new Map<string, Map<Part, ManifestEntry>>();
  for (const entry of await readManifest(originals)) {
    const own = entries.get(entry.id) ?? new Map<Part, ManifestEntry>();
    entries.set(entry.id, own.set(entry.part, entry));
  }
  return entries;
}

/** The masks of the recipe's folder, by the names of their images. */
async function masksIn({ recipe: { masks }, base }: MakerOptions): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  if (masks === undefined || masks === "archive") return found;
  const folder = resolve(base, masks);
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw new DatasetError(
      `masks: ${folder} cannot be read (${cause.code}): name a folder of <name>_segmentation.png, or archive.`,
      { cause },
    );
  });
  for (const name of names.sort()) {
    const stem = /^(.+)_segmentation\.png$/i.exec(name)?.[1];
    if (stem !== undefined) found.set(stem, join(folder, name));
  }
  if (found.size === 0) throw new DatasetError(`masks: ${folder} has no <name>_segmentation.png.`);
  return found;
}
