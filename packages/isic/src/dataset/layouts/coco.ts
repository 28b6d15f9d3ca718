import type { Raster } from "@isic/core-wasm";
import type { SetImage } from "../build/set-image.ts";
import { maskPolygons } from "./mask-polygons.ts";

/** What COCO files need to know of a set. */
export interface CocoSet {
  readonly title: string;
  readonly images: readonly SetImage[];
  readonly classes: readonly string[];
  readonly fileOf: (image: SetImage) => string;
  /** The mask of an image, 0 and 255. */
  readonly maskOf: (image: SetImage) => Promise<Raster | undefined>;
}

/**
 * A COCO file of one part: an annotation for each class of an image, with box, area and polygons of its mask
 * ({@link maskPolygons}). Without a mask all three are the whole image's, since loaders stop at an annotation without a
 * polygon; `has_mask` tells them apart.
 */
export async function cocoJson({ title, images, classes, fileOf, maskOf }: CocoSet): Promise<string> {
  const names = classes.length > 0 ? classes : ["lesion"];
  const licences = [...new Set(images.map(({ licence }) => licence ?? "unknown"))].sort();
  const annotations: object[] = [];
  const pictures: object[] = [];
  for (const [at, image] of images.entries()) {
    const { width, height, licence, name } = image;
    pictures.push({
      id: at + 1,
      file_name: fileOf(image),
      width,
      height,
      license: licences.indexOf(licence ?? "unknown") + 1,
      isic_id: name,
    });
    const mask = await maskOf(image);
    const shape = shapeOf(mask, width, height);
    if (shape === undefined) continue;
    for (const label of image.labels.length > 0 ? image.labels : names.slice(0, classes.length > 0 ? 0 : 1)) {
      annotations.push({
        id: annotations.length + 1,
        image_id: at + 1,
        category_id: names.indexOf(label) + 1,
        ...shape,
        iscrowd: 0,
        has_mask: mask !== undefined,
      });
    }
  }
  const coco = {
    info: { description: title },
    licenses: licences.map((name, at) => ({ id: at + 1, name })),
    categories: names.map((name, at) => ({ id: at + 1, name, supercategory: "lesion" })),
    images: pictures,
    annotations,
  };
  return `${JSON.stringify(coco)}\n`;
}

interface Shape {
  readonly bbox: readonly number[];
  readonly area: number;
  readonly segmentation: readonly (readonly number[])[];
}

/** Nothing for a mask without a pixel. */
function shapeOf(mask: Raster | undefined, width: number, height: number): Shape | undefined {
  if (mask === undefined) {
    return {
      bbox: [0, 0, width, height],
      area: width * height,
      segmentation: [[0, 0, width, 0, width, height, 0, height]],
    };
  }
  const data = Int32Array.from(mask.data, (value) => (value > 127 ? 1 : 0));
  let [area, left, top, right, bottom] = [0, mask.width, mask.height, 0, 0];
  for (let y = 0, at = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++, at++) {
      if (data[at] !== 1) continue;
      area++;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  if (area === 0) return undefined;
  const segmentation = maskPolygons(data, mask.width, mask.height);
  return { bbox: [left, top, right - left, bottom - top], area, segmentation };
}
