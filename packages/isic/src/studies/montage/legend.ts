/** The legend of a heat map: which colour stands for which feature, how many readers marked it, and what opacity means. */
import type { Color } from "@isic/core-wasm";
import { masterFeatures } from "../../features/master-features.ts";
import type { StudyHeatMap } from "../heat-map.ts";
import type { HeatMapLook, Layer } from "../heat-map-paint.ts";
import { textWidth } from "./draw-figure.ts";
import type { FigureItem } from "./figure.ts";

export interface LegendOptions extends HeatMapLook {
  /**
   * `features`: a line for each feature, in its own colour. `combinations`: a line for each set of features that meet in a
   * superpixel, as they are painted. @default "combinations" where colours are mixed and few, else "features"
   */
  readonly legend?: "features" | "combinations" | undefined;
  /** Height of the font, in pixels. @default what fits */
  readonly fontSize?: number | undefined;
}

interface Entry {
  readonly text: string;
  readonly colors: readonly Color[];
}

/** More lines than this are no help. */
const MOST_COMBINATIONS = 12;
/** Beneath a colour that is not opaque, as in the Python client's legend. */
const GRAY = 128;
const WHITE = 255;
const SCALE = "Readers who marked it";

/** Entries, in the order of names. */
function entriesOf(
  heatMap: StudyHeatMap,
  { legend, colorOf, mixColors }: LegendOptions,
): { readonly heading: string; readonly entries: readonly Entry[] } {
  const look = { colorOf, mixColors };
  const { featcols, sp } = heatMap.stats(look);
  const combinations = Object.keys(featcols).sort();
  const given =
    legend ?? (mixColors !== false && combinations.length <= MOST_COMBINATIONS ? "combinations" : "features");
  if (given === "combinations") {
    const entries = combinations.map((name) => {
      const [colors, alphas] = featcols[name]!;
      return {
        text: nameOf(name),
        colors: colors.map((color, i) => over(color as unknown as Color, alphas[i]!, GRAY)),
      };
    });
    return { heading: "Features", entries };
  }
  const readers = new Map<string, Set<string>>();
  for (const marks of Object.values(sp)) {
    for (const [feature, ids] of Object.entries(marks))
      readers.set(feature, new Set([...(readers.get(feature) ?? []), ...ids]));
  }
  const entries = [...readers.keys()].sort().map((feature) => {
    const text = `${feature} (${readers.get(feature)!.size})`;
    const [layer] = heatMap.layersOf([{ feature, heat: 1 }], look) as [Layer];
    return { text, colors: [layer.color] };
  });
  return { heading: `Features (readers of ${heatMap.readers.length})`, entries };
}

/** Names of several features are short, where the archive has short ones. */
function nameOf(combination: string): string {
  const features = combination.split("+");
  if (features.length === 1) return combination;
  return `(${features.map((feature) => masterFeatures().get(feature)?.abbreviation ?? feature).join(" + ")})`;
}

function over(color: Color, alpha: number, beneath: number): Color {
  const channel = (i: 0 | 1 | 2): number => Math.round(alpha * color[i] + (1 - alpha) * beneath);
  return [channel(0), channel(1), channel(2)];
}

/** The legend within a room: as large as it fits, but no larger than `fontSize`. */
export function legendItems(
  heatMap: StudyHeatMap,
  room: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  options: LegendOptions,
): FigureItem[] {
  const { heading, entries } = entriesOf(heatMap, options);
  const readers = heatMap.readers.length;
  const steps = scaleSteps(readers);
  const lines = entries.length + 1 + (steps.length > 0 ? 2 : 0);
  const widest = Math.max(
    textWidth(heading, 1),
    textWidth(SCALE, 1),
    ...entries.map(({ text }) => 2 + textWidth(text, 1)),
    steps.length * 1.6,
  );
  const size = Math.max(
    1,
    Math.min(options.fontSize ?? Number.POSITIVE_INFINITY, room.height / (1.5 * lines), (room.width - 4) / widest),
  );
  const line = 1.5 * size;
  const items: FigureItem[] = [];
  let y = room.y + size;
  const say = (x: number, text: string, bold = false): void =>
    void items.push({ kind: "text", x, y, text, size, bold });
  say(room.x, heading, true);
  const [width, height] = [Math.round(1.5 * size), Math.round(size)];
  for (const { text, colors } of entries) {
    y += line;
    items.push({ kind: "swatch", x: Math.round(room.x), y: Math.round(y - 0.85 * size), width, height, colors });
    say(room.x + 2 * size, text);
  }
  if (steps.length === 0) return items;
  y += line;
  say(room.x, SCALE, true);
  y += line;
  for (const [i, readersOfStep] of steps.entries()) {
    const x = Math.round(room.x + i * 1.6 * size);
    const shade = over([0, 0, 0], heatMap.heatOf(readersOfStep), WHITE);
    items.push({ kind: "swatch", x, y: Math.round(y - 0.85 * size), width: height, height, colors: [shade] });
  }
  y += line;
  for (const [i, readersOfStep] of steps.entries()) {
    const x = Math.round(room.x + i * 1.6 * size) + height / 2;
    items.push({ kind: "text", x, y: y - 0.2 * size, text: String(readersOfStep), size: 0.8 * size, middle: true });
  }
  return items;
}

/** At most six numbers of readers, from one to all. */
function scaleSteps(readers: number): number[] {
  const count = Math.min(readers, 6);
  if (count < 2) return [];
  return Array.from({ length: count }, (_, i) => Math.round(1 + (i * (readers - 1)) / (count - 1)));
}
