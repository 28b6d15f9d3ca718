import type { DownloadOptions, FileDownload } from "../files/download.ts";
import type { ItemList } from "../lists/list.ts";
import { callRule, fileRule, listRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import type { SizedListOptions } from "./datasets.ts";
import { offsetList } from "./offset-list.ts";
import { girderFile, objectId, pageSizeOf } from "./resources.ts";
import { studySchema } from "./schemas.ts";
import type { Study } from "./types.ts";

/** Which studies are listed. */
export interface StudyListOptions extends SizedListOptions {
  /** Only studies that have an annotation in this state. */
  readonly state?: "active" | "complete";
  /** Only studies this user annotates; `me` is the caller. */
  readonly userId?: string;
}

/** The studies of a Girder server: what this caller may see of them. */
export interface Studies {
  list(options?: StudyListOptions): ItemList<Study>;
  get(id: string, options?: CallOptions): Promise<Study>;
  /** One row for each completed annotation. Streamed: no length is announced. */
  csv(id: string, options?: DownloadOptions): Promise<FileDownload>;
}

/** The study functions over an API of `createV1Api`. */
export function studiesOf(api: Transport): Studies {
  return withCheckedOptions<Studies>(
    "studies",
    {
      list: ({ pageSize, state, userId, ...options } = {}) => {
        const user = userId === undefined || userId === "me" ? userId : objectId(userId);
        const query = { detail: true, sort: "lowerName", sortdir: 1, state, userId: user };
        return offsetList(
          api,
          { path: "study", query, schema: studySchema, pageSize: pageSizeOf(pageSize, 50) },
          options,
        );
      },
      get: async (id, { signal } = {}) => api.json({ path: `study/${objectId(id)}`, signal }, studySchema),
      csv: async (id, options = {}) => girderFile(api, `study/${objectId(id)}`, "text", options, { format: "csv" }),
    },
    {
      list: [listRule(0, "pageSize", "state", "userId")],
      get: [callRule(1)],
      csv: [fileRule(1)],
    },
  );
}
