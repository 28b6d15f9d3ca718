import { dumps } from "../archive/python-text.ts";
import type { ImageRecord, UserRecord } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { checkImage, mayDataset, mayImage, readImage } from "./access.ts";
import { type Context, decodeJson, paging, slice } from "./context.ts";
import { InternalError, lost, restError, validationError } from "./errors.ts";
import { filterPredicate } from "./filter.ts";
import { fileAnswer, headerText, jsonAnswer, textAnswer } from "./respond.ts";
import { imageDetail, imageSummary } from "./views.ts";

const MOST_IDS = 300;

/** `GET image`: at most one of `name`, `filter`, `imageIds`; then permission, order, and only then the page. */
export function listImages(context: Context): Response {
  const { state, user } = context;
  if (["name", "filter", "imageIds"].filter((key) => context.query.has(key)).length > 1) {
    throw restError('Only one of "name", "filter", or "imageIds" may be specified.');
  }
  const page = paging(context, "name");
  const late = state.quirks.v1Release === "2022-04";
  if (late && !["_id", "name", "created"].includes(page.sort)) {
    throw restError('Sort may only be done on "_id", "name", or "created" fields.');
  }
  const wanted = selection(context);
  // whole archives are walked page by page: what one may list, in that order, is found once
  const listed = state.cached(`v1 list ${user?.id} ${page.sort} ${page.direction}`, () =>
    order(
      state.images.filter((image) => image.reviewed?.accepted === true && mayList(state, user, image)),
      page.sort,
      page.direction,
    ),
  );
  const ordered = wanted === undefined ? listed : listed.filter(wanted);
  const shown = slice(ordered, page);
  if (!context.flag("detail")) return jsonAnswer(context.request, 200, shown.map(imageSummary));
  return textAnswer(context.request, 200, `[${shown.map((image) => detailText(context, image)).join(", ")}]`);
}

/** Lists know nothing of studies: what one may open through a study is not in them. */
function mayList(state: ArchiveState, user: UserRecord | undefined, image: ImageRecord): boolean {
  return mayDataset(user, state.datasetOf(image)) && mayImage(state, user, image);
}

const texts = new WeakMap<ImageRecord, string>();

/** The detail of one image as text; what the public sees is kept, since large archives are walked again and again. */
function detailText(context: Context, image: ImageRecord): string {
  const { state, user } = context;
  if (user !== undefined) return dumps(imageDetail(state, image, user), "sorted");
  const key = state.quirks.v1Release === "2022-04" ? undefined : texts.get(image);
  if (key !== undefined) return key;
  const text = dumps(imageDetail(state, image, undefined), "sorted");
  if (state.quirks.v1Release !== "2022-04") texts.set(image, text);
  return text;
}

function order(images: readonly ImageRecord[], sort: string, direction: 1 | -1): readonly ImageRecord[] {
  const key = sort === "_id" ? "id" : sort === "created" || sort === "name" || sort === "updated" ? sort : undefined;
  if (key === undefined) return images;
  return [...images].sort((a, b) => (a[key] < b[key] ? -direction : a[key] > b[key] ? direction : 0));
}

/** What `name`, `filter` or `imageIds` ask for; `undefined` is everything. */
export function selection(context: Context): ((image: ImageRecord) => boolean) | undefined {
  const name = context.text("name");
  if (name !== undefined) return (image) => image.name === name;
  if (context.query.has("filter")) {
    const predicate = filterPredicate(context.text("filter")!);
    return (image) => predicate(image);
  }
  if (!context.query.has("imageIds")) return undefined;
  const ids = imageIds(context.text("imageIds")!);
  return (image) => ids.has(image.id);
}

function imageIds(text: string): ReadonlySet<string> {
  const list = decodeJson(text, "imageIds");
  if (!Array.isArray(list)) throw validationError('"imageIds" must be a JSON-encoded array.', "imageIds");
  if (list.length > MOST_IDS) throw validationError('"imageIds" may not contain more than 300 IDs.', "imageIds");
  for (const id of list) {
    if (typeof id !== "string") throw validationError('Each of "imageIds" must be a string.', "imageIds");
    if (!/^[0-9a-fA-F]{24}$/.test(id)) throw validationError("Invalid ObjectId.", "imageIds");
  }
  return new Set(list.map((id: string) => id.toLowerCase()));
}

/** `GET image/{id}`. */
export function getImage(context: Context): Response {
  return jsonAnswer(context.request, 200, imageDetail(context.state, readImage(context), context.user));
}

/** `GET image/{id}/download`: the original file. */
export async function downloadImage(context: Context): Promise<Response> {
  const image = readImage(context);
  const kind = disposition(context, "attachment");
  const bytes = await context.state.source.photo(image);
  if (bytes === undefined) throw lost(context, "file");
  return fileAnswer(bytes, image.mimeType, `${kind}; filename="${headerText(fileName(image))}"`);
}

/** `GET image/{id}/superpixels`. */
export async function imageSuperpixels(context: Context): Promise<Response> {
  const image = readImage(context);
  const bytes = await context.state.source.superpixels(image);
  if (bytes === undefined) {
    if (context.state.quirks.v1Release === "2022-04" && context.state.source.partial !== true)
      throw validationError("Attempt to load null ObjectId: None");
    throw lost(context, "superpixels");
  }
  return fileAnswer(bytes, "image/png", `attachment; filename="${image.name}_superpixels_v3.0.png"`);
}

/** `GET image/{id}/thumbnail`: fits a box; never named, never cached. */
export async function imageThumbnail(context: Context): Promise<Response> {
  const image = readImage(context);
  const side = (name: string) => {
    const text = context.text(name) ?? "256";
    if (!/^\s*\d+\s*$/.test(text) || Number(text) < 2) throw new InternalError(name);
    return Number(text);
  };
  const bytes = await context.state.source.thumbnail(image, side("width"), side("height"));
  if (bytes === undefined) throw lost(context, "tiles");
  const answer = fileAnswer(bytes, "image/jpeg", "", false);
  answer.headers.delete("Content-Disposition");
  return answer;
}

const TILE = 256;

/** `GET image/{id}/tiles`: the pyramid's facts. */
export function imageTiles(context: Context): Response {
  const { width, height } = size(readImage(context));
  const levels = Math.max(1, Math.ceil(Math.log2(Math.max(width, height) / TILE)) + 1);
  return jsonAnswer(context.request, 200, {
    levels,
    magnification: null,
    mm_x: null,
    mm_y: null,
    sizeX: width,
    sizeY: height,
    tileHeight: TILE,
    tileWidth: TILE,
  });
}

/** `GET image/{id}/tiles/{z}/{x}/{y}`: we serve the whole picture, small, as the only tile of level 0. */
export async function imageTile(context: Context): Promise<Response> {
  const image = readImage(context);
  const numbers = ["z", "x", "y"].map((name) => context.path[name]!);
  if (numbers.some((text) => !/^-?\d+$/.test(text))) throw restError("x, y, and z must be integers");
  const [z, x, y] = numbers.map(Number) as [number, number, number];
  if (z < 0 || x < 0 || y < 0) throw restError("x, y, and z must be positive integers");
  if (z > 0) throw restError("z layer does not exist", 404);
  if (x > 0 || y > 0) throw restError("x is outside layer", 404);
  const bytes = await context.state.source.thumbnail(image, TILE, TILE);
  if (bytes === undefined) throw lost(context, "tiles");
  const answer = fileAnswer(bytes, "image/jpeg", "", false);
  answer.headers.delete("Content-Disposition");
  return answer;
}

/** `POST image/{id}/segment`: a closed outline around the seed. */
export async function segmentImage(context: Context): Promise<Response> {
  context.requireUser();
  const image = checkImage(context, readImage(context));
  const { seed, tolerance } = await context.body();
  const pair = Array.isArray(seed) && seed.length === 2 && seed.every((value) => Number.isInteger(value));
  if (!pair) throw validationError("Value must be a coordinate pair.", "seed");
  if (!Number.isInteger(tolerance)) throw validationError("Value must be an integer.", "tolerance");
  const [x, y] = seed as [number, number];
  const reach = Math.max(2, tolerance as number);
  const { width, height } = size(image);
  const [left, right] = [Math.max(0, x - reach), Math.min(width - 1, x + reach)];
  const [top, bottom] = [Math.max(0, y - reach), Math.min(height - 1, y + reach)];
  const corners = [
    [left, top],
    [left, bottom],
    [right, bottom],
    [right, top],
    [left, top],
  ];
  return jsonAnswer(context.request, 200, {
    type: "Feature",
    geometry: { type: "Polygon", coordinates: [corners] },
    properties: { seedPoint: seed, source: "autofill", tolerance },
  });
}

export function disposition(context: Context, otherwise: "inline" | "attachment"): string {
  const kind = context.text("contentDisposition") ?? otherwise;
  if (kind === "inline" || kind === "attachment") return kind;
  throw validationError(`Unallowed contentDisposition type "${kind}".`, "contentDisposition");
}

/** Usually the image's name; images of 2019 carry what their contributor called them. */
export function fileName(image: ImageRecord): string {
  return (
    image.fileName ??
    `${image.name}.${{ "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif" }[image.mimeType]}`
  );
}

function size(image: ImageRecord): { readonly width: number; readonly height: number } {
  return { width: image.acquisition.pixelsX as number, height: image.acquisition.pixelsY as number };
}
