/** One image of a study as a figure: heat map, legend, photo and exemplar, as the Python client arranges them. */
import type { Raster } from "@isic/core-wasm";
import { shrink } from "../../download/shrink.ts";
import type { Image } from "../../image/image.ts";
import type { CallOptions } from "../../session/calls.ts";
import type { AnnotationFilter } from "../filter.ts";
import { HEAT_MAP_OPTIONS, type HeatMapOptions, type StudyHeatMap } from "../heat-map.ts";
import { textWidth } from "./draw-figure.ts";
import { checkFontSize, checkPixels, type FigureItem, legibleText, type Page } from "./figure.ts";
import { LEGIBLE, type LegendOptions, legendOf } from "./legend.ts";

export interface MontageOptions extends HeatMapOptions, Pick<LegendOptions, "legend" | "fontSize">, CallOptions {
  /**
   * The feature to show by itself; `false` for none. @default what `study.metaData.exemplar` has for the image's name
   */
  readonly exemplar?: AnnotationFilter["features"] | false;
  /** Pixels of a panel's longer side at most; smaller photos stay as they are. @default 1024 */
  readonly longerSide?: number;
  /** The image's name above, and what each panel shows below it. @default true */
  readonly captions?: boolean;
}

export const MONTAGE_OPTIONS: readonly (keyof MontageOptions)[] = [
  ...HEAT_MAP_OPTIONS,
  "legend",
  "fontSize",
  "exemplar",
  "longerSide",
  "captions",
  "signal",
];

/** What a montage shows. */
export interface MontageParts {
  readonly image: Image;
  readonly photo: Raster;
  readonly heatMap: StudyHeatMap;
  /** The heat map painted into the photo. */
  readonly painted: Raster;
  readonly exemplar: { readonly feature: string; readonly painted: Raster } | undefined;
}

/**
 * Lays out a montage: two panels wide, two high. Where a photo is too small for words that can be read, the page grows and
 * the pictures stay as they are.
 */
export function montagePage({ image, photo, heatMap, painted, exemplar }: MontageParts, options: MontageOptions): Page {
  const { longerSide = 1024, captions = true, legend: kind, fontSize, colorOf, mixColors } = options;
  checkPixels({ "longer side": longerSide });
  checkFontSize(fontSize);
  const small = shrink(photo, longerSide);
  const { width, height } = small;
  const longest = Math.max(width, height);
  const size = fontSize ?? Math.max(LEGIBLE, Math.round(longest / 32));
  const least = Math.min(size, LEGIBLE);
  const gap = Math.max(4, Math.round(longest / 64));
  const count = heatMap.readers.length;
  const readers = `${count} ${count === 1 ? "reader" : "readers"}`;
  const name = legibleText(image.name);
  const words = {
    heatMap: `Heat map of ${readers}`,
    photo: "Photo",
    exemplar: exemplar === undefined ? "" : `Exemplar: ${legibleText(exemplar.feature)}`,
  };
  const legend = legendOf(heatMap, { legend: kind, colorOf, mixColors });
  const taken = legend.sizeAt(least, small);
  const wordsWidth = (...texts: string[]): number =>
    captions ? Math.max(...texts.map((text) => Math.ceil(widthOf(text, least)))) : 0;
  const leftWidth = Math.max(width, wordsWidth(words.heatMap, words.photo));
  const rightWidth = Math.max(width, taken.width, wordsWidth(words.exemplar, name) - leftWidth);
  const upperHeight = Math.max(height, taken.height);
  const caption = captions ? Math.round(1.9 * size) : 0;
  const title = captions ? Math.round(2.2 * size) : 0;
  const [left, right] = [gap, 2 * gap + leftWidth];
  const [upper, lower] = [gap + title, 2 * gap + title + upperHeight + caption];
  const items: FigureItem[] = [];
  const panel = (x: number, y: number, room: number, raster: Raster, about: string): void => {
    items.push({ kind: "picture", x, y, raster, about });
    if (captions)
      items.push({ kind: "text", x, y: y + height + 1.3 * size, text: about, size: within(about, size, room) });
  };
  if (captions)
    items.push({
      kind: "text",
      x: left,
      y: gap + 1.1 * size,
      text: name,
      size: within(name, 1.25 * size, right + rightWidth - left),
      bold: true,
    });
  panel(left, upper, leftWidth, shrink(painted, longerSide), words.heatMap);
  panel(left, lower, leftWidth, small, words.photo);
  if (exemplar !== undefined) panel(right, lower, rightWidth, shrink(exemplar.painted, longerSide), words.exemplar);
  items.push(...legend.items({ x: right, y: upper, width: rightWidth, height: upperHeight }, size));
  return {
    width: right + rightWidth + gap,
    height: lower + height + caption + gap,
    items,
    title: `${name}: heat map of ${readers}`,
  };
}

/** With a pixel for the lines' thickness. */
const widthOf = (text: string, size: number): number => (textWidth(text, 1) + 0.2) * size + 1;

/** The size of the font, or what makes the text fit. */
function within(text: string, size: number, width: number): number {
  return Math.min(size, (width - 1) / (textWidth(text, 1) + 0.2));
}
