import * as z from "zod/mini";
import type { DownloadOptions, FileDownload } from "../files/download.ts";
import type { ItemList, ListOptions } from "../lists/list.ts";
import { callRule, fileRule, listRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { offsetList } from "./offset-list.ts";
import { girderFile, objectId, pageSizeOf } from "./resources.ts";
import { accessSchema, datasetSchema, metadataFileSchema, reviewImageSchema } from "./schemas.ts";
import type { AccessList, Dataset, MetadataFile, ReviewImage } from "./types.ts";

/** What lists of v1 take besides. */
export interface SizedListOptions extends ListOptions {
  /** Rows per request. */
  readonly pageSize?: number;
}

/** The datasets of a Girder server: what this caller may see of them. */
export interface Datasets {
  list(options?: SizedListOptions): ItemList<Dataset>;
  get(id: string, options?: CallOptions): Promise<Dataset>;
  /** Who may do what. For the dataset's administrators. */
  access(id: string, options?: CallOptions): Promise<AccessList>;
  /** The metadata files that were registered. For reviewers. */
  metadata(id: string, options?: CallOptions): Promise<MetadataFile[]>;
  /** One of them, as CSV. For reviewers. */
  metadataFile(id: string, fileId: string, options?: DownloadOptions): Promise<FileDownload>;
  /** The images that wait for their review. For reviewers. */
  review(id: string, options?: CallOptions): Promise<ReviewImage[]>;
}

const metadataFilesSchema = /* @__PURE__ */ z.array(metadataFileSchema);
const reviewSchema = /* @__PURE__ */ z.array(reviewImageSchema);

/** The dataset functions over an API of `createV1Api`. */
export function datasetsOf(api: Transport): Datasets {
  const path = (id: string, part = "") => `dataset/${objectId(id)}${part}`;
  return withCheckedOptions<Datasets>(
    "datasets",
    {
      list: ({ pageSize, ...options } = {}) => {
        const query = { detail: true, sort: "name", sortdir: 1 };
        return offsetList(
          api,
          { path: "dataset", query, schema: datasetSchema, pageSize: pageSizeOf(pageSize, 100) },
          options,
        );
      },
      get: async (id, { signal } = {}) => api.json({ path: path(id), signal }, datasetSchema),
      access: async (id, { signal } = {}) => api.json({ path: path(id, "/access"), signal }, accessSchema),
      metadata: async (id, { signal } = {}) => api.json({ path: path(id, "/metadata"), signal }, metadataFilesSchema),
      metadataFile: async (id, fileId, options = {}) =>
        girderFile(api, path(id, `/metadata/${objectId(fileId)}/download`), "text", options),
      // No paging here: 0 means all.
      review: async (id, { signal } = {}) =>
        api.json({ path: path(id, "/review"), query: { limit: 0 }, signal }, reviewSchema),
    },
    {
      list: [listRule(0, "pageSize")],
      get: [callRule(1)],
      access: [callRule(1)],
      metadata: [callRule(1)],
      metadataFile: [fileRule(2)],
      review: [callRule(1)],
    },
  );
}
