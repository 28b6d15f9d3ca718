import { PngError } from "../errors.ts";
import type { BuildMapOptions } from "../map/build.ts";
import type { LabelImage, SuperpixelMap } from "../types.ts";

/** Takes the inflated bytes of a file piece by piece, and makes labels and a map of them. */
export interface Rows {
  /** The next piece, of any size. @throws PngError for more bytes than rows, or a row with an unknown filter */
  push(bytes: Uint8Array): void;
  /** After the last piece. @throws PngError when rows are missing */
  labels(): LabelImage;
  /** After {@link labels}. @throws SparseLabelsError */
  map(labels: LabelImage, options: BuildMapOptions): SuperpixelMap;
  /** After the last call, also after an error. */
  close(): void;
}

export type OpenRows = (width: number, height: number, channels: 3 | 4) => Rows;

export function tooManyBytes(): PngError {
  return new PngError("pixels", "The PNG file has more pixel data than its header says.");
}

export function tooFewBytes(rows: number, height: number): PngError {
  return new PngError("pixels", `The pixel data of the PNG file end after ${rows} of ${height} rows.`);
}

export function unknownFilter(row: number): PngError {
  return new PngError(
    "pixels",
    `Row ${row} of the PNG file has a filter that does not exist: its pixel data are damaged.`,
  );
}

/** What a zlib stream that cannot be inflated means. */
export function damaged(cause: unknown): PngError {
  return new PngError("pixels", "The pixel data of the PNG file cannot be inflated: they are damaged or cut off.", {
    cause,
  });
}
