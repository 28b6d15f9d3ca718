import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";
import { ArgumentError } from "../errors.ts";
import { checkOptions } from "../session/options.ts";
import type { Codecs } from "./types.ts";

/** What pictures are written as. */
export type ImageFormat = "png" | "jpeg";

const FORMATS: Readonly<Record<string, ImageFormat>> = { png: "png", jpg: "jpeg", jpeg: "jpeg" };

/** The format that a file name asks for. Throws an `ArgumentError` for one that is not written here. */
export function imageFormatOf(name: string): ImageFormat {
  // Raster and name are easily swapped, and a raster's JSON is millions of numbers.
  if (typeof name !== "string")
    throw new ArgumentError(`expected a file name, got ${name === null ? "null" : typeof name}`);
  const extension = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const format = Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
  if (format === undefined)
    throw new ArgumentError(`expected a file name that ends in .png, .jpg or .jpeg, got ${JSON.stringify(name)}`);
  return format;
}

export interface EncodeImageOptions {
  readonly codecs: Codecs;
  /** Of JPEG, from 1 to 100. @default 90 */
  readonly quality?: number | undefined;
}

/** A picture as the bytes of a file. Throws an `ArgumentError` for what is no picture, and for other formats. */
export async function encodeImage(raster: Raster, format: ImageFormat, options: EncodeImageOptions): Promise<Bytes> {
  checkOptions("encodeImage", options, ["codecs", "quality"]);
  const { codecs, quality = 90 } = options;
  checkRaster(raster);
  if (format !== "png" && format !== "jpeg")
    throw new ArgumentError(`expected the format "png" or "jpeg", got ${JSON.stringify(format)}`);
  if (!(quality >= 1 && quality <= 100)) throw new RangeError(`expected a quality from 1 to 100, got ${quality}`);
  return format === "png" ? codecs.encodePng(raster) : codecs.encodeJpeg(raster, quality);
}

function checkRaster(raster: Raster): void {
  const { width, height, channels, data } = Object(raster) as Raster;
  if (!ArrayBuffer.isView(data) || ![1, 3, 4].includes(channels)) {
    const got = Object(raster).record === undefined ? typeof raster : "an object that has them as `data` or `mask`";
    throw new ArgumentError(`expected pixels ({ width, height, channels: 1, 3 or 4, data: bytes }), got ${got}`);
  }
  const bytes = width * height * channels;
  if (bytes > 0 && data.length === bytes) return;
  throw new ArgumentError(`expected ${width} x ${height} pixels of ${channels} bytes (${bytes}), got ${data.length}`);
}
