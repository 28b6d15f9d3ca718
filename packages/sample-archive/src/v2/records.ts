import type { Bytes, DatasetRecord, ImageRecord, JsonObject } from "../archive/source.ts";
import type { ArchiveState } from "../archive/state.ts";
import { withCredits } from "../photo/jpeg-segments.ts";
import { hash } from "../world/random.ts";
import { diagnosisLevels, IMAGE_TYPES, siteLevels } from "./taxonomy.ts";

/** Metadata as v2 knows it: unknown is absent, never null. */
export interface Metadata {
  readonly acquisition: JsonObject;
  readonly clinical: JsonObject;
}

const PLAIN = [
  "sex",
  "personal_hx_mm",
  "family_hx_mm",
  "melanocytic",
  "mel_mitotic_index",
  "mel_ulcer",
  "age_approx",
  "lesion_id",
  "patient_id",
] as const;
const CONFIRMED = [
  "histopathology",
  "serial imaging showing no change",
  "single image expert consensus",
  "confocal microscopy with consensus dermoscopy",
];

const known = new WeakMap<ImageRecord, Metadata>();

/** A v1 record in v2's words. */
export function metadata(image: ImageRecord): Metadata {
  const found = known.get(image) ?? translate(image);
  known.set(image, found);
  return found;
}

function translate({ acquisition, clinical, v2 }: ImageRecord): Metadata {
  const imageType = v2?.acquisition?.image_type ?? IMAGE_TYPES[String(acquisition.image_type)];
  const confirmed = clinical.diagnosis_confirm_type;
  const own = v2?.clinical ?? {};
  return {
    acquisition: present({
      pixels_x: acquisition.pixelsX,
      pixels_y: acquisition.pixelsY,
      image_type: imageType,
      // the archive refuses it beside any other type
      dermoscopic_type: imageType === "dermoscopic" ? acquisition.dermoscopic_type : undefined,
      ...v2?.acquisition,
    }),
    clinical: present({
      ...Object.fromEntries(PLAIN.map((key) => [key, clinical[key]])),
      ...siteLevels(clinical.anatom_site_general),
      ...diagnosisLevels(clinical),
      diagnosis_confirm_type: CONFIRMED.includes(String(confirmed)) ? confirmed : undefined,
      ...own,
      ...Object.fromEntries(DECIMALS.map((key) => [key, decimal(own[key] ?? clinical[key])])),
    }),
  };
}

const DECIMALS = ["clin_size_long_diam_mm", "mel_thick_mm"] as const;

/** Decimals travel as text with two digits, however the source has them. */
function decimal(value: unknown): string | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number.toFixed(2) : undefined;
}

function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

export function extension(image: ImageRecord): string {
  return { "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif" }[image.mimeType];
}

/**
 * What v2 wrote down when the file came in, before it embedded the credits: never more than it serves. A source that
 * does not know announces 1.
 */
export function announcedSize(state: ArchiveState, image: ImageRecord): number {
  return state.source.photoSize?.(image) ?? 1;
}

/** What v2 announces of a thumbnail: a size that the thumbnail is filled up to where it is smaller. */
export function thumbnailSize({ name, acquisition }: ImageRecord): number {
  const scale = Math.min(1, THUMBNAIL / Math.max(acquisition.pixelsX as number, acquisition.pixelsY as number));
  const pixels = (acquisition.pixelsX as number) * (acquisition.pixelsY as number) * scale ** 2;
  return Math.round(pixels * 0.17) + 900 + (hash(name) % 97);
}

/** Longest side of a thumbnail. */
export const THUMBNAIL = 256;

/** What a licence wants said, which is not always what the image's JSON says. */
export function trueAttribution(state: ArchiveState, image: ImageRecord): string {
  return image.v2?.attribution ?? state.datasetOf(image).attribution;
}

/** A JPEG file as v2 serves it: with the image's own credit line and its licence inside, and so longer than announced. */
export function credited(state: ArchiveState, image: ImageRecord, jpeg: Bytes): Bytes {
  if (state.source.credited === true) return jpeg;
  const licence = state.datasetOf(image).license;
  const credit = trueAttribution(state, image);
  return withCredits(jpeg, { name: image.name, credit, licence, licenceUrl: LICENCE_URLS[licence] });
}

const LICENCE_URLS: { readonly [licence in DatasetRecord["license"]]: string } = {
  "CC-0": "https://creativecommons.org/publicdomain/zero/1.0/",
  "CC-BY": "https://creativecommons.org/licenses/by/4.0/",
  "CC-BY-NC": "https://creativecommons.org/licenses/by-nc/4.0/",
};

/** The photo as v2 serves it; only JPEG files have credits. */
export async function publishedPhoto(state: ArchiveState, image: ImageRecord): Promise<Bytes | undefined> {
  const bytes = await state.source.photo(image);
  return bytes === undefined || image.mimeType !== "image/jpeg" ? bytes : credited(state, image, bytes);
}
