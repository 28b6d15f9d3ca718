import type { Image as V1Image } from "@isic/api-client/v1";
import type { Image as V2Image } from "@isic/api-client/v2";

/** An image's record as the server sent it: v1's or v2's. */
export type ImageRecord = V1Image | V2Image;

export type { V1Image, V2Image };

/** An id of v1, and of v2, where it is the name too. */
export const V1_ID: RegExp = /^[0-9a-f]{24}$/;
export const V2_ID: RegExp = /^ISIC_\d{7}$/;

/** An image that was asked for and is not there, in the place of its record. */
export interface UnknownImage {
  readonly unknown: string;
}

/** Does this stand for an id or name that the archive does not have? */
export function isUnknown(record: object): record is UnknownImage {
  return "unknown" in record;
}

/** What stands for an image: an id, a name, a record, a summary with its id (`study.images[0]`), or an `Image`. */
export type ImageReference =
  | string
  | ImageRecord
  | { readonly _id: string }
  | { readonly isic_id: string }
  | { readonly record: ImageRecord };

// The facts of a record, whichever API sent it. Records also come out of manifests, so nothing is taken for granted.

type Fields = Readonly<Record<string, unknown>>;

function isV2Image(record: object): record is V2Image {
  return typeof (record as { isic_id?: unknown }).isic_id === "string";
}

/** The id on its server: `_id` on v1, `isic_id` on v2. */
export function idOf(record: ImageRecord): string {
  return isV2Image(record) ? record.isic_id : record._id;
}

export function nameOf(record: ImageRecord): string {
  return isV2Image(record) ? record.isic_id : record.name;
}

/** What is known about picture, patient and lesion. */
export function metadataOf(record: object): Fields {
  const { meta, metadata } = record as { meta?: unknown; metadata?: unknown };
  return isRecord(metadata) ? metadata : isRecord(meta) ? meta : {};
}

/** The licence that the record itself states, by the archive's name for it. */
export function licenceOf(record: object): string | undefined {
  const { copyright_license, dataset } = record as { copyright_license?: unknown; dataset?: { license?: unknown } };
  const licence = copyright_license ?? dataset?.license;
  return typeof licence === "string" ? licenceName(licence) : undefined;
}

/** The licences as v2 writes them; some datasets of v1 spell them differently ("CC-0", "CC0"). */
export function licenceName(licence: string): string {
  return /^cc-?0/i.test(licence) ? "CC-0" : licence.toUpperCase().startsWith("CC-") ? licence.toUpperCase() : licence;
}

/** Whom the record names: the default of the image's cohort on v2, nobody on v1. The true text: `Archive.termsOf`. */
export function defaultAttributionOf(record: object): string | undefined {
  const { attribution } = record as { attribution?: unknown };
  return typeof attribution === "string" ? attribution : undefined;
}

/**
 * The record with the attribution that holds in the place of its cohort's default; `attribution_of` says so where that
 * had to do. Records of v1 have none, and stay as they are.
 */
export function withTerms<T extends object>(
  record: T,
  {
    attribution,
    attributionOf,
  }: { readonly attribution?: string | undefined; readonly attributionOf?: "image" | "group" | undefined },
): T {
  if (!("attribution" in record)) return record;
  if (attributionOf === "group") return { ...record, attribution_of: "group" };
  return attribution === undefined ? record : { ...record, attribution };
}

/** The dataset's name on v1; records of v2 do not say which collections they are in. */
export function groupNameOf(record: object): string | undefined {
  const { dataset } = record as { dataset?: { name?: unknown } };
  return typeof dataset?.name === "string" ? dataset.name : undefined;
}

/** The id of the dataset on v1. */
export function groupIdOf(record: object): string | undefined {
  const { dataset } = record as { dataset?: { _id?: unknown } };
  return typeof dataset?._id === "string" ? dataset._id : undefined;
}

/** What the record says of the photo's file: its extension, and how many bytes it has at least; v1 records say nothing. */
export function photoFileOf(record: object): { readonly extension?: string; readonly bytes?: number } {
  const { url, size } = (record as { files?: { full?: Fields } }).files?.full ?? {};
  const extension = typeof url === "string" ? /\.([a-z]{3,4})(?:\?|$)/i.exec(url)?.[1]?.toLowerCase() : undefined;
  return { ...(extension && { extension }), ...(typeof size === "number" && { bytes: size }) };
}

/** The size of the photo in pixels, where the record says it. */
export function photoSizeOf(record: object): { readonly width: number; readonly height: number } | undefined {
  const { acquisition = {} } = metadataOf(record) as { acquisition?: Fields };
  const [width, height] = [acquisition.pixelsX ?? acquisition.pixels_x, acquisition.pixelsY ?? acquisition.pixels_y];
  return typeof width === "number" && typeof height === "number" ? { width, height } : undefined;
}

/** What a table says of an image before its metadata. */
export function headOf(record: ImageRecord): Fields {
  const ids = { image_id: idOf(record), image_name: nameOf(record) };
  if (!isV2Image(record)) return { ...ids, image_created: record.created, dataset_name: groupNameOf(record) };
  const { copyright_license, attribution, attribution_of } = record as V2Image & { attribution_of?: string };
  return { ...ids, copyright_license, attribution, ...(attribution_of !== undefined && { attribution_of }) };
}

/**
 * The metadata as parts of a flat table, each with what its columns begin with: v2's are named as in the archive's own
 * `metadata.csv` (`age_approx`), v1's by the paths of criteria (`meta.clinical.age_approx`).
 */
export function tablePartsOf(record: object): (readonly [prefix: string, part: unknown])[] {
  const { meta, metadata, dataset, notes } = record as Fields;
  if (isRecord(metadata)) return Object.values(metadata).map((part) => ["", part] as const);
  return [
    ...(isRecord(meta) ? [["meta", meta] as const] : []),
    ...(isRecord(dataset) ? [["dataset.name", dataset.name] as const] : []),
    ...(isRecord(notes) ? [["notes.tags", notes.tags] as const] : []),
  ];
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
