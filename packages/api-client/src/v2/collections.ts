import * as z from "zod/mini";
import type { DownloadOptions, FileDownload } from "../files/download.ts";
import type { ItemList, ListOptions } from "../lists/list.ts";
import { callRule, fileRule, listRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { cursorList } from "./cursor-list.ts";
import { atLeastThree, whole } from "./ids.ts";
import { collectionSchema } from "./schemas.ts";
import { siteCsv } from "./site.ts";
import type { Collection, Extra, License } from "./types.ts";

/** How many images of a collection come with this licence and credit line: the images' own, not the default. */
export interface CollectionAttribution extends Extra {
  license: License;
  attribution: string;
  count: number;
}

/** Which collections are listed, in which order. */
export interface CollectionListOptions extends ListOptions {
  readonly pinned?: boolean;
  /** @default newest first */
  readonly sort?: "name" | "created";
}

/** The collections of the archive: what this caller may see of them. */
export interface Collections {
  list(options?: CollectionListOptions): ItemList<Collection>;
  get(id: number, options?: CallOptions): Promise<Collection>;
  /** Licences and credit lines of its images, most frequent first. */
  attribution(id: number, options?: CallOptions): Promise<CollectionAttribution[]>;
  /** Its images' metadata as CSV, with their own attribution. Streamed: no length is announced. */
  metadataCsv(id: number, options?: DownloadOptions): Promise<FileDownload>;
  /** At most 10 collections by a part of their name, at least 3 characters. */
  find(text: string, options?: CallOptions): Promise<Collection[]>;
  /** At most 20 unlocked collections by a part of their name; with a login only the caller's own. */
  autocomplete(text: string, options?: CallOptions): Promise<Collection[]>;
}

const foundSchema = /* @__PURE__ */ z.array(collectionSchema);
const attributionSchema = /* @__PURE__ */ z.array(
  z.looseObject({ license: z.string(), attribution: z.string(), count: z.number() }),
);

/** The collection functions over an API of `createV2Api`. */
export function collectionsOf(api: Transport): Collections {
  return withCheckedOptions<Collections>(
    "collections",
    {
      list: ({ pinned, sort, ...options } = {}) => {
        const idOf = (collection: Collection) => String(collection.id);
        return cursorList(
          api,
          { path: "collections/", query: { pinned, sort }, schema: collectionSchema, idOf },
          options,
        );
      },
      get: async (id, { signal } = {}) => api.json({ path: `collections/${whole(id)}/`, signal }, collectionSchema),
      attribution: async (id, { signal } = {}) =>
        api.json({ path: `collections/${whole(id)}/attribution/`, signal }, attributionSchema),
      metadataCsv: async (id, options = {}) => siteCsv(api, `/collections/${whole(id)}/metadata/`, options),
      find: async (text, { signal } = {}) =>
        api.json({ path: "autocomplete/collection/", query: { query: atLeastThree(text) }, signal }, foundSchema),
      autocomplete: async (text, { signal } = {}) =>
        api.json({ path: "collections/autocomplete/", query: { query: atLeastThree(text) }, signal }, foundSchema),
    },
    {
      list: [listRule(0, "pinned", "sort")],
      get: [callRule(1)],
      attribution: [callRule(1)],
      metadataCsv: [fileRule(1)],
      find: [callRule(1)],
      autocomplete: [callRule(1)],
    },
  );
}
