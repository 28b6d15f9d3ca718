import type { V1Client } from "@isic/api-client/v1";
import type { Archive } from "./types.ts";

const ID = /^[0-9a-f]{24}$/;
/** Loaded by the first call: pages of today's archive never make one. */
const calls = () => import("./v1-calls.ts");

/** A Girder server: the API of the original package. */
export function v1Archive(client: V1Client, account: string): Archive {
  return {
    family: "v1",
    host: client.api.baseUrl.host,
    account,
    isId: (text) => ID.test(text),
    imageById: async (id, options) => (await calls()).imageById(client, id, options),
    imageByName: async (name, options) => (await calls()).imageByName(client, name, options),
    async *imagePages(options) {
      yield* (await calls()).imagePages(client, options);
    },
    photo: async (record, options) => (await calls()).photo(client, record, options),
    thumbnail: async (record, options) => (await calls()).thumbnail(client, record, options),
    superpixels: async (record, options) => (await calls()).superpixels(client, record, options),
  };
}
