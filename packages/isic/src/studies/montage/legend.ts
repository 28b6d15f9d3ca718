/** The legend of a heat map: which colour stands for which feature, how many readers marked it, and what opacity means. */
import type { Color } from "@isic/core-wasm";
import { ArgumentError } from "../../errors.ts";
import { masterFeatures } from "../../features/master-features.ts";
import type { StudyHeatMap } from "../heat-map.ts";
import type { HeatMapLook, Layer } from "../heat-map-paint.ts";
import { textWidth } from "./draw-figure.ts";
import { type FigureItem, legibleText } from "./figure.ts";

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
  if (legend !== undefined && legend !== "features" && legend !== "combinations")
    throw new ArgumentError(`expected the legend "features" or "combinations", got ${JSON.stringify(legend)}`);
  const look = { colorOf, mixColors };
  const { featcols, sp } = heatMap.stats(look);
  const combinations = Object.keys(featcols).sort();
  const given =
    legend ?? (mixColors !== false && combinations.length <= MOST_COMBINATIONS ? "combinations" : "features");
  if (given === "combinations") {
    const entries = combinations.map((name) => {
      const [colors, alphas] = featcols[name]!;
      return {
        text: legibleText(nameOf(name)),
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
    const text = `${legibleText(feature)} (${readers.get(feature)!.size})`;
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

/** Text that is smaller than this cannot be read. */
export const LEGIBLE = 11;
/** From one line to the next, and what a line is indented for its colour, as shares of the font's height. */
const LINE = 1.5;
const INDENT = 2;
const BETWEEN_COLUMNS = 1.5;
const STEP = 1.6;
const MOST_COLUMNS = 4;
const NOTHING = "Nothing was marked.";

/** A legend that can be laid out in any size. */
export interface Legend {
  /** The page that it takes at a height of the font, in as many columns as suit these proportions. */
  sizeAt(fontSize: number, room: Room): { readonly width: number; readonly height: number };
  /** Its items, as large as the room allows, but no larger than `fontSize`. */
  items(place: Room & { readonly x: number; readonly y: number }, fontSize: number | undefined): FigureItem[];
}

interface Room {
  readonly width: number;
  readonly height: number;
}

/** The legend of a heat map. */
export function legendOf(heatMap: StudyHeatMap, options: LegendOptions): Legend {
  const { heading, entries } = entriesOf(heatMap, options);
  const steps = scaleSteps(heatMap.readers.length);
  const title = entries.length === 0 ? NOTHING : heading;
  const lines = (columns: number): number =>
    1 + Math.ceil(entries.length / columns) + (entries.length > 0 && steps.length > 0 ? 3 : 0);
  const column = Math.max(0, ...entries.map(({ text }) => INDENT + textWidth(text, 1)));
  const widest = (columns: number): number =>
    Math.max(
      textWidth(title, 1) + 0.2,
      textWidth(SCALE, 1) + 0.2,
      columns * (column + 0.2) + (columns - 1) * BETWEEN_COLUMNS,
      steps.length * STEP,
    );
  const most = Math.max(1, Math.min(MOST_COLUMNS, entries.length));
  const sizeIn = ({ width, height }: Room, columns: number): number =>
    Math.min(height / (LINE * lines(columns)), width / widest(columns));
  /** Fewer columns unless more of them make it larger. */
  const columnsFor = (room: Room, fontSize = Number.POSITIVE_INFINITY): number => {
    let best = 1;
    for (let columns = 2; columns <= most; columns++)
      if (Math.min(fontSize, sizeIn(room, columns)) > Math.min(fontSize, sizeIn(room, best))) best = columns;
    return best;
  };
  return {
    sizeAt(fontSize, room) {
      const columns = columnsFor(room);
      return {
        width: Math.ceil(widest(columns) * fontSize),
        height: Math.ceil(LINE * lines(columns) * fontSize),
      };
    },
    items(place, fontSize) {
      const columns = columnsFor(place, fontSize);
      const size = Math.max(1, Math.min(fontSize ?? Number.POSITIVE_INFINITY, sizeIn(place, columns)));
      return layOut(place, {
        size,
        columns,
        column,
        title,
        entries,
        steps: entries.length === 0 ? [] : steps,
        heatMap,
      });
    },
  };
}

function layOut(
  { x: left, y: top }: { readonly x: number; readonly y: number },
  {
    size,
    columns,
    column,
    title,
    entries,
    steps,
    heatMap,
  }: {
    readonly size: number;
    readonly columns: number;
    readonly column: number;
    readonly title: string;
    readonly entries: readonly Entry[];
    readonly steps: readonly number[];
    readonly heatMap: StudyHeatMap;
  },
): FigureItem[] {
  const line = LINE * size;
  const items: FigureItem[] = [];
  const say = (x: number, y: number, text: string, bold = false): void =>
    void items.push({ kind: "text", x, y, text, size, bold });
  const [width, height] = [Math.round(1.5 * size), Math.round(size)];
  const swatchTop = (y: number): number => Math.round(y - 0.85 * size);
  const first = top + size;
  say(left, first, title, true);
  const rows = Math.ceil(entries.length / columns);
  for (const [i, { text, colors }] of entries.entries()) {
    const x = left + Math.floor(i / rows) * (column + 0.2 + BETWEEN_COLUMNS) * size;
    const y = first + (1 + (i % rows)) * line;
    items.push({ kind: "swatch", x: Math.round(x), y: swatchTop(y), width, height, colors });
    say(x + INDENT * size, y, text);
  }
  if (steps.length === 0) return items;
  const scale = first + (1 + rows) * line;
  say(left, scale, SCALE, true);
  for (const [i, readers] of steps.entries()) {
    const x = Math.round(left + i * STEP * size);
    const shade = over([0, 0, 0], heatMap.heatOf(readers), WHITE);
    items.push({ kind: "swatch", x, y: swatchTop(scale + line), width: height, height, colors: [shade] });
    const label = { text: String(readers), size: 0.8 * size, middle: true };
    items.push({ kind: "text", x: x + height / 2, y: scale + 1.8 * line, ...label });
  }
  return items;
}

/** At most six numbers of readers, from one to all. */
function scaleSteps(readers: number): number[] {
  const count = Math.min(readers, 6);
  if (count < 2) return [];
  return Array.from({ length: count }, (_, i) => Math.round(1 + (i * (readers - 1)) / (count - 1)));
}
