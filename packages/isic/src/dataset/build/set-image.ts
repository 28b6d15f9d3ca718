import type { PlannedImage } from "../plan/plan.ts";

/** A file of an image that was made, and where it lies until the layout has its place for it. */
export interface MadeFile {
  /** Relative to the folder of made files. */
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
}

/** What of an image may be in a set. */
export type SetPart = "image" | "mask" | "superpixels";

/** An image of a set, ready to be laid out. */
export interface SetImage extends Omit<PlannedImage, "image"> {
  readonly id: string;
  readonly name: string;
  /** The name of its files: clean, and no other image's. */
  readonly stem: string;
  readonly record: Readonly<Record<string, unknown>>;
  /** By its SPDX name, where it has one. */
  readonly licence: string | undefined;
  readonly attribution: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly made: Readonly<{ image: MadeFile; mask?: MadeFile | undefined; superpixels?: MadeFile | undefined }>;
}

/** A file of a set besides pictures, or one that holds them. */
export interface SetFile {
  /** Relative to the set's folder, with `/`. */
  readonly path: string;
  /** Its content, or what gives it piece by piece. */
  readonly content: string | Uint8Array | (() => AsyncIterable<Uint8Array>);
}

/** Where the files of one image lie, relative to the set's folder. */
export type Places = Readonly<Partial<Record<SetPart, string>>>;
