import { type ImageRecord, isV2Image } from "../archive/records.ts";
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
    dataset: datasetName(record),
    meta: isV2Image(record) ? record.metadata : record.meta,
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

function datasetName(record: ImageRecord): string | undefined {
  return isV2Image(record) ? undefined : record.dataset?.name;
}

function average({
  data,
  channels,
}: {
  readonly data: Uint8Array;
  readonly channels: number;
}): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  const green = channels === 1 ? 0 : 1;
  const blue = channels === 1 ? 0 : 2;
  for (let i = 0; i < data.length; i += channels) {
    sums[0] += data[i]!;
    sums[1] += data[i + green]!;
    sums[2] += data[i + blue]!;
  }
  const pixels = data.length / channels;
  return [sums[0] / pixels, sums[1] / pixels, sums[2] / pixels];
}
