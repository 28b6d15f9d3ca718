/** What all errors of this package have in common; the mark is how `isIsicError` of `isic` knows them across duplicate installs. */
export abstract class CoreError extends Error {
  /** The name of the class, also after minification. */
  abstract readonly tag: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Not enumerable, so that it is not printed.
    Object.defineProperty(this, Symbol.for("isic.error"), { value: true });
  }

  override get name(): string {
    return this.tag;
  }
}

/** What is wrong with a PNG file. */
export type PngProblem =
  | "not-png"
  | "truncated"
  | "checksum"
  | "header"
  | "structure"
  | "no-pixels"
  | "pixels"
  | "too-large"
  | "not-labels";

/** Where in the file, and what caused it. */
export interface PngErrorPlace extends ErrorOptions {
  /** The byte offset in the file of the chunk (or byte) that is wrong. */
  readonly offset?: number;
}

/**
 * The bytes are not a PNG file, or a broken one, or one beyond the limit. `problem` says what is wrong, `offset` where.
 * Nothing was decoded: get the file again, leave it out, or raise `maxPixels`.
 */
export class PngError extends CoreError {
  readonly tag: "PngError" | "NotALabelMapError" = "PngError";
  readonly problem: PngProblem;
  readonly offset: number | undefined;

  constructor(problem: PngProblem, message: string, { offset, ...options }: PngErrorPlace = {}) {
    super(message, options);
    this.problem = problem;
    this.offset = offset;
  }
}

/** A sound PNG file of a kind that label maps do not have, or have only when the caller says so (`labels: "grey"`). */
export class NotALabelMapError extends PngError {
  override readonly tag = "NotALabelMapError";
  /** As in the file's header: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA. */
  readonly colorType: number;
  /** Bits per sample. */
  readonly bitDepth: number;

  constructor(message: string, colorType: number, bitDepth: number) {
    super("not-labels", message);
    this.colorType = colorType;
    this.bitDepth = bitDepth;
  }
}

/**
 * The labels of an image are far larger than the image has pixels, so that a table of all labels would be mostly empty.
 * That is rarely a superpixel map (scaled, or a photo); if it is, build the map with `{ sparse: "compact" }`.
 */
export class SparseLabelsError extends CoreError {
  readonly tag = "SparseLabelsError";
  /** The largest label + 1. */
  readonly count: number;
  readonly pixels: number;

  constructor(count: number, pixels: number) {
    super(
      `The largest label is ${count - 1} in an image of only ${pixels} pixels: ` +
        `not a superpixel map, or one to be built with { sparse: "compact" }.`,
    );
    this.count = count;
    this.pixels = pixels;
  }
}

/**
 * An array with a value per superpixel has another length than there are superpixels, so it was made for other labels.
 * Use it with the label image it belongs to.
 */
export class LabelCountError extends CoreError {
  readonly tag = "LabelCountError";
  /** How many superpixels there are. */
  readonly expected: number;
  /** How many values the array has. */
  readonly got: number;

  /** @param what names the array, `"values"` */
  constructor(what: string, expected: number, got: number) {
    super(
      `${what} has a value for ${got} superpixels, but there are ${expected}: ` +
        "it belongs to other labels than these (or is no list of values).",
    );
    this.expected = expected;
    this.got = got;
  }
}
