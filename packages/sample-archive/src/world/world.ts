import { type LabelImage, writeSuperpixelPng } from "@isic/core-wasm";
import { bounded } from "../bounded.ts";
import { type Drawing, draw } from "../photo/draw.ts";
import { encodeJpeg, withSegments } from "../photo/jpeg.ts";
import type { Subject } from "../photo/lesion.ts";
import { shrink } from "../photo/shrink.ts";
import { partition } from "../photo/superpixels.ts";
import { encodeTiff } from "../photo/tiff.ts";
import { encodePng } from "../png.ts";
import type { AnnotationRecord, Bytes, ImageRecord, Picture, Source } from "../source.ts";
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
  /** Photos of about 100 pixels a side, a few drawings shared by all images of a kind: for thousands at once. */
  readonly smallPhotos?: boolean;
  /** Fill every JPEG up to this many bytes with comments, for measuring downloads. */
  readonly photoBytes?: number;
  /** Pictures kept in memory; default 24. */
  readonly keep?: number;
}

/** The generated archive: records at once, pictures when asked for, all of it the same on every run. */
export function generatedWorld(options: WorldOptions = {}): Source {
  const { images: size = 300, seed = "isic", smallPhotos: small = false, photoBytes = 0, keep = 24 } = options;
  if (!Number.isInteger(size) || size < 0) throw new RangeError(`images: expected a whole number, got ${size}`);
  const recordOptions = { seed, small };
  let made = size;
  const images = withSpecials(Array.from({ length: size }, (_, i) => imageRecord(i, recordOptions)));
  const byId = new Map(images.map((image) => [image.id, image]));
  const allStudies = studies(images);
  const subjectOf = (image: ImageRecord) => subject(image, seed, small);
  const subjects = new Map(images.map((image) => [subjectOf(image).seed, subjectOf(image)]));
  const drawings = bounded(keep, async (key) => draw(subjects.get(key)!));
  const partitions = bounded(keep, async (key) => partition(await drawings(key)));
  const maps = bounded(keep * 4, async (key) => writeSuperpixelPng(await partitions(key)));
  const jpegs = bounded(keep * 4, async (key) => encodeJpeg(await drawings(key), { quality: 90 }));
  const thumbnails = bounded(keep * 4, async (box) => {
    const [key, width, height] = JSON.parse(box) as [string, number, number];
    return encodeJpeg(shrink(await drawings(key), width, height), { quality: 85 });
  });
  const keyOf = (image: ImageRecord) => subjectOf(image).seed;
  const keyOfId = (imageId: string) => keyOf(byId.get(imageId)!);
  return {
    users: people,
    datasets,
    images,
    segmentations: segmentations(images, seed),
    studies: allStudies,
    annotations: annotations(allStudies, images),
    collections: collections(),
    photo: async (image) => {
      const key = keyOf(image);
      return image.mimeType === "image/jpeg"
        ? jpegFile(image.name, await jpegs(key), photoBytes)
        : greyFile(image, await drawings(key));
    },
    picture: (image) => drawings(keyOf(image)),
    thumbnail: (image, width, height) => thumbnails(JSON.stringify([keyOf(image), width, height])),
    superpixels: (image) => maps(keyOf(image)),
    labels: (image) => partitions(keyOf(image)),
    mask: async (segmentation) => {
      const drawing = await drawings(keyOfId(segmentation.imageId));
      return encodePng(drawing.width, drawing.height, drawing.mask);
    },
    outlined: async (segmentation) => {
      const drawing = await drawings(keyOfId(segmentation.imageId));
      return (width) => shrink(outline(drawing), width, drawing.height);
    },
    markup: async (annotation, feature) =>
      markup(
        annotation,
        feature,
        await partitions(keyOfId(annotation.imageId)),
        await drawings(keyOfId(annotation.imageId)),
      ),
    more: (count) =>
      Array.from({ length: count }, () => {
        const image = imageRecord(made++, recordOptions);
        byId.set(image.id, image);
        subjects.set(keyOf(image), subjectOf(image));
        return image;
      }),
  };
}

/** What to draw for an image; the seed is also the name of the drawing. */
function subject({ name, acquisition, clinical }: ImageRecord, seed: string, shared: boolean): Subject {
  const [width, height] = [acquisition.pixelsX as number, acquisition.pixelsY as number];
  const kind = kindOf(clinical.diagnosis);
  const far = acquisition.image_type === "clinical";
  const variant = shared ? `${width}x${height}/${kind}/${far}` : name;
  return { seed: `${seed}/${variant}`, width, height, kind, clinical: far };
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

/** Confocal pictures are grey, and not JPEG. */
async function greyFile(image: ImageRecord, { width, height, data }: Drawing): Promise<Bytes> {
  const grey = Uint8Array.from({ length: width * height }, (_, i) => data[4 * i + 1]!);
  return image.mimeType === "image/png" ? encodePng(width, height, grey) : encodeTiff(width, height, grey);
}

/** The drawing as this image's own file: with its name in a comment, and now and then with an orientation. */
function jpegFile(name: string, jpeg: Bytes, atLeast: number): Bytes {
  // some cameras note that they were held sideways; nobody may turn the pixels because of it
  const sideways = hash(name) % 40 === 7 ? { orientation: 6 } : undefined;
  return withSegments(jpeg, { comment: name, atLeast, ...sideways });
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
