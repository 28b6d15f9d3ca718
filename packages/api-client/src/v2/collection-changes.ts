import * as z from "zod/mini";
import { callRule, nameRule, withCheckedOptions } from "../schema/options.ts";
import type { CallOptions } from "../transport/options.ts";
import type { Transport } from "../transport/transport.ts";
import { imageIds, whole } from "./ids.ts";
import type { Search } from "./types.ts";

/** What became of the ids of a list. */
export interface ListOutcome {
  readonly succeeded: readonly string[];
  readonly noPermissionOrMissing: readonly string[];
  /** Private images do not go into public collections. Empty for removals. */
  readonly privateImages: readonly string[];
}

/**
 * Changes to collections: for their creator, with a login. Locked ones refuse (HttpError 409 or 400), those of
 * others too (AuthError `forbidden`). Nothing here is repeated by itself except what can be repeated without harm.
 */
export interface CollectionChanges {
  /** Makes a collection of these images; the server fills it in the background. Its number. */
  create(
    collection: { readonly name: string; readonly description?: string; readonly ids: readonly string[] },
    options?: CallOptions,
  ): Promise<number>;
  /** Adds images, 500 at a time, and tells about each. */
  add(id: number, ids: readonly string[], options?: CallOptions): Promise<ListOutcome>;
  /** Takes images out, 500 at a time, and tells about each. */
  remove(id: number, ids: readonly string[], options?: CallOptions): Promise<ListOutcome>;
  /** Adds any number of images in the background. */
  addInBackground(id: number, ids: readonly string[], options?: CallOptions): Promise<void>;
  /** Adds what a search finds, in the background. */
  addSearch(id: number, search: Omit<Search, "ids">, options?: CallOptions): Promise<void>;
  delete(id: number, options?: CallOptions): Promise<void>;
}

const AT_ONCE = 500;

const createdSchema = /* @__PURE__ */ z.looseObject({ collection_id: z.number() });
const outcomeSchema = /* @__PURE__ */ z.looseObject({
  succeeded: z.array(z.string()),
  no_perms_or_does_not_exist: z.array(z.string()),
  private_image_public_collection: z.exactOptional(z.array(z.string())),
});

/** The changing functions over an API of `createV2Api`. */
export function collectionChangesOf(api: Transport): CollectionChanges {
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

  return withCheckedOptions<CollectionChanges>(
    "collectionChanges",
    {
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
    },
    {
      create: [nameRule(0, "name", "description", "ids"), callRule(1)],
      add: [callRule(2)],
      remove: [callRule(2)],
      addInBackground: [callRule(2)],
      addSearch: [nameRule(1, "query", "collections"), callRule(2)],
      delete: [callRule(1)],
    },
  );
}
