import { join } from "node:path";
import { openLineFile, readText, readWhole, writeWhole } from "@isic/cache-fs/files";
import type { WritingRules } from "../../download/file-writer.ts";
import { staysInside } from "../../download/manifest.ts";
import type { Fingerprint } from "../duplicates/perceptual-hash.ts";
import { SUFFIXES } from "../layouts/places.ts";
import { type MadePicture, sha256Of } from "./make-image.ts";
import type { MadeFile, SetPart } from "./set-image.ts";

/** An image that was made, and from what. */
export interface MadeImage {
  readonly id: string;
  /** All that decided about its bytes, as a short text. */
  readonly settings: string;
  readonly source: { readonly sha256: string; readonly bytes: number };
  readonly width: number;
  readonly height: number;
  readonly fingerprint: Fingerprint;
  readonly files: Readonly<Partial<Record<SetPart, MadeFile>>>;
}

/** An image whose file is no picture that is read here; that will not change. */
interface UnreadableImage {
  readonly id: string;
  readonly settings: string;
  readonly unreadable: string;
}

/**
 * The pictures of a set that are ready, in a folder of their own, with a journal: one line each, appended when its files
 * are whole. So a build that was stopped goes on, and a set that grows makes only what is new.
 */
export class MadeImages {
  readonly folder: string;
  readonly #journal: string;
  readonly #made = new Map<string, MadeImage>();
  readonly #unreadable = new Map<string, UnreadableImage>();

  readonly #rules: WritingRules;

  private constructor(work: string, rules: WritingRules) {
    this.folder = join(work, "made");
    this.#journal = join(work, "made.jsonl");
    this.#rules = rules;
  }

  static async open(work: string, rules: WritingRules = {}): Promise<MadeImages> {
    const images = new MadeImages(work, rules);
    const text = (await readText(images.#journal)) ?? "";
    for (const line of text.split("\n")) {
      try {
        const entry = JSON.parse(line) as MadeImage | UnreadableImage;
        if (isEntry(entry)) images.#note(entry);
      } catch {
        // The torn end that a killed process leaves.
      }
    }
    return images;
  }

  #note(entry: MadeImage | UnreadableImage): void {
    if ("unreadable" in entry) this.#unreadable.set(entry.id, entry);
    else this.#made.set(entry.id, entry);
  }

  /** Why the archive's file of an image was of no use, if it was. */
  whyUnreadable(id: string, settings: string): string | undefined {
    const entry = this.#unreadable.get(id);
    return entry?.settings === settings ? entry.unreadable : undefined;
  }

  addUnreadable(id: string, settings: string, unreadable: string): void {
    this.#append({ id, settings, unreadable });
  }

  #append(entry: MadeImage | UnreadableImage): void {
    this.#note(entry);
    const journal = openLineFile(this.#journal, this.#rules);
    try {
      journal.append(JSON.stringify(entry));
    } finally {
      journal.close();
    }
  }

  /** The image as it was made with these settings, if its files are still whole. */
  async find(id: string, settings: string): Promise<MadeImage | undefined> {
    const made = this.#made.get(id);
    if (made === undefined || made.settings !== settings) return undefined;
    for (const { file, sha256 } of Object.values(made.files)) {
      const found = await readWhole(join(this.folder, file)).catch(() => undefined);
      if (found === undefined || sha256Of(found.value) !== sha256) return undefined;
    }
    return made;
  }

  async add(
    id: string,
    stem: string,
    settings: string,
    source: MadeImage["source"],
    picture: MadePicture,
  ): Promise<MadeImage> {
    const { width, height, fingerprint } = picture;
    const files: Partial<Record<SetPart, MadeFile>> = {};
    for (const [part, { extension, bytes }] of Object.entries(picture.files) as [
      SetPart,
      { extension: string; bytes: Uint8Array },
    ][]) {
      const file = `${stem}${SUFFIXES[part]}.${extension}`;
      await writeWhole(join(this.folder, file), [bytes], this.#rules);
      files[part] = { file, sha256: sha256Of(bytes), bytes: bytes.length };
    }
    const made: MadeImage = { id, settings, source, width, height, fingerprint, files };
    this.#append(made);
    return made;
  }

  pathOf(file: string): string {
    return join(this.folder, file);
  }
}

/** A line of the journal; the folder may be somebody else's, so its files are files of the store and nothing else. */
function isEntry(entry: MadeImage | UnreadableImage): boolean {
  if (typeof entry?.id !== "string") return false;
  if ("unreadable" in entry) return typeof entry.unreadable === "string";
  if (typeof entry.files !== "object" || entry.files === null) return false;
  return Object.values(entry.files).every(
    (made) => typeof made?.file === "string" && staysInside(made.file) && !made.file.includes("/"),
  );
}
