/** One image of a study as a figure: heat map, legend, photo and exemplar, as the Python client arranges them. */
import type { Raster } from "@isic/core-wasm";
import { shrink } from "../../download/shrink.ts";
import { ArgumentError } from "../../errors.ts";
import type { Image } from "../../image/image.ts";
import type { CallOptions } from "../../session/calls.ts";
import type { AnnotationFilter } from "../filter.ts";
import { HEAT_MAP_OPTIONS, type HeatMapOptions, type StudyHeatMap } from "../heat-map.ts";
import { textWidth } from "./draw-figure.ts";
import type { FigureItem, Page } from "./figure.ts";
import { type LegendOptions, legendItems } from "./legend.ts";

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

/** Lays out a montage: two panels wide, two high. */
export function montagePage({ image, photo, heatMap, painted, exemplar }: MontageParts, options: MontageOptions): Page {
  const { longerSide = 1024, captions = true, legend, fontSize, colorOf, mixColors } = options;
  if (!Number.isInteger(longerSide) || longerSide < 16)
    throw new ArgumentError(`expected a longer side of at least 16 pixels, got ${longerSide}`);
  if (fontSize !== undefined && !(fontSize > 0))
    throw new ArgumentError(`expected a font size above 0, got ${fontSize}`);
  const small = shrink(photo, longerSide);
  const { width, height } = small;
  const size = fontSize ?? Math.max(8, Math.round(Math.max(width, height) / 32));
  const gap = Math.max(2, Math.round(Math.max(width, height) / 64));
  const caption = captions ? Math.round(1.9 * size) : 0;
  const title = captions ? Math.round(2.2 * size) : 0;
  const [left, right] = [gap, 2 * gap + width];
  const [upper, lower] = [gap + title, 2 * gap + title + height + caption];
  const items: FigureItem[] = [];
  const panel = (x: number, y: number, raster: Raster, about: string): void => {
    items.push({ kind: "picture", x, y, raster, about });
    if (captions)
      items.push({ kind: "text", x, y: y + height + 1.3 * size, text: about, size: within(about, size, width) });
  };
  if (captions)
    items.push({
      kind: "text",
      x: left,
      y: gap + 1.1 * size,
      text: image.name,
      size: within(image.name, 1.25 * size, right + width - left),
      bold: true,
    });
  const readers = `${heatMap.readers.length} ${heatMap.readers.length === 1 ? "reader" : "readers"}`;
  panel(left, upper, shrink(painted, longerSide), `Heat map of ${readers}`);
  panel(left, lower, small, "Photo");
  if (exemplar !== undefined)
    panel(right, lower, shrink(exemplar.painted, longerSide), `Exemplar: ${exemplar.feature}`);
  const room = { x: right, y: upper, width, height };
  items.push(...legendItems(heatMap, room, { legend, fontSize: size, colorOf, mixColors }));
  return {
    width: right + width + gap,
    height: lower + height + caption + gap,
    items,
    title: `${image.name}: heat map of ${readers}`,
  };
}

/** The size of the font, or what makes the text fit; a pixel is left for the lines' thickness. */
function within(text: string, size: number, width: number): number {
  return Math.min(size, (width - 1) / (textWidth(text, 1) + 0.2));
}
