import { accumulateHeatMap, type Color, type HeatMap, paintSuperpixels } from "@isic/core-wasm";
import { NotLoadedError } from "../errors.ts";
import { featureColor } from "../features/color.ts";
import { checkImage } from "../image/check-image.ts";
import type { Image } from "../image/image.ts";
import { checkOptions } from "../session/options.ts";
import type { Annotation } from "./annotation.ts";
import { type AnnotationFilter, featureNames } from "./filter.ts";

/** Which readers and features a heat map adds up, and what counts as hottest. */
export interface HeatMapOfOptions extends Pick<AnnotationFilter, "features" | "statuses" | "users"> {
  /** So many readers make a superpixel hottest. @default all who marked any of the features */
  readonly maxReaders?: number;
  /** `"sqrt"` lifts what only a few have marked. @default "sqrt" */
  readonly scale?: "linear" | "sqrt";
}

export interface DrawHeatMapOptions {
  /** One colour for superpixels of several features; otherwise stripes, six at most. @default true */
  readonly mixColors?: boolean;
  /** @default featureColor */
  readonly colorOf?: (feature: string) => Color;
}

/** How many readers of a study marked each superpixel of one image, feature by feature. */
export class StudyHeatMap {
  readonly imageId: string;
  /** The ids of the readers who marked anything. */
  readonly readers: readonly string[];
  /** Feature to the counts and the heat of each superpixel. */
  readonly features: ReadonlyMap<string, HeatMap>;

  constructor(imageId: string, readers: readonly string[], features: ReadonlyMap<string, HeatMap>) {
    this.imageId = imageId;
    this.readers = readers;
    this.features = features;
  }

  /** Paints the heat into the image's data, in place: the more readers, the more opaque. */
  draw(image: Image, options: DrawHeatMapOptions = {}): void {
    checkOptions("draw", options, ["mixColors", "colorOf"]);
    const { mixColors = true, colorOf = featureColor } = options;
    checkImage(image, this.imageId);
    if (image.data === undefined) throw new NotLoadedError("draw", "image.loadImageData()");
    const superpixels: number[] = [];
    const color: Color[][] = [];
    const alpha: number[][] = [];
    const map = image.mapSuperpixels();
    for (let superpixel = 0; superpixel < map.count; superpixel++) {
      const marks = [...this.features]
        .map(([feature, { heat }]) => ({ color: colorOf(feature), alpha: heat[superpixel]! }))
        .filter((mark) => mark.alpha > 0);
      if (marks.length === 0) continue;
      const layers = mixColors && marks.length > 1 ? [mixed(marks)] : hottest(marks);
      superpixels.push(superpixel);
      color.push(layers.map((layer) => layer.color));
      alpha.push(layers.map((layer) => layer.alpha));
    }
    paintSuperpixels(image.data, map, superpixels, { color, alpha });
  }
}

/** Adds up annotations of one image. A reader counts once for a superpixel, however often he marked it. */
export function heatMapOf(image: Image, annotations: readonly Annotation[], options: HeatMapOfOptions): StudyHeatMap {
  const count = image?.superpixels?.idx.count;
  if (count === undefined) throw new NotLoadedError(`heatMap of ${image?.name ?? image}`, "image.loadSuperpixels()");
  const marks = marksByFeature(annotations, count, featureNames(options.features));
  const readers = [...new Set([...marks.values()].flatMap((byReader) => [...byReader.keys()]))];
  const { maxReaders: most = Math.max(1, readers.length), scale = "sqrt" } = options;
  const features = [...marks].map(
    ([feature, byReader]) => [feature, accumulateHeatMap(count, byReader.values(), { most, scale })] as const,
  );
  return new StudyHeatMap(image.id, readers, new Map(features));
}

/** Feature to reader to a value per superpixel: the highest that he gave. */
function marksByFeature(annotations: readonly Annotation[], count: number, wanted: readonly string[] | undefined) {
  const marks = new Map<string, Map<string, Float64Array>>();
  for (const annotation of annotations) {
    for (const [feature, { idx, lst }] of annotation.features) {
      if (idx.length === 0 || wanted?.includes(feature) === false) continue;
      const byReader = marks.get(feature) ?? new Map<string, Float64Array>();
      const values = byReader.get(annotation.userId) ?? new Float64Array(count);
      for (const [i, superpixel] of idx.entries()) {
        if (superpixel < count) values[superpixel] = Math.max(values[superpixel]!, lst[i]!);
      }
      marks.set(feature, byReader.set(annotation.userId, values));
    }
  }
  return new Map([...marks].sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Mark {
  readonly color: Color;
  readonly alpha: number;
}

/** The colours' mean, each as heavy as it is hot; as strong as the features are on average. */
function mixed(marks: readonly Mark[]): Mark {
  const weight = marks.reduce((sum, { alpha }) => sum + alpha, 0);
  const channel = (i: 0 | 1 | 2) =>
    Math.round(marks.reduce((sum, { color, alpha }) => sum + color[i] * alpha, 0) / weight);
  return { color: [channel(0), channel(1), channel(2)], alpha: weight / marks.length };
}

function hottest(marks: readonly Mark[]): Mark[] {
  return [...marks].sort((a, b) => b.alpha - a.alpha).slice(0, 6);
}
