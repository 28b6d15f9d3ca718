// recipe/: what a data set is made of, as one readable file.

import type { Criteria } from "@isic/select";

/** Which images, of those of the archive: what is given must all hold. */
export interface RecipeSelection {
  /** In the archive's search language (v2). */
  readonly search?: string | undefined;
  /** Of any of these collections, by number (v2). */
  readonly collections?: readonly number[] | undefined;
  /** `[path, operator, value]` or a list of them. */
  readonly criteria?: Criteria | undefined;
  /** By id or name (v1). */
  readonly dataset?: string | undefined;
  /** By id or name (v1). */
  readonly study?: string | undefined;
  /** These, by id or name. */
  readonly ids?: readonly string[] | undefined;
  readonly limit?: number | undefined;
}

/** Under which licences images may be in the set. */
export interface RecipeLicences {
  /** SPDX names: `CC0-1.0`, `CC-BY-4.0`, `CC-BY-NC-4.0`; the archive's own (`CC-0`) are taken too. */
  readonly allow?: readonly string[] | undefined;
  /** `true`: only licences that allow commercial use. */
  readonly commercial?: boolean | undefined;
}

/** How images get their classes: by a challenge's rules, or by rules of one's own. */
export interface RecipeLabels {
  /** `isic2016` to `isic2020`, `isic2024`. */
  readonly challenge?: string | undefined;
  /** Class to rule: `diagnosis_3 ~ "^Melanoma"`, or criteria. The first that holds decides. */
  readonly classes?: Readonly<Record<string, string | Criteria>> | undefined;
  /** The class of what no rule fits; without it, such images are left out, counted and listed. */
  readonly otherwise?: string | undefined;
  /** An image has every class whose rule holds, not only the first. @default false */
  readonly multi?: boolean | undefined;
}

/** How the set is divided. */
export interface RecipeSplit {
  /** Parts and their sizes relative to each other. @default { train: 70, validation: 15, test: 15 } */
  readonly shares?: Readonly<Record<string, number>> | undefined;
  /** `hash`: nothing moves when images are added. `balanced`: stratified by class. @default "hash" */
  readonly method?: "hash" | "balanced" | undefined;
  /** @default 0 */
  readonly seed?: number | string | undefined;
  /** Divides the first part into so many folds of equal size. */
  readonly folds?: number | undefined;
}

/** How many images of each class at most. */
export interface RecipeBalance {
  /** Of every class. */
  readonly cap?: number | undefined;
  /** Of some classes. */
  readonly caps?: Readonly<Record<string, number>> | undefined;
  /** Of every class as many as the smallest has. @default false */
  readonly equal?: boolean | undefined;
}

/** What the pictures are made into; without it they are the archive's own files. */
export interface RecipeImage {
  /** Pixels of the longer side, or of each side of a square. */
  readonly size: number;
  /** `longer-side` keeps the shape; `crop` and `pad` make squares. Small pictures are never made larger. @default "longer-side" */
  readonly fit?: "longer-side" | "crop" | "pad" | undefined;
  /** @default "jpeg" */
  readonly format?: "jpeg" | "png" | undefined;
  /** Of JPEG, from 1 to 100. @default 90 */
  readonly quality?: number | undefined;
}

/** What is done about pictures that show the same. */
export interface RecipeDuplicates {
  /** `together`: in one part. `drop`: only the first by name stays. `report`: nothing but to say so. @default "together" */
  readonly rule?: "together" | "drop" | "report" | undefined;
  /** Up to so many of 64 bits of the perceptual hash may differ; 0 still finds what was encoded anew. @default 4 */
  readonly bits?: number | undefined;
}

/** How files lie in the folder. */
export type RecipeLayout = "image-folder" | "hugging-face" | "coco" | "webdataset" | "flat";

/** A data set's recipe: all that decides what is in it. */
export interface Recipe {
  /** Of the recipe's format. */
  readonly version: 1;
  readonly title: string;
  readonly description?: string | undefined;
  /** Who made the set, for its citation. */
  readonly authors?: readonly string[] | undefined;
  /** The day on which the set is published, `2024-05-01`, for its citation and Croissant. */
  readonly published?: string | undefined;
  /** Which release of the set it is, `1.0.0`. */
  readonly release?: string | undefined;
  readonly selection: RecipeSelection;
  readonly licences?: RecipeLicences | undefined;
  readonly labels?: RecipeLabels | undefined;
  /** What is never parted: fields of these, as found in the records, or paths of one's own. `none`: images stand alone. @default ["patient", "lesion"] */
  readonly groups?: readonly string[] | "none" | undefined;
  readonly split?: RecipeSplit | undefined;
  readonly balance?: RecipeBalance | undefined;
  readonly image?: RecipeImage | undefined;
  /** With the pictures' superpixels: the archive's for its own files, computed for copies of another size. @default false */
  readonly superpixels?: boolean | undefined;
  /** With masks: `archive` (v1's segmentations), or a folder of `<name>_segmentation.png` such as a challenge's truth. */
  readonly masks?: string | undefined;
  readonly duplicates?: RecipeDuplicates | undefined;
  /** @default "image-folder" with classes of their own, else "flat" */
  readonly layout?: RecipeLayout | undefined;
  /** Images that must not be in the set: ids, SHA-256 of the archive's files, or files (`.csv`, `.txt`, `.json`) that list them. */
  readonly exclude?: readonly string[] | undefined;
  /** Images in each shard of `webdataset`. @default 1000 */
  readonly shardSize?: number | undefined;
}
