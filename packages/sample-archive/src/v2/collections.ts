import type { CollectionRecord } from "../archive/source.ts";
import { cursorTime, isCursorTime } from "../world/time.ts";
import type { Context, View } from "./context.ts";
import { paginate } from "./paging.ts";
import { invalid, json, notFound, valueError } from "./respond.ts";
import { visibleCollections, visibleImages } from "./visible.ts";

function collectionView({ doi, id, name, description, public: open, pinned, locked }: CollectionRecord): View {
  return {
    doi,
    doi_url: doi === null ? null : `https://doi.org/${doi}`,
    id,
    name,
    description,
    public: open,
    pinned,
    locked,
  };
}

/** `GET collections/`: newest first, or by name. */
export function listCollections({ state, url, user }: Context): Response {
  const sort = url.searchParams.get("sort") ?? undefined;
  if (sort !== undefined && sort !== "name" && sort !== "created") {
    const expected = "'name' or 'created'";
    throw invalid(["query", "sort"], `Input should be ${expected}`, "literal_error", { expected });
  }
  const pinned = readFlag(url, "pinned");
  const chosen = visibleCollections(state, user).filter((c) => pinned === undefined || c.pinned === pinned);
  const byName = sort === "name";
  const sign = sort === "created" || byName ? 1 : -1;
  const key = (c: CollectionRecord) => (byName ? c.name : cursorTime(c.created));
  const compare = (a: string, b: string) => (a < b ? -sign : a > b ? sign : 0);
  const page = paginate(new URL(url.pathname + url.search, state.origin), {
    items: [...chosen].sort((a, b) => compare(key(a), key(b))),
    key,
    compare,
    ...(byName ? undefined : { valid: isCursorTime }),
    count: chosen.length,
  });
  return json(200, { ...page, results: page.results.map(collectionView) });
}

function readFlag(url: URL, name: string): boolean | undefined {
  const text = url.searchParams.get(name);
  if (text === null) return undefined;
  if (["true", "1", "on", "yes", "t", "y"].includes(text.toLowerCase())) return true;
  if (["false", "0", "off", "no", "f", "n"].includes(text.toLowerCase())) return false;
  throw invalid(["query", name], "Input should be a valid boolean, unable to interpret input", "bool_parsing");
}

/** The collection that the path names, if the asker sees it. */
export function readCollection({ state, path, user }: Context): CollectionRecord {
  if (!/^[+-]?\d+$/.test(path[1]!)) {
    throw invalid(
      ["path", "id"],
      "Input should be a valid integer, unable to parse string as an integer",
      "int_parsing",
    );
  }
  const collection = visibleCollections(state, user).find((candidate) => candidate.id === Number(path[1]));
  if (collection === undefined) throw notFound();
  return collection;
}

export function getCollection(context: Context): Response {
  return json(200, collectionView(readCollection(context)));
}

/** `GET collections/{id}/attribution/`: the true credit lines, most frequent first. */
export function collectionAttribution(context: Context): Response {
  const collection = readCollection(context);
  const counts = new Map<string, { license: string; attribution: string; count: number }>();
  for (const image of visibleImages(context.state, context.user)) {
    if (!collection.has(image)) continue;
    const { license, attribution: usual } = context.state.datasetOf(image);
    const attribution = image.v2?.attribution ?? usual;
    const key = `${license}\n${attribution}`;
    const entry = counts.get(key) ?? { license, attribution, count: 0 };
    entry.count++;
    counts.set(key, entry);
  }
  return json(
    200,
    [...counts.values()].sort((a, b) => b.count - a.count),
  );
}

/** `GET collections/autocomplete/` (unlocked ones; one's own when logged in) and `GET autocomplete/collection/` (all). */
export function completeCollection(context: Context, everywhere: boolean): Response {
  const { state, user } = context;
  const query = shortQuery(context.url);
  const fits = visibleCollections(state, user)
    .filter((c) => c.name.toLowerCase().includes(query))
    .filter((c) => everywhere || (!c.locked && (user === undefined || user.admin || c.creatorId === user.id)));
  return json(200, fits.slice(0, everywhere ? 10 : 20).map(collectionView));
}

export function shortQuery(url: URL): string {
  const query = url.searchParams.get("query");
  if (query === null) throw invalid(["query", "query"], "Field required", "missing");
  if (query.length < 3) throw valueError(["query", "query"], "Query too short.");
  return query.toLowerCase();
}
