/** Heat maps: how many readers of a study marked each superpixel of an image, feature by feature. */
import { accumulateHeatMap, type HeatMap } from "@isic/core-wasm";
import type { StudyRecord } from "../archive/archive.ts";
import type { Codecs } from "../codecs/types.ts";
import { ArgumentError, NotLoadedError } from "../errors.ts";
import { checkImage } from "../image/check-image.ts";
import type { Image } from "../image/image.ts";
import type { Context, OnWarning } from "../session/context.ts";
import { checkOptions, withoutUndefined } from "../session/options.ts";
import type { Annotation } from "./annotation.ts";
import type { AnnotationFilter } from "./filter.ts";
import { type HeatMapLook, type Layer, LOOK, type Mark, paintHeat, paintLayers } from "./heat-map-paint.ts";
import { checkMarks, warnOfComputed } from "./marked-feature.ts";
import { checkFontSize, checkPixels, Figure } from "./montage/figure.ts";
import { LEGIBLE, type LegendOptions, legendOf } from "./montage/legend.ts";

/** Which readers and features a heat map adds up, what counts as hottest, and how it looks unless `draw` is told otherwise. */
export interface HeatMapOptions extends Pick<AnnotationFilter, "features" | "statuses" | "users">, HeatMapLook {
  /** Superpixels that fewer readers marked for a feature are left cold. @default 1 */
  readonly minReaders?: number;
  /** So many readers make a superpixel hottest. @default all who marked any of the features */
  readonly maxReaders?: number;
  /** `"sqrt"` lifts what only a few have marked. @default "sqrt" */
  readonly alphaScale?: "linear" | "sqrt";
}

export const HEAT_MAP_OPTIONS: readonly (keyof HeatMapOptions)[] = [
  "features",
  "statuses",
  "users",
  "minReaders",
  "maxReaders",
  "alphaScale",
  ...LOOK,
];

type StudyUser = StudyRecord["users"][number];

export interface HeatMapLegendOptions extends Pick<LegendOptions, "legend" | "fontSize" | "colorOf" | "mixColors"> {
  /** In pixels. @default 480, more where names are long */
  readonly width?: number;
  /** In pixels. @default 320, more where there are many */
  readonly height?: number;
}

/** A heat map in numbers, under the Python client's names. `A+B` stands for superpixels that were marked for both. */
export interface HeatMapStats {
  /** Features to superpixels, in the order in which they were first marked. */
  readonly feat: Readonly<Record<string, readonly number[]>>;
  /** Features to colours and opacities as painted: of the superpixel that is hottest. */
  readonly featcols: Readonly<
    Record<string, readonly [colors: readonly (readonly number[])[], alphas: readonly number[]]>
  >;
  /** Features to the number of superpixels. */
  readonly featnum: Readonly<Record<string, number>>;
  /** Superpixel to feature to the ids of the readers who marked it. */
  readonly sp: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** The readers who marked anything; `true` for one whom the study does not list. */
  readonly users: Readonly<Record<string, StudyUser | true>>;
}

/** Superpixel to feature to the readers who marked it. */
type Marks = ReadonlyMap<number, ReadonlyMap<string, readonly string[]>>;

/** How many readers of a study marked each superpixel of one image, feature by feature. */
export class StudyHeatMap {
  readonly imageId: string;
  /** The ids of the readers who marked anything. */
  readonly readers: readonly string[];
  /** Feature to the counts and the heat of each superpixel. */
  readonly features: ReadonlyMap<string, HeatMap>;
  readonly #marks: Marks;
  readonly #look: HeatMapLook;
  readonly #users: readonly StudyUser[];
  readonly #warn: OnWarning;
  readonly #codecs: Codecs;
  readonly #heatOf: (readers: number) => number;

  constructor(
    imageId: string,
    parts: {
      readonly readers: readonly string[];
      readonly features: ReadonlyMap<string, HeatMap>;
      readonly marks: Marks;
      readonly look: HeatMapLook;
      readonly users: readonly StudyUser[];
      readonly warn: OnWarning;
      readonly codecs: Codecs;
      readonly heatOf: (readers: number) => number;
    },
  ) {
    this.imageId = imageId;
    this.readers = parts.readers;
    this.features = parts.features;
    this.#marks = parts.marks;
    this.#look = parts.look;
    this.#users = parts.users;
    this.#warn = parts.warn;
    this.#codecs = parts.codecs;
    this.#heatOf = parts.heatOf;
  }

  /**
   * Paints the heat into the image's data, in place: the photo towards grey, the lesion's outline in black (after
   * `image.loadSegmentation()`), and the superpixels, the more opaque the more readers marked them.
   *
   * Throws an `ArgumentError` for another image, and a `LabelCountError` for superpixels of another number.
   */
  draw(image: Image, options: HeatMapLook = {}): void {
    checkImage(image, this.imageId);
    checkOptions("draw", options, LOOK);
    if (image.data === undefined) throw new NotLoadedError("draw", "image.loadImageData()");
    const map = image.mapSuperpixels();
    for (const [feature, { heat }] of this.features) checkMarks(feature, allOf(heat.length), map.count);
    warnOfComputed(`draw of a heat map of ${image.name}`, image.superpixels!, this.#warn);
    const look = { ...this.#look, ...withoutUndefined(options) };
    paintHeat(image.data, map, image.segmentation, this.layers(look), look);
  }

  /** Superpixel to the colours and opacities it is painted with; in the order in which they were first marked. */
  layers(look: HeatMapLook = this.#look): Map<number, readonly Layer[]> {
    return new Map(
      [...this.#marks.keys()].map((superpixel) => [superpixel, paintLayers(this.#marksOf(superpixel), look)]),
    );
  }

  /** The colours of marks, as they would be painted. */
  layersOf(marks: readonly Mark[], look: HeatMapLook = {}): Layer[] {
    return paintLayers(marks, { ...this.#look, ...withoutUndefined(look) });
  }

  /** How hot a superpixel is that so many readers marked for a feature, from 0 to 1. */
  heatOf(readers: number): number {
    return this.#heatOf(readers);
  }

  /**
   * Its legend: a colour and name for each feature (or, where colours are mixed, for each combination), and what opacity means.
   *
   * @param options `width` and `height` in pixels; the text is as large as fits
   * @throws ArgumentError for a size that no picture can have, or another kind of legend
   */
  legend(options: HeatMapLegendOptions = {}): Figure {
    checkOptions("legend", options, ["width", "height", "legend", "fontSize", "colorOf", "mixColors"]);
    const { width, height, legend: kind, fontSize = 20, colorOf, mixColors } = options;
    checkPixels({ width, height });
    checkFontSize(fontSize);
    const look = { ...this.#look, ...withoutUndefined({ colorOf, mixColors }) };
    const legend = legendOf(this, { ...look, legend: kind });
    const [marginX, marginY] = [8, 4];
    const usual = { width: (width ?? 480) - 2 * marginX, height: (height ?? 320) - 2 * marginY };
    const legible = legend.sizeAt(Math.min(fontSize, LEGIBLE), usual);
    const room = {
      x: marginX,
      y: marginY,
      width: width === undefined ? Math.max(usual.width, legible.width) : usual.width,
      height: height === undefined ? Math.max(usual.height, legible.height) : usual.height,
    };
    const page = { width: room.width + 2 * marginX, height: room.height + 2 * marginY };
    const items = legend.items(room, fontSize);
    return new Figure({ ...page, items, title: "Legend" }, this.#codecs, this.#warn);
  }

  /** The heat map in numbers, as painted with this look. */
  stats(options: HeatMapLook = {}): HeatMapStats {
    checkOptions("stats", options, LOOK);
    // Maps: a feature may be called as something that every object has.
    const feat = new Map<string, number[]>();
    const featcols = new Map<string, [number[][], number[]]>();
    const hottest = new Map<string, number>();
    for (const [superpixel, layers] of this.layers({ ...this.#look, ...withoutUndefined(options) })) {
      const name = this.#marksOf(superpixel)
        .map(({ feature }) => feature)
        .join("+");
      const superpixels = feat.get(name) ?? [];
      feat.set(name, superpixels);
      superpixels.push(superpixel);
      const heat = layers.reduce((sum, { alpha }) => sum + alpha, 0);
      if (heat <= (hottest.get(name) ?? 0)) continue;
      hottest.set(name, heat);
      featcols.set(name, [layers.map(({ color }) => [...color]), layers.map(({ alpha }) => alpha)]);
    }
    const listed = new Map(this.#users.map((user) => [user._id, user]));
    return {
      feat: Object.fromEntries(feat),
      featcols: Object.fromEntries(featcols),
      featnum: Object.fromEntries([...feat].map(([name, superpixels]) => [name, superpixels.length])),
      sp: Object.fromEntries([...this.#marks].map(([superpixel, marks]) => [superpixel, Object.fromEntries(marks)])),
      users: Object.fromEntries(this.readers.map((id) => [id, listed.get(id) ?? true])),
    };
  }

  /** The features of a superpixel with their heat, in the order of their names. */
  #marksOf(superpixel: number): Mark[] {
    const marked = this.#marks.get(superpixel)!;
    return [...this.features]
      .filter(([feature]) => marked.has(feature))
      .map(([feature, { heat }]) => ({ feature, heat: heat[superpixel]! }));
  }
}

/**
 * Adds up annotations of one image. A reader counts once for a superpixel, however often he marked it.
 *
 * @param wanted the features to add up; all where there are none
 * @throws LabelCountError for marks that were made on another number of superpixels; ArgumentError
 */
export function heatMapOf(
  image: Image,
  annotations: readonly Annotation[],
  wanted: readonly string[] | undefined,
  options: HeatMapOptions,
  { users, warn, codecs }: { readonly users: readonly StudyUser[] } & Pick<Context, "warn" | "codecs">,
): StudyHeatMap {
  const count = image?.superpixels?.idx.count;
  if (count === undefined) throw new NotLoadedError(`heatMap of ${image?.name ?? image}`, "image.loadSuperpixels()");
  warnOfComputed(`heatMap of ${image.name}`, image.superpixels!, warn);
  const { minReaders = 1, alphaScale = "sqrt", gray, outline, mixColors, colorOf } = options;
  checkNumbers(options);
  const all = readersByMark(annotations, count, wanted);
  const readers = [...new Set([...all.values()].flatMap((marks) => [...marks.values()].flat()))].sort();
  const marks = withEnough(all, minReaders);
  const most = options.maxReaders ?? Math.max(1, readers.length);
  const names = [...new Set([...all.values()].flatMap((each) => [...each.keys()]))].sort();
  const features = names.map((feature) => {
    const byReader = new Map(readers.map((reader) => [reader, new Float64Array(count)]));
    for (const [superpixel, each] of marks)
      for (const reader of each.get(feature) ?? []) byReader.get(reader)![superpixel] = 1;
    return [feature, accumulateHeatMap(count, byReader.values(), { most, scale: alphaScale })] as const;
  });
  const look = { gray, outline, mixColors, colorOf };
  const heatOf = (n: number): number => {
    const share = Math.min(1, n / most);
    return alphaScale === "sqrt" ? Math.sqrt(share) : share;
  };
  return new StudyHeatMap(image.id, { readers, features: new Map(features), marks, look, users, warn, codecs, heatOf });
}

/** @throws ArgumentError */
function checkNumbers({ minReaders = 1, maxReaders = 1, alphaScale = "sqrt" }: HeatMapOptions): void {
  for (const [name, value] of Object.entries({ minReaders, maxReaders }))
    if (!(Number.isInteger(value) && value >= 1))
      throw new ArgumentError(`expected ${name} to be a whole number from 1 on, got ${JSON.stringify(value)}`);
  if (alphaScale !== "sqrt" && alphaScale !== "linear")
    throw new ArgumentError(`expected the alphaScale "sqrt" or "linear", got ${JSON.stringify(alphaScale)}`);
}

function readersByMark(
  annotations: readonly Annotation[],
  count: number,
  wanted: readonly string[] | undefined,
): Map<number, Map<string, string[]>> {
  const all = new Map<number, Map<string, string[]>>();
  for (const annotation of annotations) {
    for (const [feature, marked] of annotation.features) {
      if (wanted?.includes(feature) === false) continue;
      checkMarks(`${JSON.stringify(feature)} in annotation ${annotation.id}`, marked, count);
      for (const superpixel of marked.idx) {
        const marks = all.get(superpixel) ?? new Map<string, string[]>();
        const readers = marks.get(feature) ?? [];
        if (!readers.includes(annotation.userId)) readers.push(annotation.userId);
        all.set(superpixel, marks.set(feature, readers));
      }
    }
  }
  return all;
}

function withEnough(all: Marks, minReaders: number): Marks {
  const enough = [...all].map(
    ([superpixel, marks]) =>
      [superpixel, new Map([...marks].filter(([, { length }]) => length >= minReaders))] as const,
  );
  return new Map(enough.filter(([, marks]) => marks.size > 0));
}

const allOf = (count: number) => ({ idx: [], lst: [], num: 0, count });
