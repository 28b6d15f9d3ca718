import { channelStatistics, type Raster, type SuperpixelMap } from "@isic/core-wasm";
import { groupNameOf, metadataOf } from "../archive/records.ts";
import type { Image } from "./image.ts";

/** An image in numbers; a part that is not loaded is absent. */
export interface ImageInfo {
  readonly id: string;
  readonly name: string;
  readonly dataset: string | undefined;
  readonly meta: unknown;
  readonly image?: {
    readonly width: number;
    readonly height: number;
    readonly pixels: number;
    readonly averageRgb: readonly [number, number, number];
  };
  readonly segmentation?: { readonly id: string; readonly skill: string; readonly pixelsInMask: number };
  readonly superpixels?: {
    readonly number: number;
    readonly pixels: readonly number[];
    readonly centers: readonly (readonly [x: number, y: number])[];
    /** The share of each superpixel in the mask; with a segmentation. */
    readonly inMask?: readonly number[];
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
      image: { width: data.width, height: data.height, pixels: data.width * data.height, averageRgb: average(data) },
    }),
    ...(segmentation && {
      segmentation: { id: segmentation.id, skill: segmentation.skill, pixelsInMask: segmentation.area },
    }),
    ...(superpixels && {
      superpixels: {
        number: superpixels.idx.count,
        pixels: [...superpixels.szs],
        centers: Array.from(superpixels.szs, (_, i) => [superpixels.xyc[2 * i]!, superpixels.xyc[2 * i + 1]!] as const),
        ...(segmentation?.mask && { inMask: [...segmentation.superpixelsInMask(superpixels)] }),
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
