import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { nodeCodecs } from "../../codecs/node.ts";
import { DatasetError } from "../../errors.ts";
import { pool } from "../../session/pool.ts";
import { type ComparedPicture, type DuplicateGroup, findDuplicates } from "./find-duplicates.ts";
import { DEFAULT_BITS, fingerprintOf } from "./perceptual-hash.ts";

/** How to look for duplicates in a folder. */
export interface FolderDuplicatesOptions {
  /** Of 64 bits of the perceptual hash, so many may differ; from 0 to 16. @default 4 */
  readonly bits?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

export interface FolderDuplicates {
  readonly pictures: number;
  readonly bits: number;
  /** Of files relative to the folder, with `/`. */
  readonly groups: readonly DuplicateGroup[];
  /** Files that are no pictures, or of a format that is not read here. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

const PICTURE = /\.(jpe?g|png|tiff?)$/i;
/** Labels and masks look alike without showing the same. */
const NO_PHOTO = /_(superpixels|segmentation)\.png$/i;
const NO_PHOTOS = new Set(["masks", "superpixels"]);

/**
 * Pictures of a folder, and of all folders in it, that show the same. Superpixels, masks, and what lies in folders whose
 * names begin with a point are left out; links are not followed.
 *
 * @throws DatasetError when the folder has no pictures; RangeError for bits out of range
 */
export async function duplicatesIn(folder: string, options: FolderDuplicatesOptions = {}): Promise<FolderDuplicates> {
  const { bits = DEFAULT_BITS, signal, onProgress } = options;
  findDuplicates([], bits);
  const files = await picturesIn(folder);
  if (files.length === 0) throw new DatasetError(`${folder} has no pictures (.jpg, .png, .tif) in it.`);
  const pictures: ComparedPicture[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  let done = 0;
  await pool(files, 2, async (file) => {
    signal?.throwIfAborted();
    try {
      const bytes = new Uint8Array(await readFile(join(folder, file)));
      const raster = await nodeCodecs.decode(bytes, { what: file, signal });
      pictures.push({
        id: file,
        sha256: createHash("sha256").update(bytes).digest("hex"),
        fingerprint: fingerprintOf(raster),
      });
    } catch (error) {
      signal?.throwIfAborted();
      unreadable.push({ file, reason: error instanceof Error ? error.message : String(error) });
    }
    onProgress?.({ done: ++done, total: files.length });
  });
  const byName = (a: { readonly file: string }, b: { readonly file: string }): number => (a.file < b.file ? -1 : 1);
  return {
    pictures: pictures.length,
    bits,
    groups: findDuplicates(pictures, bits),
    unreadable: unreadable.sort(byName),
  };
}

async function picturesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && PICTURE.test(entry.name) && !NO_PHOTO.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"));
  const isMeant = (file: string): boolean => {
    const folders = file.split("/").slice(0, -1);
    return !folders.some((each) => each.startsWith(".") || NO_PHOTOS.has(each.toLowerCase()));
  };
  return files.filter(isMeant).sort();
}
