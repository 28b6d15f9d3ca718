import { createHash } from "node:crypto";
import { foldedName } from "@isic/cache-fs/files";
import type { IndexedEntry } from "./manifest-file.ts";
import type { Part } from "./types.ts";

/** What follows an image's stem in the names of its parts; the archive's own words. */
export const SUFFIX: Readonly<Record<Part, string>> = {
  image: "",
  thumbnail: "_thumbnail",
  superpixels: "_superpixels",
  mask: "_segmentation",
};

/** Which image has which file name (without extension): two never share one, on file systems without case either. */
export class StemOwners {
  readonly #owners = new Map<string, string>();
  readonly #stems = new Map<string, string>();

  /** A file of an earlier run keeps its name. */
  note(mark: IndexedEntry): void {
    if (mark.file === undefined) return;
    const stem = stemOf(mark.file, mark.part);
    this.#owners.set(foldedName(stem), mark.id);
    this.#stems.set(mark.id, stem);
  }

  /** Has it another name from an earlier run than is wished now? */
  keepsOther(id: string, wished: string): boolean {
    const earlier = this.#stems.get(id);
    return earlier !== undefined && earlier !== wished && earlier !== withHash(wished, id);
  }

  /** The name for this image: the one it had, the wished one, or that with a part of the id's hash when it is taken. */
  claim(id: string, wished: string): string {
    const earlier = this.#stems.get(id);
    if (earlier !== undefined) return earlier;
    const key = foldedName(wished);
    const owner = this.#owners.get(key);
    const stem = owner === undefined || owner === id ? wished : withHash(wished, id);
    this.#owners.set(foldedName(stem), id);
    return stem;
  }
}

/** A file's name without its extension and what its part adds: what all files of one image share. */
export function stemOf(file: string, part: Part): string {
  const stem = file.replace(/\.[^./]+$/, "");
  return stem.endsWith(SUFFIX[part]) ? stem.slice(0, stem.length - SUFFIX[part].length) : stem;
}

const withHash = (wished: string, id: string): string => `${wished}~${shortHash(id)}`;
const shortHash = (id: string): string => createHash("sha256").update(id).digest("hex").slice(0, 8);
