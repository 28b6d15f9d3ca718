import type { Bytes } from "@isic/cache";
import { decodeRaster, type LabelImage, type Raster } from "@isic/core-wasm";
import { readSuperpixelPng, writeSuperpixelPng } from "@isic/core-wasm/node";
import { isIsicError, UndecodableImageError } from "../errors.ts";
import { checkPicture } from "./formats.ts";
import { decodeJpeg, encodeJpeg } from "./jpeg-node.ts";
import { decodePng, encodePng } from "./png-node.ts";
import { loadSharp, MissingSharpError } from "./sharp.ts";
import type { Codecs, DecodeOptions } from "./types.ts";

/** JPEG by @jsquash/jpeg, or by sharp where it is installed; PNG by pngjs; superpixels by @isic/core-wasm. */
export const nodeCodecs: Codecs = {
  async decode(bytes: Bytes, options: DecodeOptions = {}): Promise<Raster> {
    options.signal?.throwIfAborted();
    const what = options.what ?? "The picture";
    const type = await checkPicture(bytes, what);
    try {
      if (type === "png") return await decodePng(bytes);
      if (type === "jpeg") return await decodeJpeg(bytes);
      return await decodeOther(bytes, type, what);
    } catch (cause) {
      if (cause instanceof UndecodableImageError) throw cause;
      throw new UndecodableImageError(what, `the ${type.toUpperCase()} data are broken or cut short.`, { cause });
    }
  },

  encodePng,
  encodeJpeg,

  async readSuperpixels(bytes: Bytes, options: DecodeOptions = {}): Promise<LabelImage> {
    options.signal?.throwIfAborted();
    try {
      return await readSuperpixelPng(bytes);
    } catch (error) {
      if (!isIsicError(error, "UnsupportedPngError")) throw error;
      return decodeRaster(await decodePng(bytes));
    }
  },

  writeSuperpixels(labels: LabelImage): Promise<Bytes> {
    return writeSuperpixelPng(labels);
  },
};

async function decodeOther(bytes: Bytes, type: string, what: string): Promise<Raster> {
  const sharp = await loadSharp();
  if (sharp === undefined) throw new MissingSharpError(what, type);
  return sharp.decode(bytes);
}
