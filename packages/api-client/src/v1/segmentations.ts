import type { DownloadOptions, FileDownload } from "../files/download.ts";
import type { ItemList, ListOptions } from "../lists/list.ts";
import { callRule, fileRule, listRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { offsetList } from "./offset-list.ts";
import { girderFile, objectId, pageSizeOf } from "./resources.ts";
import { segmentationSchema, segmentationSummarySchema } from "./schemas.ts";
import type { Segmentation, SegmentationSummary } from "./types.ts";

/** Which segmentations of an image are listed. */
export interface SegmentationListOptions extends ListOptions {
  readonly creatorId?: string;
}

/** The lesion masks of images. */
export interface Segmentations {
  /** Those of one image, newest first, failed ones included. */
  list(imageId: string, options?: SegmentationListOptions): ItemList<SegmentationSummary>;
  get(id: string, options?: CallOptions): Promise<Segmentation>;
  /** A grey PNG of the photo's size, 0 or 255. A failed segmentation has none: HttpNotFoundError (410). */
  mask(id: string, options?: DownloadOptions): Promise<FileDownload>;
  /** The photo with the outline in green, as a JPEG. */
  thumbnail(id: string, options?: DownloadOptions & { readonly width?: number }): Promise<FileDownload>;
  /** The image's segmentation of the highest skill that has a mask, the newest among equals; undefined without any. */
  best(imageId: string, options?: CallOptions): Promise<Segmentation | undefined>;
}

/** The segmentation functions over an API of `createV1Api`. */
export function segmentationsOf(api: Transport): Segmentations {
  const list: Segmentations["list"] = (imageId, { creatorId, ...options } = {}) => {
    const query = {
      imageId: objectId(imageId),
      creatorId: creatorId && objectId(creatorId),
      sort: "created",
      sortdir: -1,
    };
    const listing = {
      path: "segmentation",
      query,
      schema: segmentationSummarySchema,
      pageSize: pageSizeOf(undefined, 300),
    };
    return offsetList(api, listing, options);
  };
  const get: Segmentations["get"] = async (id, { signal } = {}) =>
    api.json({ path: `segmentation/${objectId(id)}`, signal }, segmentationSchema);

  return withCheckedOptions<Segmentations>(
    "segmentations",
    {
      list,
      get,
      mask: async (id, options = {}) => girderFile(api, `segmentation/${objectId(id)}/mask`, "png", options),
      thumbnail: async (id, { width = 256, ...options } = {}) =>
        girderFile(api, `segmentation/${objectId(id)}/thumbnail`, "image", options, { width }),
      async best(imageId, options = {}) {
        const found = (await list(imageId, options).all()).filter((segmentation) => !segmentation.failed);
        const best = found.find((segmentation) => segmentation.skill === "expert") ?? found[0];
        return best && (await get(best._id, options));
      },
    },
    {
      list: [listRule(1, "creatorId")],
      get: [callRule(1)],
      mask: [fileRule(1)],
      thumbnail: [fileRule(1, "width")],
      best: [callRule(1)],
    },
  );
}
