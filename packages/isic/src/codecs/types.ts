import type { Bytes } from "@isic/cache";
import type { LabelImage, Raster } from "@isic/core-wasm";

export interface DecodeOptions {
  /** Named in the error when the bytes are no picture. */
  readonly what?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Pictures to pixels and back on one platform. `isic/node` and `isic/browser` bring theirs; give your own to
 * `new IsicApi` for any other place.
 *
 * Pixels are in stored order: the EXIF orientation is never applied, colours are never converted. Superpixels
 * count pixels in that order.
 */
export interface Codecs {
  /** JPEG or PNG (and what else the platform reads) to RGB. Throws `UndecodableImageError`. */
  decode(bytes: Bytes, options?: DecodeOptions): Promise<Raster>;
  /** Grey, RGB or RGBA to PNG. */
  encodePng(raster: Raster): Promise<Bytes>;
  /** Grey or RGB to JPEG; `quality` from 1 to 100. An alpha channel is dropped. */
  encodeJpeg(raster: Raster, quality: number): Promise<Bytes>;
  /** The archive's superpixel PNG to labels, exactly. */
  readSuperpixels(bytes: Bytes, options?: DecodeOptions): Promise<LabelImage>;
  /** Labels to the archive's superpixel PNG. */
  writeSuperpixels(labels: LabelImage): Promise<Bytes>;
}
