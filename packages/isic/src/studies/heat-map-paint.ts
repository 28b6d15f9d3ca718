/** The look of a heat map: grey beneath, the lesion's outline, and colours by heat, as the Python client paints them. */
import { type Color, paintSuperpixels, type Raster, type SuperpixelMap } from "@isic/core-wasm";
import { ArgumentError } from "../errors.ts";
import { featureColor } from "../features/color.ts";
import type { Segmentation } from "../image/segmentation.ts";

export interface HeatMapLook {
  /** How far the photo goes towards grey beneath the colours: 0 not at all, 1 completely. @default 0.75 */
  readonly gray?: number | undefined;
  /** The outline of the lesion in black, where `image.loadSegmentation()` has found one. @default true */
  readonly outline?: boolean | undefined;
  /** One colour for superpixels of several features; otherwise stripes, in the order of the names, six at most. @default true */
  readonly mixColors?: boolean | undefined;
  /** @default featureColor */
  readonly colorOf?: ((feature: string) => Color) | undefined;
}

export const LOOK: readonly (keyof HeatMapLook)[] = ["gray", "outline", "mixColors", "colorOf"];

/** A feature of one superpixel, with its heat from 0 to 1. */
export interface Mark {
  readonly feature: string;
  readonly heat: number;
}

/** One colour of a superpixel, from 0 (nothing) to 1 (opaque). */
export interface Layer {
  readonly color: Color;
  readonly alpha: number;
}

/** More stripes cannot be told apart. */
const STRIPES = 6;

/** The colours of one superpixel: one, or a stripe for each feature. */
export function paintLayers(
  marks: readonly Mark[],
  { mixColors = true, colorOf = featureColor }: HeatMapLook,
): Layer[] {
  if (typeof colorOf !== "function")
    throw new ArgumentError(`expected colorOf to be a function of a feature's name, got ${JSON.stringify(colorOf)}`);
  const layers = marks.map(({ feature, heat }) => ({ color: colorOf(feature), alpha: heat }));
  return mixColors && layers.length > 1 ? [mixed(layers)] : layers.slice(0, STRIPES);
}

/** The colours' mean, each as heavy as it is hot, cut to whole numbers; as strong as the features are on average. */
function mixed(layers: readonly Layer[]): Layer {
  const weight = layers.reduce((sum, { alpha }) => sum + alpha, 0);
  const channel = (i: 0 | 1 | 2) =>
    Math.trunc(layers.reduce((sum, { color, alpha }) => sum + color[i] * alpha, 0) / weight);
  return { color: [channel(0), channel(1), channel(2)], alpha: weight / layers.length };
}

/** Paints a heat map into a photo, in place. */
export function paintHeat(
  raster: Raster,
  map: SuperpixelMap,
  segmentation: Segmentation | undefined,
  layers: ReadonlyMap<number, readonly Layer[]>,
  { gray = 0.75, outline = true }: HeatMapLook,
): void {
  if (!(typeof gray === "number" && gray >= 0 && gray <= 1))
    throw new ArgumentError(`expected gray from 0 to 1, got ${gray}`);
  // Colours are checked before the first pixel changes.
  const color = [...layers.values()].map((each) => each.map((layer) => layer.color));
  const alpha = [...layers.values()].map((each) => each.map((layer) => layer.alpha));
  const painted: Raster = { ...raster, data: raster.data.slice() };
  mixWithGray(painted, gray);
  if (outline && segmentation?.mask !== undefined) blacken(painted, segmentation.outline("coords"));
  paintSuperpixels(painted, map, [...layers.keys()], { color, alpha });
  raster.data.set(painted.data);
}

/** The Python client's grey: the mean of the least channel and blue, cut to a whole number. */
function mixWithGray({ data, channels }: Raster, share: number): void {
  if (share === 0 || channels === 1) return;
  const rounded = new Uint8ClampedArray(data.buffer, data.byteOffset, data.length);
  for (let at = 0; at < data.length; at += channels) {
    const blue = data[at + 2]!;
    const gray = (Math.min(data[at]!, data[at + 1]!, blue) + blue) >> 1;
    for (let i = at; i < at + 3; i++) rounded[i] = (1 - share) * data[i]! + share * gray;
  }
}

function blacken({ data, width, channels }: Raster, pixels: Iterable<readonly [y: number, x: number]>): void {
  for (const [y, x] of pixels) data.fill(0, (y * width + x) * channels, (y * width + x) * channels + 3);
}
