import { multiPolygon, outlines, type Raster } from "@isic/core-wasm";
import type { SetImage } from "../build/set-image.ts";

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
 * A COCO file of one part: an annotation for each class of an image, with box, area and polygons of its mask. Polygons
 * run along the edges of pixels; holes, which polygons of COCO cannot have, are filled in them and not in `area`.
 * Without a mask the box is the whole image, and there are no polygons.
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
    const shape = shapeOf(await maskOf(image), width, height);
    if (shape === undefined) continue;
    for (const label of image.labels.length > 0 ? image.labels : names.slice(0, classes.length > 0 ? 0 : 1)) {
      annotations.push({
        id: annotations.length + 1,
        image_id: at + 1,
        category_id: names.indexOf(label) + 1,
        ...shape,
        iscrowd: 0,
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
  if (mask === undefined) return { bbox: [0, 0, width, height], area: width * height, segmentation: [] };
  const data = Int32Array.from(mask.data, (value) => (value > 127 ? 1 : 0));
  const area = data.reduce((sum, value) => sum + value, 0);
  if (area === 0) return undefined;
  const outline = outlines({ width: mask.width, height: mask.height, data, count: 2 })[1];
  const polygons = outline === undefined ? [] : multiPolygon(outline).coordinates;
  // Each ring's last corner is its first again, which COCO leaves out.
  const segmentation = polygons.map(([outer = []]) => outer.slice(0, -1).flat());
  const xs = segmentation.flatMap((ring) => ring.filter((_, i) => i % 2 === 0));
  const ys = segmentation.flatMap((ring) => ring.filter((_, i) => i % 2 === 1));
  const [left, top] = [least(xs), least(ys)];
  return { bbox: [left, top, most(xs) - left, most(ys) - top], area, segmentation };
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);
