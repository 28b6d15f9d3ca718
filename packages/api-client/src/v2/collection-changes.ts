import * as z from "zod/mini";
import type { CallOptions } from "../options.ts";
import type { Transport } from "../transport/transport.ts";
import { imageIds, whole } from "./checks.ts";
import type { CollectionChanges, ListOutcome } from "./mutations.ts";

const AT_ONCE = 500;

const createdSchema = /* @__PURE__ */ z.looseObject({ collection_id: z.number() });
const outcomeSchema = /* @__PURE__ */ z.looseObject({
  succeeded: z.array(z.string()),
  no_perms_or_does_not_exist: z.array(z.string()),
  private_image_public_collection: z.exactOptional(z.array(z.string())),
});

/** The changing functions; see `collectionChangesOf`. */
export function changeCalls(api: Transport): CollectionChanges {
  async function byList(path: string, ids: readonly string[], { signal }: CallOptions): Promise<ListOutcome> {
    const wanted = imageIds(ids);
    const outcome = { succeeded: [] as string[], noPermissionOrMissing: [] as string[], privateImages: [] as string[] };
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      const body = { isic_ids: wanted.slice(from, from + AT_ONCE) };
      // Adding what is there already, or removing what is gone, changes nothing.
      const part = await api.json({ method: "POST", idempotent: true, path, body, signal }, outcomeSchema);
      outcome.succeeded.push(...part.succeeded);
      outcome.noPermissionOrMissing.push(...part.no_perms_or_does_not_exist);
      outcome.privateImages.push(...(part.private_image_public_collection ?? []));
    }
    return outcome;
  }

  return {
    async create({ name, description, ids }, { signal } = {}) {
      if (ids.length === 0) throw new RangeError("create: expected at least one id, got none.");
      const body = { name, ...(description === undefined ? {} : { description }), isic_ids: imageIds(ids) };
      const call = { method: "POST", path: "collections/create-from-isic-ids/", body, signal } as const;
      return (await api.json(call, createdSchema)).collection_id;
    },
    add: async (id, ids, options = {}) => byList(`collections/${whole(id)}/populate-from-list/`, ids, options),
    remove: async (id, ids, options = {}) => byList(`collections/${whole(id)}/remove-from-list/`, ids, options),
    addInBackground: async (id, ids, { signal } = {}) =>
      api.send({
        method: "POST",
        idempotent: true,
        path: `collections/${whole(id)}/populate-from-isic-ids/`,
        body: { isic_ids: imageIds(ids) },
        signal,
      }),
    addSearch: async (id, { query, collections }, { signal } = {}) =>
      api.send({
        method: "POST",
        idempotent: true,
        path: `collections/${whole(id)}/populate-from-search/`,
        body: { ...(query === undefined ? {} : { query }), ...(collections === undefined ? {} : { collections }) },
        signal,
      }),
    delete: async (id, { signal } = {}) => api.send({ method: "DELETE", path: `collections/${whole(id)}/`, signal }),
  };
}
