import { type CjsonRecord, channelStatistics, cjson, osvgp, type Raster, type SuperpixelMap } from "@isic/core-wasm";
import { groupNameOf, metadataOf } from "../archive/records.ts";
import type { Image } from "./image.ts";

/** An image in numbers and outlines, as the Python client's `meta_info`; a part that is not loaded is absent. */
export interface ImageInfo {
  readonly id: string;
  readonly name: string;
  readonly dataset: string | undefined;
  readonly meta: unknown;
  readonly image?: {
    readonly height: number;
    readonly width: number;
    readonly numPixels: number;
    readonly rgbAverage: readonly [number, number, number];
  };
  readonly segmentation?: {
    readonly id: string;
    readonly skill: string;
    readonly pixelsInMask: number;
    /** The lesion as an SVG document, and all around it. */
    readonly osvgpMask: string;
    readonly osvgpHole: string;
  };
  readonly superpixels?: {
    readonly number: number;
    readonly cjson: readonly CjsonRecord[];
    readonly osvgp: readonly string[];
    /** Pixels of each. */
    readonly numpix: readonly number[];
    readonly centers: readonly (readonly [x: number, y: number])[];
    /** The share of each superpixel in the mask; with a segmentation. */
    readonly spInMask?: readonly number[];
  };
}

export function imageInfo(image: Image): ImageInfo {
  const { id, name, record, data, superpixels, segmentation } = image;
  return {
    id,
    name,
    dataset: groupNameOf(record),
    meta: metadataOf(record),
    ...(data && {
      image: { height: data.height, width: data.width, numPixels: data.width * data.height, rgbAverage: average(data) },
    }),
    ...(segmentation?.mask && {
      segmentation: {
        id: segmentation.id,
        skill: segmentation.skill,
        pixelsInMask: segmentation.area,
        osvgpMask: segmentation.outline("osvg", { negative: false }),
        osvgpHole: segmentation.outline("osvg", { negative: true }),
      },
    }),
    ...(superpixels && {
      superpixels: {
        number: superpixels.idx.count,
        cjson: cjson(superpixels.idx),
        osvgp: osvgp(superpixels.idx),
        numpix: [...superpixels.szs],
        centers: Array.from(superpixels.szs, (_, i) => [superpixels.xyc[2 * i]!, superpixels.xyc[2 * i + 1]!] as const),
        ...(segmentation?.mask && { spInMask: [...segmentation.superpixelsInMask(superpixels)] }),
      },
    }),
  };
}

/** The mean of each channel, grey as three of them. */
function average(raster: Raster): [number, number, number] {
  const { width, height } = raster;
  const all = Uint32Array.from({ length: width * height }, (_, pixel) => pixel);
  const one: SuperpixelMap = { width, height, count: 1, offsets: Uint32Array.of(0, all.length), pixels: all };
  const { mean } = channelStatistics(raster, one);
  const channel = (i: number): number => mean[Math.min(i, raster.channels - 1)]!;
  return [channel(0), channel(1), channel(2)];
}
