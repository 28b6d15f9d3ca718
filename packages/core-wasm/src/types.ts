/** Bytes that own plain (not shared) memory: what files, responses and caches hold. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** A picture: `height` rows of `width` pixels of `channels` bytes (grey, RGB or RGBA), without padding, in stored order. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Bytes;
}

/** Red, green, blue from 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number];

/** A label per pixel: `data[y * width + x]` is the superpixel of the pixel (x, y). */
export interface LabelImage {
  readonly width: number;
  readonly height: number;
  readonly data: Int32Array<ArrayBuffer>;
  /** The largest label + 1. */
  readonly count: number;
}

/** The pixels of each superpixel, in compressed rows: row `i` is `pixels[offsets[i] .. offsets[i + 1])`. */
export interface SuperpixelMap {
  readonly width: number;
  readonly height: number;
  /** The number of rows. */
  readonly count: number;
  /** `count + 1` offsets into `pixels`, ascending, from 0 to `width * height`. */
  readonly offsets: Uint32Array<ArrayBuffer>;
  /** Every pixel once, as `y * width + x`, ascending within a row. */
  readonly pixels: Uint32Array<ArrayBuffer>;
  /** Only when compacted: the original label of each row. */
  readonly labels?: Int32Array<ArrayBuffer>;
}
