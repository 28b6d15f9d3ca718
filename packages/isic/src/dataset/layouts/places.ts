// layouts/: how the files of a set lie in its folder, so that loaders read them as they are.

import { parsePattern } from "../../download/file-names.ts";
import type { Places, SetImage } from "../build/set-image.ts";
import type { Recipe, RecipeLayout } from "../recipe/recipe.ts";

const pattern = /* @__PURE__ */ parsePattern("$name$");

/** A text as one segment of a path: clean on every file system. */
export function cleanName(text: string): string {
  return pattern.fill(() => text);
}

/** The layout of a recipe: folders for classes where images have one each. */
export function layoutOf({ layout, labels }: Recipe): RecipeLayout {
  return layout ?? (labels !== undefined && labels.multi !== true ? "image-folder" : "flat");
}

/** What the name of an image's other files ends in; the archive's own words. */
export const SUFFIXES = { image: "", mask: "_segmentation", superpixels: "_superpixels" } as const;

/** Where the files of an image lie. In shards they have no places of their own. */
export function placesOf(image: SetImage, layout: RecipeLayout): Places {
  if (layout === "webdataset") return {};
  const { split, stem, labels, made } = image;
  const folder =
    layout === "image-folder"
      ? `${split}/${cleanName(labels[0] ?? "none")}`
      : layout === "coco"
        ? `images/${split}`
        : split;
  const extension = (file: string): string => /\.[^.]+$/.exec(file)?.[0] ?? "";
  return {
    image: `${folder}/${stem}${extension(made.image.file)}`,
    ...(made.mask === undefined ? {} : { mask: `masks/${split}/${stem}${SUFFIXES.mask}.png` }),
    ...(made.superpixels === undefined
      ? {}
      : { superpixels: `superpixels/${split}/${stem}${SUFFIXES.superpixels}.png` }),
  };
}
