import { dumps } from "../archive/python-text.ts";
import type { CollectionRecord, ImageRecord, UserRecord } from "../archive/source.ts";
import { readCollection } from "./collections.ts";
import { type Context, jsonBody, requireUser } from "./context.ts";
import { findImages } from "./images.ts";
import { ApiError, invalid, json, text } from "./respond.ts";
import { isPublic, maySee } from "./visible.ts";

const MOST = 500;

/** `POST collections/create-from-isic-ids/`: a private collection of one's own, filled later. */
export async function createCollection(context: Context): Promise<Response> {
  const { state } = context;
  const user = requireUser(context);
  const body = await jsonBody(context);
  const { name, description = "" } = body as { name?: unknown; description?: string };
  if (typeof name !== "string") throw invalid(["body", "payload", "name"], "Field required", "missing");
  const ids = readIds(body);
  if (ids.length === 0) {
    const message = "List should have at least 1 item after validation, not 0";
    throw invalid(["body", "payload", "isic_ids"], message, "too_short", {
      field_type: "List",
      min_length: 1,
      actual_length: 0,
    });
  }
  if (state.collections.some((collection) => collection.creatorId === user.id && collection.name === name)) {
    throw new ApiError(400, { message: "Collection with this Creator and Name already exists." });
  }
  const members = new Set(ids.filter((id) => sees(context, user, id)));
  const id = Math.max(0, ...state.collections.map((collection) => collection.id)) + 1;
  state.collections.push({
    id,
    name,
    description,
    created: state.now(),
    public: false,
    pinned: false,
    locked: false,
    doi: null,
    creatorId: user.id,
    has: (image) => members.has(image.name),
  });
  state.changed();
  return json(202, { collection_id: id });
}

/** `POST collections/{id}/populate-from-list/`. */
export async function addToCollection(context: Context): Promise<Response> {
  const user = requireUser(context);
  const collection = readCollection(context);
  mayChange(collection, user, "add images to");
  const ids = readIds(await jsonBody(context));
  const [known, unknown] = part(ids, (id) => sees(context, user, id));
  const [secret, good] = part(known, (id) => collection.public && !isPublic(context.state, imageOf(context, id)));
  change(context, collection, (image, had) => had || good.includes(image.name));
  return plain({
    no_perms_or_does_not_exist: unknown,
    private_image_public_collection: secret,
    succeeded: good,
  });
}

/** `POST collections/{id}/remove-from-list/`. */
export async function removeFromCollection(context: Context): Promise<Response> {
  const user = requireUser(context);
  const collection = readCollection(context);
  mayChange(collection, user, "remove images from");
  const ids = readIds(await jsonBody(context));
  const [known, unknown] = part(ids, (id) => sees(context, user, id));
  change(context, collection, (image, had) => had && !known.includes(image.name));
  return plain({ no_perms_or_does_not_exist: unknown, succeeded: known });
}

/** `POST collections/{id}/populate-from-isic-ids/`: like the list, but done later. */
export async function addLater(context: Context): Promise<Response> {
  await addToCollection(context);
  return json(202, {});
}

/** `POST collections/{id}/populate-from-search/`. */
export async function addFromSearch(context: Context): Promise<Response> {
  const user = requireUser(context);
  const collection = readCollection(context);
  mayChange(collection, user, "add images to");
  const { query = "", collections = [] } = (await jsonBody(context)) as { query?: string; collections?: number[] };
  const images = new Set(findImages(context, query, collections));
  change(context, collection, (image, had) => had || images.has(image));
  return json(202, {});
}

/** `DELETE collections/{id}/`. */
export function deleteCollection(context: Context): Response {
  const user = requireUser(context);
  const collection = readCollection(context);
  if (collection.creatorId !== user.id && !user.admin) {
    throw new ApiError(403, { error: "You do not have permission to delete this collection." });
  }
  if (collection.locked) throw new ApiError(400, { error: "Can't modify the collection, it's locked." });
  context.state.collections.splice(context.state.collections.indexOf(collection), 1);
  context.state.changed();
  return new Response(null, { status: 204, headers: { Vary: "Cookie, origin" } });
}

/** These two answers carry no charset. */
function plain(body: unknown): Response {
  return text(200, dumps(body, "as given"), "application/json");
}

function mayChange(collection: CollectionRecord, user: UserRecord, what: string): void {
  if (collection.creatorId !== user.id && !user.admin) {
    throw new ApiError(403, { error: `You do not have permission to ${what} this collection.` });
  }
  if (collection.locked) throw new ApiError(409, { error: "Collection is locked" });
}

function change(
  context: Context,
  collection: CollectionRecord,
  has: (image: ImageRecord, had: boolean) => boolean,
): void {
  const { state } = context;
  const changed = { ...collection, has: (image: ImageRecord) => has(image, collection.has(image)) };
  state.collections[state.collections.indexOf(collection)] = changed;
  state.changed();
}

function readIds(body: { readonly [key: string]: unknown }): readonly string[] {
  const loc = ["body", "payload", "isic_ids"];
  const ids = body.isic_ids;
  if (!Array.isArray(ids)) throw invalid(loc, "Input should be a valid list", "list_type");
  if (ids.length > MOST) {
    const message = `List should have at most ${MOST} items after validation, not ${ids.length}`;
    throw invalid(loc, message, "too_long", { field_type: "List", max_length: MOST, actual_length: ids.length });
  }
  ids.forEach((id, i) => {
    if (typeof id === "string" && /^ISIC_[0-9]{7}$/.test(id)) return;
    const pattern = "ISIC_[0-9]{7}";
    throw invalid([...loc, i], `String should match pattern '${pattern}'`, "string_pattern_mismatch", { pattern });
  });
  return [...new Set(ids as string[])];
}

function sees({ state }: Context, user: UserRecord, name: string): boolean {
  const image = state.imageByName.get(name);
  return image !== undefined && maySee(state, image, user);
}

function imageOf({ state }: Context, name: string): ImageRecord {
  return state.imageByName.get(name)!;
}

function part<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  const out: [T[], T[]] = [[], []];
  for (const item of items) out[test(item) ? 0 : 1].push(item);
  return out;
}
