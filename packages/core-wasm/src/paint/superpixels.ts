import { checkLength, checkOptions, checkSameSize, checkSuperpixel, rasterTotal } from "../check.ts";
import { LabelCountError } from "../errors.ts";
import { geometryKernels } from "../kernels/modules.ts";
import type { Brush, OpenPainter, Painter } from "../kernels/paint-js.ts";
import { wasmPainter } from "../kernels/paint-wasm.ts";
import type { Color, Raster, SuperpixelMap } from "../types.ts";

/** How superpixels are painted. */
export interface Paint {
  /** One colour for all; or an entry per superpixel, each a colour or up to six colours, which become diagonal stripes. */
  readonly color: Color | readonly (Color | readonly Color[])[];
  /** From 0 (nothing) to 1 (opaque, the default): one for all; or an entry per superpixel, each a number or one per stripe. */
  readonly alpha?: number | readonly (number | readonly number[])[];
  /** A factor of alpha from 0 to 1 for each of the superpixels that are painted: the strength of a marking, say. */
  readonly values?: ArrayLike<number>;
  /** Where to accumulate how much of each pixel is covered: `1 - (1 - old) (1 - alpha)`. */
  readonly alphaMap?: Float64Array | Float32Array;
}

const openPainter: OpenPainter = /* @__PURE__ */ wasmPainter(geometryKernels);

/**
 * Paints superpixels into a picture, in place: every channel becomes `a * color + (1 - a) * old`, rounded half to even,
 * with `a = alpha * value`. An alpha channel becomes as opaque as the paint makes it.
 *
 * @param superpixels rows of the map
 * @throws TypeError for a grey picture or what is no colour; RangeError for sizes, superpixels, colours or alphas out of
 * range; {@link LabelCountError} when `values` are not one for each of the superpixels
 * @example
 * ```ts
 * import { buildMap, decodeRgb, paintSuperpixels } from "@isic/core-wasm";
 *
 * const map = buildMap(decodeRgb(new Uint8Array([0, 0, 0, 1, 0, 0]), 2, 1));
 * const picture = { width: 2, height: 1, channels: 3 as const, data: new Uint8Array(6).fill(100) };
 * paintSuperpixels(picture, map, [1], { color: [255, 0, 0], alpha: 0.5 });
 * picture.data; // Uint8Array [100, 100, 100, 178, 50, 50]
 * ```
 */
export function paintSuperpixels(
  raster: Raster,
  map: SuperpixelMap,
  superpixels: ArrayLike<number>,
  paint: Paint,
): void {
  paintSuperpixelsWith(openPainter, raster, map, superpixels, paint);
}

export function paintSuperpixelsWith(
  open: OpenPainter,
  raster: Raster,
  map: SuperpixelMap,
  superpixels: ArrayLike<number>,
  paint: Paint,
): void {
  rasterTotal(raster);
  checkSameSize(raster, map);
  if (raster.channels === 1) throw new TypeError("expected a raster of 3 or 4 channels, got 1");
  if (typeof superpixels?.length !== "number") throw wrong("a list of superpixels", superpixels);
  if (superpixels.length > 0) colorsOf(paint?.color, 0, superpixels.length);
  checkOptions(paint, ["alpha", "alphaMap", "color", "values"]);
  if (paint.alphaMap !== undefined) checkLength("paint.alphaMap", paint.alphaMap.length, raster.width * raster.height);
  if (paint.values !== undefined && paint.values.length !== superpixels.length) {
    throw new LabelCountError("paint.values", superpixels.length, paint.values.length);
  }
  let painted = 0;
  for (let i = 0; i < superpixels.length; i++) {
    checkSuperpixel(map, superpixels[i]!);
    painted += map.offsets[superpixels[i]! + 1]! - map.offsets[superpixels[i]!]!;
  }
  const painter = open(raster, map, painted);
  try {
    paintAll(painter, raster.channels, map, superpixels, paint);
  } finally {
    painter.end();
  }
}

function paintAll(
  painter: Painter,
  channels: Raster["channels"],
  map: SuperpixelMap,
  superpixels: ArrayLike<number>,
  paint: Paint,
): void {
  const stripe = stripeWidth(map);
  for (let i = 0; i < superpixels.length; i++) {
    const superpixel = superpixels[i]!;
    const brushes = brushesOf(paint, i, superpixels.length);
    if (brushes.length === 1) painter.paint(superpixel, brushes[0]!);
    else paintStripes(painter.data, channels, map, superpixel, brushes, stripe);
    if (paint.alphaMap !== undefined) coverWith(paint.alphaMap, map, superpixel, brushes, stripe);
  }
}

function brushesOf(paint: Paint, i: number, length: number): readonly Brush[] {
  const colors = colorsOf(paint.color, i, length);
  const alphas = alphasOf(paint.alpha ?? 1, i, length, colors.length);
  const value = paint.values?.[i] ?? 1;
  return colors.map((color, k) => {
    const alpha = (typeof alphas === "number" ? alphas : alphas[k]!) * value;
    if (!(alpha >= 0 && alpha <= 1)) throw new RangeError(`expected alpha times value from 0 to 1, got ${alpha}`);
    return { color, alpha };
  });
}

const MOST_STRIPES = 6;
const COLOR = "a colour ([red, green, blue], each from 0 to 255)";

function colorsOf(color: Paint["color"], i: number, length: number): readonly Color[] {
  if (isColor(color)) return [color];
  if (!Array.isArray(color) || color.length !== length) throw wrong(`${COLOR}, or ${length} of them`, color);
  const entry: unknown = color[i];
  const colors = isColor(entry) ? [entry] : entry;
  if (!Array.isArray(colors) || colors.length < 1 || colors.length > MOST_STRIPES || !colors.every(isColor))
    throw wrong(`${COLOR}, or up to ${MOST_STRIPES}`, entry);
  return colors;
}

export function checkColor(color: unknown): void {
  if (!isColor(color)) throw wrong(COLOR, color);
}

function wrong(expected: string, given: unknown): Error {
  const error = Array.isArray(given) ? RangeError : TypeError;
  return new error(`expected ${expected}, got ${String(JSON.stringify(given)).slice(0, 60)}`);
}

function isColor(value: unknown): value is Color {
  return Array.isArray(value) && value.length === 3 && value.every((part) => part >= 0 && part <= 255);
}

function alphasOf(
  alpha: NonNullable<Paint["alpha"]>,
  i: number,
  length: number,
  stripes: number,
): number | readonly number[] {
  if (typeof alpha === "number") return alpha;
  checkLength("paint.alpha", alpha.length, length);
  const entry = alpha[i]!;
  if (typeof entry !== "number") checkLength(`paint.alpha[${i}]`, entry.length, stripes);
  return entry;
}

/** The Python client's: a sixth of a superpixel's side, roughly, in steps of 6 pixels. */
function stripeWidth({ width, height, count }: SuperpixelMap): number {
  return 6 * Math.max(1, Math.trunc(0.75 + 0.25 * Math.sqrt((width * height) / count)));
}

/** The brush on a pixel: diagonals, by turns. */
function stripeAt(pixel: number, width: number, stripes: number, stripe: number): number {
  const x = pixel % width;
  const y = (pixel - x) / width;
  return Math.trunc(0.5 + ((x + y) * stripes) / stripe) % stripes;
}

function paintStripes(
  data: Uint8Array,
  channels: Raster["channels"],
  map: SuperpixelMap,
  superpixel: number,
  brushes: readonly Brush[],
  stripe: number,
): void {
  // It rounds half to even, as numpy does.
  const out = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  for (let at = map.offsets[superpixel]!; at < map.offsets[superpixel + 1]!; at++) {
    const pixel = map.pixels[at]!;
    const { color, alpha } = brushes[stripeAt(pixel, map.width, brushes.length, stripe)]!;
    const rest = 1 - alpha;
    const to = pixel * channels;
    for (let channel = 0; channel < channels; channel++) {
      out[to + channel] = alpha * (color[channel] ?? 255) + rest * out[to + channel]!;
    }
  }
}

function coverWith(
  alphaMap: Float64Array | Float32Array,
  map: SuperpixelMap,
  superpixel: number,
  brushes: readonly Brush[],
  stripe: number,
): void {
  for (let at = map.offsets[superpixel]!; at < map.offsets[superpixel + 1]!; at++) {
    const pixel = map.pixels[at]!;
    const { alpha } = brushes[brushes.length === 1 ? 0 : stripeAt(pixel, map.width, brushes.length, stripe)]!;
    alphaMap[pixel] = 1 - (1 - alphaMap[pixel]!) * (1 - alpha);
  }
}
