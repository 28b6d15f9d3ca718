import type { ItemList, ListOptions } from "../lists/list.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { cursorList } from "./cursor-list.ts";
import { lesionSchema } from "./schemas.ts";
import type { Lesion } from "./types.ts";

/** Lesions all of whose images this caller may see. Slow on the server: each embeds its images. */
export interface Lesions {
  list(options?: ListOptions): ItemList<Lesion>;
  /** One lesion by its id, `IL_` and seven digits. */
  get(id: string, options?: CallOptions): Promise<Lesion>;
}

/** The lesion functions over an API of `createV2Api`. */
export function lesionsOf(api: Transport): Lesions {
  return {
    list: (options = {}) =>
      cursorList(api, { path: "lesions/", schema: lesionSchema, idOf: (lesion) => lesion.id }, options),
    get: async (id, { signal } = {}) => {
      if (!/^IL_\d{7}$/.test(id)) throw new TypeError(`Expected an id like IL_0000000, got ${JSON.stringify(id)}.`);
      return await api.json({ path: `lesions/${id}/`, signal }, lesionSchema);
    },
  };
}
