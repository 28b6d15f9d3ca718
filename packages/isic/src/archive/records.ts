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
export type ImageReference =
  | string
  | ImageRecord
  | { readonly _id: string }
  | { readonly isic_id: string }
  | { readonly record: ImageRecord };

/**
 * The record itself where the reference holds a whole one of this family, else the id or name to look up; nothing
 * where it has neither.
 */
export function resolveReference(reference: ImageReference, family: "v1" | "v2"): ImageRecord | string | undefined {
  if (typeof reference === "string") return reference || undefined;
  const record = recordIn(reference);
  const { _id, isic_id, name, meta, metadata, files } = record;
  const isWhole = family === "v2" ? isObject(metadata) && isObject(files) : isObject(meta) && typeof name === "string";
  const id = family === "v2" ? isic_id : _id;
  if (typeof id !== "string") return undefined;
  return isWhole ? (record as ImageRecord) : id;
}

/** What was given, or the record of it where it is one of our objects; an object in any case. */
export function recordIn(given: unknown): Record<string, unknown> {
  const { record } = Object(given);
  return isObject(record) ? record : Object(given);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** What the record says of the photo's file: its extension, and how many bytes it has at least; v1 records say nothing. */
export function photoFileOf(record: ImageRecord): { readonly extension?: string; readonly bytes?: number } {
  if (!isV2Image(record)) return {};
  const { url, size } = record.files?.full ?? {};
  const extension = typeof url === "string" ? /\.([a-z]{3,4})(?:\?|$)/i.exec(url)?.[1]?.toLowerCase() : undefined;
  return { ...(extension && { extension }), ...(typeof size === "number" && { bytes: size }) };
}

/** The size of the photo in pixels, where the record says it. */
export function photoSizeOf(record: ImageRecord): { readonly width: number; readonly height: number } | undefined {
  const { pixelsX, pixelsY, pixels_x, pixels_y } = Object(
    isV2Image(record) ? record.metadata?.acquisition : record.meta?.acquisition,
  );
  const [width, height] = [pixelsX ?? pixels_x, pixelsY ?? pixels_y];
  return typeof width === "number" && typeof height === "number" ? { width, height } : undefined;
}
