/** From files to pixels and labels, the same on every platform; what a platform adds is given by its codecs. */
import type { Bytes } from "@isic/cache";
import type { LabelImage, Raster } from "@isic/core-wasm";
import { isIsicError, UndecodableImageError, UnreadableFormatError } from "../errors.ts";
import { checkOptions } from "../session/options.ts";
import { checkPhoto, type PictureFormat } from "./formats.ts";
import { JpegError, JpegKindError, jpegModule } from "./jpeg/header.ts";
import { type DecodeOptions, MAX_PIXELS, type ReadLabelsOptions } from "./types.ts";

/** What differs between platforms: who unpacks PNG, and who reads the formats that only some platforms do. */
export interface Readers {
  readPng(
    bytes: Bytes,
    options: { readonly channels: 3; readonly maxPixels: number; readonly signal?: AbortSignal },
  ): Promise<Raster>;
  readSuperpixelPng(
    bytes: Bytes,
    options: { readonly labels?: "grey"; readonly maxPixels: number; readonly signal?: AbortSignal },
  ): Promise<LabelImage>;
  /** Formats that are not built in. */
  readOther(bytes: Bytes, what: string, format: PictureFormat, maxPixels: number): Promise<Raster>;
}

const DECODING: readonly string[] = ["what", "maxPixels", "signal"];

/**
 * A photo's pixels as RGB.
 *
 * @throws UndecodableImageError with the true reason, whatever went wrong
 */
export async function decodePhoto(bytes: Bytes, options: DecodeOptions, readers: Readers): Promise<Raster> {
  checkOptions("decode", options, DECODING);
  const { what = "The picture", maxPixels = MAX_PIXELS, signal } = options;
  signal?.throwIfAborted();
  const format = checkPhoto(bytes, what);
  return refusing(what, format, signal, async () => {
    if (format.name === "jpeg") return (await jpegModule(import("./jpeg/decode.ts"))).decodeJpeg(bytes, maxPixels);
    if (format.name === "png") return readers.readPng(bytes, { channels: 3, maxPixels, ...(signal && { signal }) });
    return readers.readOther(bytes, what, format, maxPixels);
  });
}

/**
 * The labels of a superpixel PNG.
 *
 * @throws UndecodableImageError with the true reason, whatever went wrong
 */
export async function decodeLabels(bytes: Bytes, options: ReadLabelsOptions, readers: Readers): Promise<LabelImage> {
  checkOptions("readSuperpixels", options, [...DECODING, "labels"]);
  const { what = "The superpixels", maxPixels = MAX_PIXELS, labels, signal } = options;
  signal?.throwIfAborted();
  const format = checkPhoto(bytes, what);
  if (format.name !== "png") throw new UndecodableImageError(what, `it is ${format.title}; superpixels are PNG files.`);
  const given = { maxPixels, ...(labels && { labels }), ...(signal && { signal }) };
  return refusing(what, format, signal, () => readers.readSuperpixelPng(bytes, given));
}

/** Errors of decoders as ours: they say what was read, and keep the cause. */
async function refusing<T>(
  what: string,
  format: PictureFormat,
  signal: AbortSignal | undefined,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    signal?.throwIfAborted();
    if (isIsicError(cause, "UndecodableImageError", "ModuleLoadError")) throw cause;
    if (cause instanceof JpegKindError) throw new UnreadableFormatError(what, `${cause.message}.`);
    // Sentences of the JPEG decoders go on where ours begins; those of @isic/core-wasm are whole.
    const reason = cause instanceof JpegError ? `${cause.message}.` : isIsicError(cause) ? cause.message : undefined;
    throw new UndecodableImageError(what, reason ?? `it is ${format.title} with broken data.`, { cause });
  }
}
