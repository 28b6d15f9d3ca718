import type { Bytes } from "@isic/cache";
import { type LabelImage, type Raster, readSuperpixelPng, writeSuperpixelPng } from "@isic/core-wasm";
import { UndecodableImageError } from "../errors.ts";
import { checkPicture } from "./formats.ts";
import { rgbaOf, rgbOfRgba } from "./pixels.ts";
import type { Codecs, DecodeOptions } from "./types.ts";

/** What the browser brings for pictures, told to leave orientation, colours and alpha alone. */
export const browserCodecs: Codecs = {
  async decode(bytes: Bytes, options: DecodeOptions = {}): Promise<Raster> {
    options.signal?.throwIfAborted();
    const what = options.what ?? "The picture";
    const type = await checkPicture(bytes, what);
    const bitmap = await createImageBitmap(new Blob([bytes], { type: `image/${type}` }), {
      imageOrientation: "none",
      colorSpaceConversion: "none",
      premultiplyAlpha: "none",
    }).catch((cause: unknown) => {
      throw new UndecodableImageError(what, `the browser does not read these ${type.toUpperCase()} data.`, { cause });
    });
    try {
      const context = canvas(bitmap.width, bitmap.height);
      context.drawImage(bitmap, 0, 0);
      const { data, width, height } = context.getImageData(0, 0, bitmap.width, bitmap.height);
      return rgbOfRgba(data, width, height);
    } finally {
      bitmap.close();
    }
  },

  encodePng(raster: Raster): Promise<Bytes> {
    return encode(raster, { type: "image/png" });
  },

  encodeJpeg(raster: Raster, quality: number): Promise<Bytes> {
    return encode(raster, { type: "image/jpeg", quality: quality / 100 });
  },

  async readSuperpixels(bytes: Bytes, options: DecodeOptions = {}): Promise<LabelImage> {
    options.signal?.throwIfAborted();
    return readSuperpixelPng(bytes);
  },

  writeSuperpixels(labels: LabelImage): Promise<Bytes> {
    return writeSuperpixelPng(labels);
  },
};

async function encode(raster: Raster, options: ImageEncodeOptions): Promise<Bytes> {
  const context = canvas(raster.width, raster.height);
  context.putImageData(new ImageData(rgbaOf(raster), raster.width, raster.height), 0, 0);
  const blob = await context.canvas.convertToBlob(options);
  return new Uint8Array(await blob.arrayBuffer());
}

function canvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error(`This browser gives no canvas of ${width} x ${height} pixels.`);
  return context;
}
