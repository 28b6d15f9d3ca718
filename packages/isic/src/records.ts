import type { Image as V1Image } from "@isic/api-client/v1";
import type { Image as V2Image } from "@isic/api-client/v2";

/** An image's record as the server sent it: the old API's or today's. */
export type ImageRecord = V1Image | V2Image;

export type { V1Image, V2Image };

export function isV2Image(record: object): record is V2Image {
  return typeof (record as { isic_id?: unknown }).isic_id === "string";
}

/** The id on its server: the `_id` of the old API, the `isic_id` of today's. */
export function idOf(record: ImageRecord): string {
  return isV2Image(record) ? record.isic_id : record._id;
}

export function nameOf(record: ImageRecord): string {
  return isV2Image(record) ? record.isic_id : record.name;
}

/** What stands for an image: an id, a name, a record, a summary with its id (`study.images[0]`), or an `Image`. */
export type ImageReference = string | ImageRecord | { readonly _id: string } | { readonly record: ImageRecord };

/** The record itself where the reference holds a whole one, else the id or name to look up. */
export function resolveReference(reference: ImageReference): ImageRecord | string {
  if (typeof reference === "string") return reference;
  if (typeof reference !== "object" || reference === null) {
    throw new TypeError(
      `expected an id, a name or a record of an image, got ${reference === null ? "null" : typeof reference}`,
    );
  }
  if ("record" in reference && typeof reference.record === "object") return reference.record as ImageRecord;
  if (isV2Image(reference)) return reference;
  const { _id, meta } = reference as { _id?: unknown; meta?: unknown };
  if (typeof _id !== "string")
    throw new TypeError("expected a record of an image with its _id or isic_id, got neither");
  return typeof meta === "object" && meta !== null ? (reference as V1Image) : _id;
}
