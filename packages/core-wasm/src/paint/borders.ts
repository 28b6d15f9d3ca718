import { checkOptions, checkSameSize, labelTotal, rasterTotal } from "../check.ts";
import type { Color, LabelImage, Raster } from "../types.ts";
import { dilate } from "./mask.ts";
import { checkColor } from "./superpixels.ts";

/** How the lines between superpixels look. */
export interface OutlineStyle {
  readonly color: Color;
  /** In pixels, 1 unless told. */
  readonly width?: number;
}

/**
 * Draws the lines between superpixels into a picture, in place. Lines of odd width lie right and below of the border's
 * left and upper pixel, lines of even width on both sides of it.
 *
 * @throws RangeError when the sizes differ or the width is no integer from 1 on, or for a colour out of range; TypeError
 * for what is no colour
 * @example
 * ```ts
 * import { decodeRgb, drawOutlines } from "@isic/core-wasm";
 *
 * const picture = { width: 2, height: 1, channels: 3 as const, data: new Uint8Array(6) };
 * drawOutlines(picture, decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0]), 2, 1), { color: [255, 255, 0] });
 * picture.data; // Uint8Array [255, 255, 0, 0, 0, 0]
 * ```
 */
export function drawOutlines(raster: Raster, labels: LabelImage, style: OutlineStyle): void {
  rasterTotal(raster);
  labelTotal(labels);
  checkSameSize(raster, labels);
  const { color, width: lineWidth = 1 } = style;
  checkColor(color);
  checkOptions(style, ["color", "width"]);
  if (!Number.isInteger(lineWidth) || lineWidth < 1) {
    throw new RangeError(`expected a line width from 1 on, got ${lineWidth}`);
  }
  let line = borderPixels(labels, lineWidth % 2 === 0);
  for (let grown = 2 - (lineWidth % 2); grown < lineWidth; grown += 2) line = dilate(line, labels.width);
  const { data, channels } = raster;
  const ink = channels === 1 ? [luminance(color)] : channels === 3 ? color : [...color, 255];
  for (let i = 0; i < line.length; i++) {
    if (line[i] === 0) continue;
    for (let channel = 0; channel < channels; channel++) data[i * channels + channel] = ink[channel]!;
  }
}

/** Luma of ITU-R BT.601, as Pillow's `convert("L")`. */
function luminance([red, green, blue]: Color): number {
  return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
}

/** 1 where the pixel to the right or below has another label; with `bothSides`, there too. */
function borderPixels({ width, data }: LabelImage, bothSides: boolean): Uint8Array {
  const line = new Uint8Array(data.length);
  for (let i = 0, x = 0; i < data.length; i++) {
    const own = data[i];
    if (x + 1 < width && data[i + 1] !== own) {
      line[i] = 1;
      if (bothSides) line[i + 1] = 1;
    }
    if (i + width < data.length && data[i + width] !== own) {
      line[i] = 1;
      if (bothSides) line[i + width] = 1;
    }
    if (++x === width) x = 0;
  }
  return line;
}
