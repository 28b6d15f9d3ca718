import type { ImageRecord, JsonObject } from "../source.ts";
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
  return {
    acquisition: {
      pixels_x: acquisition.pixelsX,
      pixels_y: acquisition.pixelsY,
      ...present({
        image_type: IMAGE_TYPES[String(acquisition.image_type)],
        dermoscopic_type: acquisition.image_type === "dermoscopic" ? acquisition.dermoscopic_type : undefined,
      }),
      ...v2?.acquisition,
    },
    clinical: {
      ...present(Object.fromEntries(PLAIN.map((key) => [key, clinical[key]]))),
      ...siteLevels(clinical.anatom_site_general),
      ...diagnosisLevels(clinical),
      ...present({
        diagnosis_confirm_type: CONFIRMED.includes(String(clinical.diagnosis_confirm_type))
          ? clinical.diagnosis_confirm_type
          : undefined,
        clin_size_long_diam_mm: decimal(clinical.clin_size_long_diam_mm),
        mel_thick_mm: decimal(clinical.mel_thick_mm),
      }),
      ...v2?.clinical,
    },
  };
}

/** Decimals travel as text with two digits. */
function decimal(value: unknown): string | undefined {
  return typeof value === "number" ? value.toFixed(2) : undefined;
}

function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

export function extension(image: ImageRecord): string {
  return { "image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif" }[image.mimeType];
}

/** What v2 wrote down before it put credits into the file: near the true size, never equal to it by rule. */
export function statedSize(image: ImageRecord): number {
  const pixels = (image.acquisition.pixelsX as number) * (image.acquisition.pixelsY as number);
  return Math.round(pixels * 0.21) + (hash(image.name) % 997);
}

/** Ninja's clock: milliseconds and `Z`. */
export function isoZ(ms: number): string {
  return new Date(ms).toISOString();
}
