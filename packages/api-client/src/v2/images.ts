import * as z from "zod/mini";
import { fileUrl } from "../files/address.ts";
import { type DownloadOptions, download, type FileDownload } from "../files/download.ts";
import type { ItemList, ListOptions } from "../lists/list.ts";
import { callRule, fileRule, listRule, nameRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { type Facets, facetsSchema } from "./facets.ts";
import { imageId, isImageId } from "./ids.ts";
import { imageSchema, similarImageSchema } from "./schemas.ts";
import { countedQueriesOf, queriesOf, searchList } from "./search.ts";
import type { FileRef, Image, Search, SimilarImage } from "./types.ts";

/** What can be downloaded: a record, one of its files, an id, or a URL that the archive gave. */
export type FileTarget = Image | FileRef | string;

/** The images of the archive. */
export interface Images {
  /** All images this caller may see, in the order of their publication. */
  list(options?: ListOptions): ItemList<Image>;
  /** The images that a search finds, in the order of their publication. */
  search(search?: Search, options?: ListOptions): ItemList<Image>;
  /** One image by its `isic_id`. */
  get(id: string, options?: CallOptions): Promise<Image>;
  /** The images most like this one, nearest first; at most 50. Needs a login. Empty when nothing is known. */
  similar(id: string, options?: CallOptions & { readonly limit?: number }): Promise<SimilarImage[]>;
  /** The bytes of all full-size files of a search together, from a daily index. */
  size(search?: Search, options?: CallOptions): Promise<number>;
  /** How often each value occurs among the images of a search, from a daily index. */
  facets(search?: Search, options?: CallOptions): Promise<Facets>;
  /** The full-size file. An expired signed URL is asked for again when a record or an id is given. */
  download(target: FileTarget, options?: DownloadOptions): Promise<FileDownload>;
  /** The thumbnail: a JPEG of at most 256 x 256 pixels. */
  thumbnail(target: FileTarget, options?: DownloadOptions): Promise<FileDownload>;
  /** The `isic_id` of a public image, by the 24-digit id it had on v1. */
  idOfV1(id: string, options?: CallOptions): Promise<string>;
}

const idOf = (image: Image): string => image.isic_id;
const sizeSchema = /* @__PURE__ */ z.looseObject({ size: z.number() });
const similarSchema = /* @__PURE__ */ z.array(similarImageSchema);

/** The image functions over an API of `createV2Api`. */
export function imagesOf(api: Transport): Images {
  const get: Images["get"] = async (id, { signal } = {}) =>
    api.json({ path: `images/${imageId(id)}/`, signal }, imageSchema);

  /** Searches that are answered with one number or table must fit into one request. */
  const oneQuery = (path: string, search: Search) => {
    const queries = countedQueriesOf(api, path, search);
    if (queries.length > 1) throw new RangeError("The ids are too many for one request: ask in parts and add up.");
    return queries[0];
  };

  async function file(target: FileTarget, which: "full" | "thumbnail_256", options: DownloadOptions) {
    const record = isImageId(target) ? await get(target, options) : target;
    const id = typeof record === "object" && "isic_id" in record ? (record as Image).isic_id : undefined;
    const call = (url: string) => ({ path: fileUrl(api, url), anonymous: true, accept: "image/*" });
    return await download(api, {
      ...options,
      kind: "image",
      call: call(urlOf(record, which)),
      renew: id === undefined ? undefined : async () => call((await get(id, options)).files[which].url),
    });
  }

  return withCheckedOptions<Images>(
    "images",
    {
      get,
      list: (options = {}) => searchList(api, { path: "images/", schema: imageSchema, idOf }, [{}], {}, options),
      search: (search = {}, options = {}) => {
        const path = "images/search/";
        return searchList(api, { path, schema: imageSchema, idOf }, queriesOf(api, path, search), search, options);
      },
      similar: async (id, { limit = 10, signal } = {}) => {
        if (!Number.isInteger(limit) || limit < 1 || limit > 50) {
          throw new RangeError(`limit: expected 1 to 50, got ${limit}.`);
        }
        return api.json({ path: `images/${imageId(id)}/similar/`, query: { limit }, signal }, similarSchema);
      },
      async size(search = {}, { signal } = {}) {
        const query = oneQuery("images/search/size/", search);
        if (query === undefined) return 0;
        return (await api.json({ path: "images/search/size/", query, signal }, sizeSchema)).size;
      },
      async facets(search = {}, { signal } = {}) {
        const query = oneQuery("images/facets/", search);
        if (query === undefined) return {};
        return await api.json({ path: "images/facets/", query, signal }, facetsSchema);
      },
      download: async (target, options = {}) => file(target, "full", options),
      thumbnail: async (target, options = {}) => file(target, "thumbnail_256", options),
      idOfV1: async (id, options = {}) => idOfV1(api, id, options),
    },
    {
      get: [callRule(1)],
      list: [listRule(0)],
      search: [nameRule(0, "query", "collections", "ids"), listRule(1)],
      similar: [callRule(1, "limit")],
      size: [nameRule(0, "query", "collections", "ids"), callRule(1)],
      facets: [nameRule(0, "query", "collections", "ids"), callRule(1)],
      download: [fileRule(1)],
      thumbnail: [fileRule(1)],
      idOfV1: [callRule(1)],
    },
  );
}

function urlOf(target: FileTarget, which: "full" | "thumbnail_256"): string {
  if (typeof target === "string") return target;
  if ("isic_id" in target) return (target as Image).files[which].url;
  return (target as FileRef).url;
}

/** The site's page of an image moves from the old id to the new one; only the address is of interest. */
async function idOfV1(api: Transport, id: string, options: CallOptions): Promise<string> {
  if (!/^[0-9a-f]{24}$/.test(id)) throw new TypeError(`Expected 24 hexadecimal digits, got ${JSON.stringify(id)}.`);
  const page = await download(api, {
    ...options,
    kind: "any",
    // A page of the site, which knows no tokens; in a page of another origin one would even forbid the request.
    call: { path: new URL(`/images/${id}/`, api.baseUrl), accept: "text/html", anonymous: true },
  });
  await page.cancel();
  const found = /\/images\/(ISIC_\d{7})\/?$/.exec(new URL(page.url).pathname)?.[1];
  if (found === undefined) throw new TypeError(`The archive did not lead from ${id} to an image.`);
  return found;
}
