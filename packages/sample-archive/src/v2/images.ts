import { dumps } from "../archive/python-text.ts";
import type { ImageRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { cursorTime, isCursorTime } from "../world/time.ts";
import type { View } from "./context.ts";
import { type Context, requireUser } from "./context.ts";
import { type Paged, paginate } from "./paging.ts";
import { searchPredicate } from "./query.ts";
import { announcedSize, extension, metadata, thumbnailSize } from "./records.ts";
import { ApiError, invalid, json, notFound, text, valueError } from "./respond.ts";
import { signedPath } from "./signed-url.ts";
import { isPublic, maySee, visibleCollections, visibleImages } from "./visible.ts";

/** An image as v2 sends it. */
export function imageView(state: ArchiveState, image: ImageRecord): View {
  const { license, attribution } = state.datasetOf(image);
  const open = isPublic(state, image);
  const url = (path: string) => `${state.fileOrigin}${open ? path : signedPath(state, path)}`;
  return {
    isic_id: image.name,
    copyright_license: license,
    // the dataset's default, not the image's own: that one is only in the CSV
    attribution,
    files: {
      full: { url: url(`/images/${image.name}.${extension(image)}`), size: announcedSize(state, image) },
      thumbnail_256: { url: url(`/thumbnails/${image.name}_thumbnail.jpg`), size: thumbnailSize(image) },
    },
    metadata: metadata(image),
    public: open,
  };
}

/** `GET images/` and `GET images/search/`. */
export function listImages(context: Context): Response {
  return pageOfImages(context, visibleImages(context.state, context.user));
}

export function searchImages(context: Context): Response {
  return pageOfImages(context, searched(context));
}

const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** In order of publication; with `pin_sort`, whatever it says, pinned ones first and cursors of two parts. */
function ordering(pinsFirst: boolean): Pick<Paged<ImageRecord>, "key" | "compare" | "valid"> {
  if (!pinsFirst) return { key: (image) => cursorTime(image.published), compare: byText, valid: isCursorTime };
  return {
    key: (image) => `${image.pinned ?? 0}|${cursorTime(image.published)}`,
    compare: (a, b) => {
      const [[pinA, timeA], [pinB, timeB]] = [a.split("|"), b.split("|")] as [[string, string], [string, string]];
      return Number(pinB) - Number(pinA) || byText(timeA, timeB);
    },
    valid: (text) => {
      const [pin = "", time = "", ...rest] = text.split("|");
      return rest.length === 0 && /^[0-9]+$/.test(pin) && isCursorTime(time);
    },
  };
}

function pageOfImages({ state, url }: Context, images: readonly ImageRecord[]): Response {
  const pinsFirst = (url.searchParams.get("pin_sort") ?? "") !== "";
  const items = pinsFirst ? [...images].sort((a, b) => (b.pinned ?? 0) - (a.pinned ?? 0)) : images;
  const paged: Paged<ImageRecord> = {
    ...ordering(pinsFirst),
    items,
    count: items.length + (state.quirks.countDrift ?? 0),
  };
  const page = paginate(new URL(url.pathname + url.search, state.origin), paged);
  const { results, ...rest } = page;
  const tail = dumps(rest, "as given").slice(1);
  const body = `{"results": [${results.map((image) => imageText(state, image)).join(", ")}], ${tail}`;
  const answer = text(200, body, TYPE);
  if (state.quirks.growth !== undefined && state.quirks.growth > 0) state.grow(state.quirks.growth);
  return answer;
}

const TYPE = "application/json; charset=utf-8";

/** Public records are walked over and over; their text is made once. Signed addresses change from day to day. */
function imageText(state: ArchiveState, image: ImageRecord): string {
  if (!isPublic(state, image)) return dumps(imageView(state, image), "as given");
  const texts = state.textsOf(state.fileOrigin);
  const found = texts.get(image) ?? dumps(imageView(state, image), "as given");
  texts.set(image, found);
  return found;
}

/** What `query` and `collections` leave of the images that the asker sees. */
export function searched(context: Context, engine: Engine = "postgres"): readonly ImageRecord[] {
  const { url } = context;
  return findImages(context, url.searchParams.get("query") ?? "", readCollections(url), engine);
}

type Engine = "postgres" | "elasticsearch";

export function findImages(
  context: Pick<Context, "state" | "user">,
  query: string,
  collections: readonly number[],
  engine: Engine = "postgres",
): readonly ImageRecord[] {
  const { state, user } = context;
  const key = JSON.stringify(["found", user?.id, query, collections, engine]);
  return state.cached(key, () => {
    const wanted = searchPredicate(state, query, engine);
    if (wanted === undefined) throw new ApiError(400, { message: "Could not parse search query." });
    const of = visibleCollections(state, user).filter((collection) => collections.includes(collection.id));
    return visibleImages(state, user).filter(
      (image) => (collections.length === 0 || of.some((c) => c.has(image))) && wanted(image),
    );
  });
}

function readCollections(url: URL): readonly number[] {
  const values = url.searchParams.getAll("collections").filter((value) => value !== "");
  return values
    .flatMap((value) => value.split(","))
    .map((part) => {
      if (/^\s*[+-]?\d+\s*$/.test(part)) return Number(part);
      throw valueError(["query", "collections"], `invalid literal for int() with base 10: '${part}'`);
    });
}

/** The image of the path, if the asker sees it; private and absent ones cannot be told apart. */
function readImage({ state, user, path }: Context): ImageRecord {
  const image = state.imageByName.get(path[1]!);
  if (image === undefined || !maySee(state, image, user)) throw notFound();
  return image;
}

export function getImage(context: Context): Response {
  return json(200, imageView(context.state, readImage(context)));
}

/** `GET images/{id}/similar/`: by colour of diagnosis, which is as good as any embedding here. */
export function similarImages(context: Context): Response {
  requireUser(context);
  const limit = Number(context.url.searchParams.get("limit") ?? 10);
  if (limit > 50) {
    throw invalid(["query", "limit"], "Input should be less than or equal to 50", "less_than_equal", { le: 50 });
  }
  const image = readImage(context);
  const alike = visibleImages(context.state, context.user).filter(
    (other) =>
      other !== image &&
      typeof other.clinical.diagnosis === "string" &&
      other.clinical.diagnosis === image.clinical.diagnosis,
  );
  return json(
    200,
    alike.slice(0, limit).map((other, i) => ({ ...imageView(context.state, other), distance: 0.05 * (i + 1) })),
  );
}

/** `GET images/search/size/`. */
export function searchSize(context: Context): Response {
  return json(200, {
    size: searched(context, "elasticsearch").reduce((sum, image) => sum + announcedSize(context.state, image), 0),
  });
}
