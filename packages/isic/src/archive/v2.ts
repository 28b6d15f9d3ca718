import type { V2Client, Image as V2Image } from "@isic/api-client/v2";
import { NotFoundError } from "../errors.ts";
import { present } from "../session/present.ts";
import { fetchedFile } from "./fetched-file.ts";
import type { ImageRecord } from "./records.ts";
import { isV2Image } from "./records.ts";
import type { Archive, ImagePage, ListOptions } from "./types.ts";

const ID = /^ISIC_\d{7}$/;

/** Today's archive: names are ids, and there are no superpixels to serve. */
export function v2Archive(client: V2Client, account: string): Archive {
  return {
    family: "v2",
    host: client.api.baseUrl.host,
    account,
    isId: (text) => ID.test(text),
    imageById: (id, options) => client.images.get(id, options),
    imageByName: (name) => Promise.reject(new NotFoundError("image", name)),
    imagePages: (options = {}) => pages(client, options),
    photo: async (record, options = {}) =>
      fetchedFile(await client.images.download(v2Record(record), present(options))),
    thumbnail: async (record, options = {}) =>
      fetchedFile(await client.images.thumbnail(v2Record(record), present(options))),
    superpixels: async () => undefined,
  };
}

async function* pages(
  client: V2Client,
  { query, collections, from, signal }: ListOptions,
): AsyncGenerator<ImagePage, void, void> {
  const options = present({ from, signal });
  const isSearch = query !== undefined || collections !== undefined;
  const list = isSearch ? client.images.search({ query, collections }, options) : client.images.list(options);
  let total: number | undefined;
  for await (const { items, count, position } of list.pages()) {
    total = count ?? total;
    yield { records: items, position, total };
  }
}

function v2Record(record: ImageRecord): V2Image {
  if (!isV2Image(record))
    throw new TypeError("expected a record of today's archive (with isic_id), got one of the old API");
  return record;
}
