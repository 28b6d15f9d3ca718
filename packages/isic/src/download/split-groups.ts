import { getPath, split } from "@isic/select";
import { checkOptions } from "../session/options.ts";
import type { DownloadImage } from "./types.ts";

/** What a split never parts. */
export type SplitUnit = "patient" | "lesion" | "image";

export interface SplitOptions {
  /** Shares of train, validation and test (or of train and test), in any unit: `[80, 10, 10]`. */
  readonly shares: readonly number[];
  /** @default "patient" */
  readonly by?: SplitUnit;
  /** @default "isic" */
  readonly seed?: string;
}

const NAMES: Readonly<Record<number, readonly string[]>> = { 2: ["train", "test"], 3: ["train", "validation", "test"] };

/**
 * Which part of a split each image belongs to, by id: whole patients (or lesions) go to one part, and the shares of
 * benign and malignant are kept as far as that allows. The same images and seed give the same split.
 *
 * A record without a patient goes by its lesion, without both by itself.
 *
 * @throws RangeError unless two or three shares are given
 */
export function splitGroups(images: Iterable<DownloadImage>, options: SplitOptions): ReadonlyMap<string, string> {
  checkOptions("splitGroups", options, ["shares", "by", "seed"]);
  const names = NAMES[options.shares.length];
  if (names === undefined) {
    throw new RangeError(`expected two or three shares such as 80/10/10, got ${options.shares.join("/")}`);
  }
  const parts = Object.fromEntries(names.map((name, i) => [name, options.shares[i]!]));
  const sorted = [...images].sort((a, b) => (a.id < b.id ? -1 : 1));
  const assigned = split(sorted, parts, {
    group: (image) => groupOf(image, options.by ?? "patient"),
    stratify: ({ record }) => kindOf(record),
    seed: options.seed ?? "isic",
  });
  return new Map(Object.entries(assigned).flatMap(([part, list]) => list.map(({ id }) => [id, part] as const)));
}

const LESION = [
  "metadata.clinical.lesion_id",
  "meta.clinical.lesion_id",
  "meta.unstructured.lesion_id",
  "meta.unstructured.lesion id",
];
const PATIENT = [
  "metadata.clinical.patient_id",
  "meta.clinical.patient_id",
  "meta.unstructured.patient_id",
  "meta.unstructured.patient id",
];

function groupOf(image: DownloadImage, by: SplitUnit): string {
  const lesion = firstText(image.record, LESION);
  const patient = firstText(image.record, PATIENT);
  if (by === "patient" && patient !== undefined) return `patient ${patient}`;
  if (by !== "image" && lesion !== undefined) return `lesion ${lesion}`;
  return `image ${image.id}`;
}

function kindOf(record: DownloadImage["record"]): unknown {
  return getPath(record, "metadata.clinical.diagnosis_1") ?? getPath(record, "meta.clinical.benign_malignant") ?? null;
}

function firstText(record: DownloadImage["record"], paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const value = getPath(record, path);
    if (typeof value === "string" && value !== "") return value;
  }
  return undefined;
}
