import type { SegmentationRecord } from "../archive/source.ts";
import { encodeJpeg } from "../photo/jpeg.ts";
import { unroundedTime } from "../world/time.ts";
import { byParameter, checkImage, isIn } from "./access.ts";
import { type Context, paging, slice } from "./context.ts";
import { accessError, lost, restError } from "./errors.ts";
import { disposition } from "./images.ts";
import { fileAnswer, jsonAnswer } from "./respond.ts";
import { userSummary } from "./views.ts";

/** `GET segmentation`: newest first; "expert" as soon as any expert looked at it, whatever he thought. */
export function listSegmentations(context: Context): Response {
  const { state } = context;
  const image = checkImage(context, byParameter(state.images, "item", context.required("imageId")));
  const creator = context.text("creatorId");
  if (creator !== undefined) byParameter(state.source.users, "user", creator);
  const page = paging(context, "created", -1);
  const key = page.sort === "_id" ? "id" : "created";
  const found = state.segmentations
    .filter((s) => s.imageId === image.id && (creator === undefined || s.creatorId === creator))
    .sort((a, b) => (a[key] < b[key] ? -page.direction : page.direction));
  const shown = slice(found, page).map(({ id, created, failed, reviews }) => {
    const skill = reviews.some((review) => review.skill === "expert") ? "expert" : "novice";
    return { _id: id, created, failed, skill };
  });
  return jsonAnswer(context.request, 200, shown);
}

function read(context: Context): SegmentationRecord {
  const id = context.id();
  const found = context.state.segmentations.find((segmentation) => segmentation.id === id);
  if (found === undefined) throw restError(`Invalid segmentation id (${id}).`);
  checkImage(context, context.state.imageById.get(found.imageId)!);
  return found;
}

/** `GET segmentation/{id}`. */
export function getSegmentation(context: Context): Response {
  const { id, created, creatorId, creatorName, failed, imageId, meta, reviews } = read(context);
  return jsonAnswer(context.request, 200, {
    _id: id,
    created,
    creator: userSummary(context.state.user(creatorId), creatorId, context.user, creatorName),
    failed,
    imageId,
    meta,
    reviews,
  });
}

/** `GET segmentation/{id}/mask`: gone when nobody could draw it. */
export async function segmentationMask(context: Context): Promise<Response> {
  const segmentation = read(context);
  const kind = disposition(context, "attachment");
  if (segmentation.failed) throw restError("This segmentation is failed, and thus has no mask.", 410);
  const bytes = await context.state.source.mask(segmentation);
  if (bytes === undefined) throw lost(context, "mask");
  const { name } = context.state.imageById.get(segmentation.imageId)!;
  return fileAnswer(bytes, "image/png", `${kind}; filename="${name}_segmentation.png"`);
}

/** `GET segmentation/{id}/thumbnail`. */
export async function segmentationThumbnail(context: Context): Promise<Response> {
  const segmentation = read(context);
  const kind = disposition(context, "attachment");
  if (segmentation.failed) throw restError("This segmentation is failed, and thus has no thumbnail.", 410);
  const image = context.state.imageById.get(segmentation.imageId)!;
  const width = Number(context.text("width") ?? 256);
  const outlined = await context.state.source.outlined(segmentation);
  if (outlined === undefined) throw lost(context, "photo");
  const bytes = encodeJpeg(outlined(width), { quality: 85 });
  return fileAnswer(bytes, "image/jpeg", `${kind}; filename="${image.name}_segmentation_thumbnail.jpg"`, false);
}

/** `POST segmentation/{id}/review`: answers with the raw document. */
export async function reviewSegmentation(context: Context): Promise<Response> {
  const { state } = context;
  const segmentation = read(context);
  const skill = isIn(context.user, "Segmentation Experts")
    ? "expert"
    : isIn(context.user, "Segmentation Novices")
      ? "novice"
      : undefined;
  if (skill === undefined || context.user === undefined) {
    throw accessError(
      context.user,
      "Only members of the Segmentation Experts and Segmentation Novices groups can create or review segmentations.",
    );
  }
  const { approved } = await context.body();
  const time = unroundedTime(state.now());
  const review = { approved: approved === true || approved === "true", skill, time, userId: context.user.id } as const;
  const changed = { ...segmentation, reviews: [...segmentation.reviews, review] };
  state.segmentations[state.segmentations.indexOf(segmentation)] = changed;
  const { id, created, creatorId, imageId, meta, reviews } = changed;
  return jsonAnswer(context.request, 200, { _id: id, created, creatorId, imageId, maskId: id, meta, reviews });
}
