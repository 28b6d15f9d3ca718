import type { Bytes } from "@isic/cache";
import type { LabelImage, Raster } from "@isic/core-wasm";
import type { SlicOptions, SlicProgress } from "@isic/core-wasm/slic";

export interface DecodeOptions {
  /** Named in the error when the bytes are no picture: "The photo of ISIC_0000000". */
  readonly what?: string | undefined;
  /** A picture of more pixels is refused by what its header says, before anything is allocated. @default 100_000_000 */
  readonly maxPixels?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ReadLabelsOptions extends DecodeOptions {
  /** `"grey"`: the grey values of the file are labels. Unless told, those of 16 bits are, and 8-bit grey is refused. */
  readonly labels?: "grey" | undefined;
}

export interface ComputeSuperpixelsOptions extends SlicOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SlicProgress) => void;
  /** Hears once that there are no workers, and why. @default console.warn */
  readonly onWarning?: (message: string) => void;
}

/**
 * Pictures to pixels and back on one platform. `isic/node` and `isic/browser` bring theirs; give your own to
 * `new IsicApi` for any other place.
 *
 * Pixels are in stored order (the EXIF orientation is never applied), colours are never converted (profiles are left
 * alone), alpha is dropped and never multiplied in, 8 bits per channel (of 16 the high byte). The bytes are those of
 * Pillow's `Image.open(file).convert("RGB")`, and the same on every platform.
 */
export interface Codecs {
  /** A whole JPEG or PNG (in Node with `sharp` also TIFF) to RGB. Throws `UndecodableImageError`. */
  decode(bytes: Bytes, options?: DecodeOptions): Promise<Raster>;
  /** Grey, RGB or RGBA to PNG. */
  encodePng(raster: Raster): Promise<Bytes>;
  /** Grey or RGB to JPEG; `quality` from 1 to 100. An alpha channel is dropped. */
  encodeJpeg(raster: Raster, quality: number): Promise<Bytes>;
  /** A superpixel PNG to labels, exactly; see `readSuperpixelPng` of @isic/core-wasm. Throws `UndecodableImageError`. */
  readSuperpixels(bytes: Bytes, options?: ReadLabelsOptions): Promise<LabelImage>;
  /** Labels to the archive's superpixel PNG. */
  writeSuperpixels(labels: LabelImage): Promise<Bytes>;
  /** The archive's superpixels of a photo, in workers: all processors for a large one, several photos side by side. */
  computeSuperpixels(raster: Raster, options?: ComputeSuperpixelsOptions): Promise<LabelImage>;
}

/** Pixels are counted before they are made room for: 100 million of them take 300 MB as RGB. */
export const MAX_PIXELS = 100_000_000;
