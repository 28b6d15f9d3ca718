import { type LabelImage, writeSuperpixelPng } from "@isic/core-wasm";
import { bounded } from "../bounded.ts";
import { type Drawing, draw } from "../photo/draw.ts";
import { encodeJpeg } from "../photo/jpeg.ts";
import type { Subject } from "../photo/lesion.ts";
import { shrink } from "../photo/shrink.ts";
import { partition } from "../photo/superpixels.ts";
import { encodeTiff } from "../photo/tiff.ts";
import { encodePng } from "../png.ts";
import type { AnnotationRecord, ImageRecord, Picture, Source } from "../source.ts";
import { collections } from "./collections.ts";
import { datasets } from "./datasets.ts";
import { people } from "./people.ts";
import { hash } from "./random.ts";
import { imageRecord } from "./records.ts";
import { segmentations } from "./segmentations.ts";
import { withSpecials } from "./specials.ts";
import { annotations, studies } from "./studies.ts";

/** How large a generated world is and what it starts from. */
export interface WorldOptions {
  /** Number of listed images; default 300. */
  readonly images?: number;
  /** Same seed, same archive; default `"isic"`. */
  readonly seed?: string;
  /** Draw photos of about 100 pixels a side: for many of them at once. */
  readonly smallPhotos?: boolean;
  /** Pictures kept in memory; default 24. */
  readonly keep?: number;
}

/** The generated archive: records at once, pictures when asked for, all of it the same on every run. */
export function generatedWorld(options: WorldOptions = {}): Source {
  const { images: size = 300, seed = "isic", smallPhotos: small = false, keep = 24 } = options;
  if (!Number.isInteger(size) || size < 0) throw new RangeError(`images: expected a whole number, got ${size}`);
  const recordOptions = { seed, small };
  let made = size;
  const images = withSpecials(Array.from({ length: size }, (_, i) => imageRecord(i, recordOptions)));
  const byId = new Map(images.map((image) => [image.id, image]));
  const allStudies = studies(images);
  const drawings = bounded(keep, async (id) => draw(subject(byId.get(id)!, seed)));
  const partitions = bounded(keep, async (id) => partition(await drawings(id)));
  const photos = bounded(keep * 4, async (id) => photo(byId.get(id)!, await drawings(id)));
  const maps = bounded(keep * 4, async (id) => writeSuperpixelPng(await partitions(id)));
  return {
    users: people,
    datasets,
    images,
    segmentations: segmentations(images, seed),
    studies: allStudies,
    annotations: annotations(allStudies, images),
    collections: collections(),
    photo: (image) => photos(image.id),
    picture: (image) => drawings(image.id),
    thumbnail: async (image, width, height) =>
      encodeJpeg(shrink(await drawings(image.id), width, height), { quality: 85 }),
    superpixels: (image) => maps(image.id),
    labels: (image) => partitions(image.id),
    mask: async (segmentation) => {
      const drawing = await drawings(segmentation.imageId);
      return encodePng(drawing.width, drawing.height, drawing.mask);
    },
    outlined: async (segmentation) => {
      const drawing = await drawings(segmentation.imageId);
      return (width) => shrink(outline(drawing), width, drawing.height);
    },
    markup: async (annotation, feature) =>
      markup(annotation, feature, await partitions(annotation.imageId), await drawings(annotation.imageId)),
    more: (count) =>
      Array.from({ length: count }, () => {
        const image = imageRecord(made++, recordOptions);
        byId.set(image.id, image);
        return image;
      }),
  };
}

function subject(image: ImageRecord, seed: string): Subject {
  return {
    seed: `${seed}/${image.name}`,
    width: image.acquisition.pixelsX as number,
    height: image.acquisition.pixelsY as number,
    kind: kindOf(image.clinical.diagnosis),
    clinical: image.acquisition.image_type === "clinical",
  };
}

function kindOf(diagnosis: unknown): Subject["kind"] {
  switch (diagnosis) {
    case "melanoma":
    case "AIMP":
      return "melanoma";
    case "seborrheic keratosis":
    case "pigmented benign keratosis":
    case "dermatofibroma":
      return "keratosis";
    case "basal cell carcinoma":
    case "squamous cell carcinoma":
    case "actinic keratosis":
      return "carcinoma";
    case "vascular lesion":
      return "vascular";
    case "solar lentigo":
    case "lentigo NOS":
      return "lentigo";
    default:
      return "nevus";
  }
}

async function photo(image: ImageRecord, drawing: Drawing) {
  if (image.mimeType !== "image/jpeg") {
    const grey = Uint8Array.from({ length: drawing.width * drawing.height }, (_, i) => drawing.data[4 * i + 1]!);
    const encode = image.mimeType === "image/png" ? encodePng : encodeTiff;
    return encode(drawing.width, drawing.height, grey);
  }
  // some cameras note that they were held sideways; nobody may turn the pixels because of it
  const sideways = hash(image.name) % 40 === 7;
  return encodeJpeg(drawing, { quality: 90, ...(sideways ? { orientation: 6 } : undefined) });
}

/** The drawing with a green line where its mask begins. */
function outline({ width, height, data, mask }: Drawing): Picture {
  const out = data.slice();
  for (let i = 0; i < mask.length; i++) {
    if (
      mask[i] === 255 &&
      (mask[i - 1] !== 255 || mask[i + 1] !== 255 || mask[i - width] !== 255 || mask[i + width] !== 255)
    ) {
      out.set([0, 255, 0], 4 * i);
    }
  }
  return { width, height, data: out };
}

/** Marks superpixels inside the lesion, the same ones each time; none where the reader only opened the feature. */
function markup(
  annotation: AnnotationRecord,
  feature: string,
  labels: LabelImage,
  drawing: Drawing,
): readonly number[] {
  const out = new Array<number>(labels.count).fill(0);
  if (annotation.markups?.[feature] !== true) return out;
  const inside = new Set<number>();
  for (let i = 0; i < labels.data.length; i++) if (drawing.mask[i] === 255) inside.add(labels.data[i]!);
  const ranked = [...inside].sort((a, b) => rank(a) - rank(b));
  function rank(label: number): number {
    return hash(`${annotation.id}/${feature}/${label}`);
  }
  ranked.slice(0, Math.max(1, Math.round(ranked.length * 0.06))).forEach((label, i) => {
    out[label] = i % 3 === 2 ? 0.5 : 1;
  });
  return out;
}
