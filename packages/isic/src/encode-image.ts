import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";
import type { Codecs } from "./codecs/types.ts";

/** What pictures are written as. */
export type ImageFormat = "png" | "jpeg";

const FORMATS: Readonly<Record<string, ImageFormat>> = { png: "png", jpg: "jpeg", jpeg: "jpeg" };

/** The format that a file name asks for. Throws a `TypeError` for one that is not written here. */
export function imageFormatOf(name: string): ImageFormat {
  // Raster and name are easily swapped, and a raster's JSON is millions of numbers.
  if (typeof name !== "string")
    throw new TypeError(`expected a file name, got ${name === null ? "null" : typeof name}`);
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
  if (format === undefined)
    throw new TypeError(`expected a file name that ends in .png, .jpg or .jpeg, got ${JSON.stringify(name)}`);
  return format;
}

export interface EncodeImageOptions {
  readonly codecs: Codecs;
  /** Of JPEG, from 1 to 100. @default 90 */
  readonly quality?: number | undefined;
}

/** A picture as the bytes of a file. */
export async function encodeImage(raster: Raster, format: ImageFormat, options: EncodeImageOptions): Promise<Bytes> {
  const { codecs, quality = 90 } = options;
  if (!(quality >= 1 && quality <= 100)) throw new RangeError(`expected a quality from 1 to 100, got ${quality}`);
  return format === "png" ? codecs.encodePng(raster) : codecs.encodeJpeg(raster, quality);
}
