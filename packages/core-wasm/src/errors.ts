/** Marks an error as one of this family, across packages and duplicate installs; not enumerable, so that it is not printed. */
function mark(error: Error): void {
  Object.defineProperty(error, Symbol.for("isic.error"), { value: true });
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
  | "unsupported"
  | "not-labels";

/** Where in the file, and what caused it. */
export interface PngErrorPlace extends ErrorOptions {
  /** The byte offset in the file of the chunk (or byte) that is wrong. */
  readonly offset?: number;
}

/**
 * The bytes are not a PNG file, or a broken one. `problem` says what is wrong, `offset` where.
 * Fetch the file again, or leave it out; nothing was decoded.
 */
export class PngError extends Error {
  readonly tag: "PngError" | "UnsupportedPngError" | "NotALabelMapError" = "PngError";
  readonly problem: PngProblem;
  readonly offset: number | undefined;

  constructor(problem: PngProblem, message: string, { offset, ...options }: PngErrorPlace = {}) {
    super(message, options);
    mark(this);
    this.problem = problem;
    this.offset = offset;
  }

  override get name(): string {
    return this.tag;
  }
}

/**
 * A sound PNG file of a kind this small reader does not read: palette or interlaced.
 * A complete decoder (pngjs, say) gives RGB bytes, and {@link decodeRgb} goes on from there.
 */
export class UnsupportedPngError extends PngError {
  override readonly tag = "UnsupportedPngError";

  constructor(message: string) {
    super("unsupported", message);
  }
}

/** A PNG file whose pixels have no meaning as labels: grey, or 16 bits a channel. No other decoder can help. */
export class NotALabelMapError extends PngError {
  override readonly tag = "NotALabelMapError";
  readonly colorType: number;
  readonly bitDepth: number;

  constructor(colorType: number, bitDepth: number) {
    const kind = bitDepth === 16 ? "16 bits a channel" : "grey pixels";
    super("not-labels", `A superpixel map is an 8-bit RGB or RGBA file, this one has ${kind}: ask for another file.`);
    this.colorType = colorType;
    this.bitDepth = bitDepth;
  }
}

/**
 * The labels of an image are far larger than the image has pixels, so that a table of all labels would be mostly empty.
 * That is rarely a superpixel map (scaled, or a photo); if it is, build the map with `{ sparse: "compact" }`.
 */
export class SparseLabelsError extends Error {
  readonly tag = "SparseLabelsError";
  /** The largest label + 1. */
  readonly count: number;
  readonly pixels: number;

  constructor(count: number, pixels: number) {
    super(
      `The largest label is ${count - 1} in an image of only ${pixels} pixels: ` +
        `not a superpixel map, or one to be built with { sparse: "compact" }.`,
    );
    mark(this);
    this.count = count;
    this.pixels = pixels;
  }

  override get name(): string {
    return this.tag;
  }
}
