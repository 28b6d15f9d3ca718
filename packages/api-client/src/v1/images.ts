import * as z from "zod/mini";
import type { DownloadOptions, FileDownload } from "../files/download.ts";
import { type ItemList, itemList, type ListOptions, type WalkedPage } from "../lists/list.ts";
import { callRule, fileRule, listRule, withCheckedOptions } from "../schema/options.ts";
import { readRecords } from "../schema/records.ts";
import type { Schema } from "../schema/validate.ts";
import { PagingError } from "../transport/errors.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { type Filter, filterText } from "./filter.ts";
import { offsetList } from "./offset-list.ts";
import { girderFile, objectId, pageSizeOf } from "./resources.ts";
import {
  histogramSchema,
  imageSchema,
  imageSummarySchema,
  metadataReportSchema,
  outlineSchema,
  tileInfoSchema,
} from "./schemas.ts";
import type { Histogram, Image, ImageSummary, MetadataReport, Outline, TileInfo } from "./types.ts";

/** Which images are listed, in which order, and how much of each. */
export interface ImageListOptions extends ListOptions {
  /** False: only id, name and `updated`, which the server gives much faster. @default true */
  readonly detail?: boolean;
  /** @default "name" */
  readonly sort?: "_id" | "name" | "created";
  /** @default "ascending" */
  readonly order?: "ascending" | "descending";
  readonly filter?: Filter;
  /** @default 500 */
  readonly pageSize?: number;
}

/** Which images a ZIP holds: those of a filter, or these (at most 300). Everything when neither is given. */
export interface ZipOptions extends DownloadOptions {
  readonly include?: "all" | "images" | "metadata";
  readonly filter?: Filter;
  readonly ids?: readonly string[];
}

/** How large a thumbnail may be, in pixels. */
export interface ThumbnailOptions extends DownloadOptions {
  /** Of the box it fits in. @default 256 */
  readonly width?: number;
  readonly height?: number;
}

/** The images of a Girder server. Only reviewed images that this caller may see are listed. */
export interface Images {
  list(options: ImageListOptions & { readonly detail: false }): ItemList<ImageSummary>;
  list(options?: ImageListOptions & { readonly detail?: true }): ItemList<Image>;
  /** The image of this very name (case counts); undefined when there is none. */
  byName(name: string, options?: CallOptions): Promise<Image | undefined>;
  /** These images, in this order, however many. Unknown, unreadable and unreviewed ones are left out by the server. */
  byIds(ids: readonly string[], options?: ListOptions): ItemList<Image>;
  get(id: string, options?: CallOptions): Promise<Image>;
  /** How often each value occurs; `__passedFilters__[0].count` is the only total this API gives. */
  histogram(filter?: Filter, options?: CallOptions): Promise<Histogram>;
  /** The original file, EXIF included. */
  download(id: string, options?: DownloadOptions): Promise<FileDownload>;
  /** A JPEG that fits a box. */
  thumbnail(id: string, options?: ThumbnailOptions): Promise<FileDownload>;
  /** The label map as an RGB PNG, in the stored orientation of the photo. */
  superpixels(id: string, options?: DownloadOptions): Promise<FileDownload>;
  /** A streamed ZIP: no length is announced, so only reading it to its end tells that it is whole. */
  zip(options?: ZipOptions): Promise<FileDownload>;
  tiles(id: string, options?: CallOptions): Promise<TileInfo>;
  tile(id: string, z: number, x: number, y: number, options?: DownloadOptions): Promise<FileDownload>;
  /** The outline of what a flood fill from this pixel reaches. Needs a login. */
  segment(
    id: string,
    seed: readonly [x: number, y: number],
    tolerance: number,
    options?: CallOptions,
  ): Promise<Outline>;
  /** Adds metadata to an image, or only checks them. Existing values are not replaced but reported. */
  postMetadata(
    id: string,
    metadata: Readonly<Record<string, unknown>>,
    options?: CallOptions & { readonly save?: boolean },
  ): Promise<MetadataReport>;
}

/** The server takes at most 300, and an address of about 10 kB. */
const BATCH = 250;
const BATCH_LIMIT = 300;

const rowsSchema = /* @__PURE__ */ z.array(z.unknown());

/** The image functions over an API of `createV1Api`. */
export function imagesOf(api: Transport): Images {
  const histogram: Images["histogram"] = async (filter, { signal } = {}) =>
    api.json({ path: "image/histogram", query: { filter: filter && filterText(filter) }, signal }, histogramSchema);

  function list(options: ImageListOptions & { readonly detail: false }): ItemList<ImageSummary>;
  function list(options?: ImageListOptions): ItemList<Image>;
  function list({
    detail = true,
    sort = "name",
    order = "ascending",
    filter,
    pageSize,
    ...rest
  }: ImageListOptions = {}) {
    const query = {
      detail,
      sort,
      sortdir: order === "descending" ? -1 : 1,
      filter: filter && filterText(filter),
    };
    const schema: Schema<Image | ImageSummary> = detail ? imageSchema : imageSummarySchema;
    const count = async (signal: AbortSignal | undefined): Promise<number> => {
      const { __passedFilters__: passed } = await histogram(filter, { signal });
      const total = passed?.[0]?.count;
      if (total !== undefined) return total;
      throw new PagingError("no-count", "the server gives no count", { endpoint: "GET image/histogram" });
    };
    return offsetList(
      api,
      { path: "image", query, schema, pageSize: pageSizeOf(pageSize, 500), count },
      rest,
    ) as ItemList<Image>;
  }

  return withCheckedOptions<Images>(
    "images",
    {
      list,
      async byName(name, { signal } = {}) {
        if (typeof name !== "string" || name === "") throw new TypeError("byName: expected a name, got none.");
        const query = { name, detail: true, limit: 0 };
        const rows = await api.json({ path: "image", query, isList: true, signal }, rowsSchema);
        return readRecords(api, imageSchema, rows, "", "GET image").find((image) => image !== undefined);
      },
      byIds: (ids, options = {}) => {
        const wanted = [...new Set(ids.map(objectId))];
        return itemList(
          () => batches(api, wanted, options),
          options,
          (signal) => countOf(api, wanted, signal),
        );
      },
      get: async (id, { signal } = {}) => api.json({ path: `image/${objectId(id)}`, signal }, imageSchema),
      histogram,
      download: async (id, options = {}) => girderFile(api, `image/${objectId(id)}/download`, "image", options),
      thumbnail: async (id, { width = 256, height = 256, ...options } = {}) => {
        for (const side of [width, height]) {
          if (!Number.isInteger(side) || side < 2)
            throw new RangeError(`thumbnail: expected sides from 2, got ${side}.`);
        }
        return girderFile(api, `image/${objectId(id)}/thumbnail`, "image", options, { width, height });
      },
      superpixels: async (id, options = {}) => girderFile(api, `image/${objectId(id)}/superpixels`, "png", options),
      zip: async ({ include = "all", filter, ids, ...options } = {}) => {
        if (filter !== undefined && ids !== undefined)
          throw new TypeError("zip: expected `filter` or `ids`, got both.");
        if (ids !== undefined && ids.length > BATCH_LIMIT) {
          throw new RangeError(`zip: expected at most ${BATCH_LIMIT} ids, got ${ids.length}.`);
        }
        const imageIds = ids && JSON.stringify(ids.map(objectId));
        return girderFile(api, "image/download", "zip", options, {
          include,
          filter: filter && filterText(filter),
          imageIds,
        });
      },
      tiles: async (id, { signal } = {}) => api.json({ path: `image/${objectId(id)}/tiles`, signal }, tileInfoSchema),
      tile: async (id, z, x, y, options = {}) => {
        for (const index of [z, x, y]) {
          if (!Number.isInteger(index) || index < 0)
            throw new RangeError(`tile: expected whole numbers, got ${index}.`);
        }
        return girderFile(api, `image/${objectId(id)}/tiles/${z}/${x}/${y}`, "image", options);
      },
      segment: async (id, seed, tolerance, { signal } = {}) =>
        api.json(
          {
            method: "POST",
            idempotent: true,
            path: `image/${objectId(id)}/segment`,
            body: { seed, tolerance },
            signal,
          },
          outlineSchema,
        ),
      postMetadata: async (id, metadata, { save = true, signal } = {}) =>
        api.json(
          {
            method: "POST",
            idempotent: !save,
            path: `image/${objectId(id)}/metadata`,
            query: { save },
            body: metadata,
            signal,
          },
          metadataReportSchema,
        ),
    },
    {
      list: [listRule(0, "detail", "sort", "order", "filter", "pageSize")],
      byName: [callRule(1)],
      byIds: [listRule(1)],
      get: [callRule(1)],
      histogram: [callRule(1)],
      download: [fileRule(1)],
      thumbnail: [fileRule(1, "width", "height")],
      superpixels: [fileRule(1)],
      zip: [fileRule(0, "include", "filter", "ids")],
      tiles: [callRule(1)],
      tile: [fileRule(4)],
      segment: [callRule(3)],
      postMetadata: [callRule(2, "save")],
    },
  );
}

/** How many of these images the server has for the caller. */
async function countOf(api: Transport, ids: readonly string[], signal: AbortSignal | undefined): Promise<number> {
  let count = 0;
  for (let start = 0; start < ids.length; start += BATCH) {
    const query = { imageIds: JSON.stringify(ids.slice(start, start + BATCH)), detail: false, limit: 0 };
    count += (await api.json({ path: "image", query, signal }, rowsSchema)).length;
  }
  return count;
}

/** `limit=0`, because the default of 50 cuts even a list of ids; put back into the order asked for. */
async function* batches(
  api: Transport,
  wanted: readonly string[],
  { from, signal }: ListOptions,
): AsyncGenerator<WalkedPage<Image>, void, void> {
  for (let start = from === undefined ? 0 : Number(from.page); start < wanted.length; start += BATCH) {
    const batch = wanted.slice(start, start + BATCH);
    const query = { imageIds: JSON.stringify(batch), detail: true, limit: 0 };
    const found = new Map<string, Image>();
    const rows = await api.json({ path: "image", query, isList: true, signal }, rowsSchema);
    for (const image of readRecords(api, imageSchema, rows, "", "GET image"))
      if (image !== undefined) found.set(image._id, image);
    const items = batch.flatMap((id) => found.get(id) ?? []);
    const positionAfter = (taken: number) => {
      const last = items[taken - 1]?._id;
      const place = taken >= items.length ? batch.length : last === undefined ? 0 : batch.indexOf(last) + 1;
      return { page: String(start + place), seen: [] };
    };
    yield { items, count: null, positionAfter, position: positionAfter(items.length) };
  }
}
