import { type LabelImage, writeSuperpixelPng } from "@isic/core-wasm";
import { computeSuperpixels } from "@isic/core-wasm/slic";
import type { AnnotationRecord, Bytes, ImageRecord, Picture, Source } from "../archive/source.ts";
import { type Drawing, draw } from "../photo/draw.ts";
import { encodeJpeg } from "../photo/jpeg.ts";
import { withSegments } from "../photo/jpeg-segments.ts";
import type { Subject } from "../photo/lesion.ts";
import { encodePng } from "../photo/png.ts";
import { shrink } from "../photo/shrink.ts";
import { encodeTiff } from "../photo/tiff.ts";
import { isAgreementStudy, readersMarks } from "./agreement-study.ts";
import { hash } from "./random.ts";

/** What decides about pictures, of the options of a generated world. */
interface PictureOptions {
  readonly seed: string;
  /** A few drawings shared by all images of a kind. */
  readonly small: boolean;
  /** Least bytes of a JPEG. */
  readonly photoBytes: number;
  /** Drawings kept in memory. */
  readonly keep: number;
}

/** The files of a generated world, made when asked for and kept for a while. */
export type Pictures = Pick<
  Source,
  "photo" | "photoSize" | "thumbnail" | "picture" | "superpixels" | "labels" | "mask" | "outlined" | "markup"
>;

/**
 * Draws the photos of a generated world and everything that belongs to them; superpixels are the archive's own SLIC of
 * the drawing.
 *
 * @param imageOf the record behind an id
 */
export function drawnPictures(options: PictureOptions, imageOf: (id: string) => ImageRecord): Pictures {
  const { seed, small, photoBytes, keep } = options;
  const subjects = new Map<string, Subject>();
  const keyOf = (image: ImageRecord) => {
    const wanted = subject(image, seed, small);
    subjects.set(wanted.seed, wanted);
    return wanted.seed;
  };
  const drawings = bounded(keep, async (key) => draw(subjects.get(key)!));
  const labelImages = bounded(keep, async (key) => superpixelsOf(await drawings(key)));
  const maps = bounded(keep * 4, async (key) => writeSuperpixelPng(await labelImages(key)));
  const jpegs = bounded(keep * 4, async (key) => encodeJpeg(await drawings(key), { quality: 90 }));
  const thumbnails = bounded(keep * 4, async (box) => {
    const [key, width, height] = JSON.parse(box) as [string, number, number];
    return encodeJpeg(shrink(await drawings(key), width, height), { quality: 85 });
  });
  const drawingOf = (imageId: string) => drawings(keyOf(imageOf(imageId)));
  const photoSize = (image: ImageRecord) => Math.max(photoBytes, usualSize(image));
  return {
    photo: async (image) => {
      const key = keyOf(image);
      if (image.mimeType !== "image/jpeg") return greyFile(image, await drawings(key));
      return jpegFile(image.name, await jpegs(key), photoSize(image));
    },
    photoSize,
    picture: (image) => drawings(keyOf(image)),
    thumbnail: (image, width, height) => thumbnails(JSON.stringify([keyOf(image), width, height])),
    superpixels: (image) => maps(keyOf(image)),
    labels: (image) => labelImages(keyOf(image)),
    mask: async ({ imageId }) => {
      const drawing = await drawingOf(imageId);
      return encodePng(drawing.width, drawing.height, drawing.mask);
    },
    outlined: async ({ imageId }) => {
      const drawing = await drawingOf(imageId);
      return (width) => shrink(outline(drawing), width, drawing.height);
    },
    markup: async (annotation, feature) => {
      const key = keyOf(imageOf(annotation.imageId));
      return markup(annotation, feature, await labelImages(key), await drawings(key));
    },
  };
}

/** Remembers the latest `limit` results of `make` by key; two askers of one key share one making. */
function bounded<T>(limit: number, make: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const kept = new Map<string, Promise<T>>();
  return (key) => {
    const found = kept.get(key) ?? make(key);
    kept.delete(key);
    kept.set(key, found);
    found.catch(() => kept.delete(key));
    if (kept.size > limit) kept.delete(kept.keys().next().value!);
    return found;
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

function superpixelsOf({ width, height, data }: Drawing): Promise<LabelImage> {
  return computeSuperpixels({ width, height, channels: 4, data: new Uint8Array(data.buffer) });
}

/**
 * The size that lists announce before anything is drawn: a little above what most drawings take, so that filling them up
 * to it makes it true; grey pictures are larger anyway.
 */
function usualSize({ name, acquisition, mimeType }: ImageRecord): number {
  const pixels = (acquisition.pixelsX as number) * (acquisition.pixelsY as number);
  return Math.round(pixels * (mimeType === "image/jpeg" ? 0.23 : 0.1)) + 900 + (hash(name) % 97);
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
function markup(annotation: AnnotationRecord, feature: string, labels: LabelImage, drawing: Drawing): number[] {
  if (annotation.markups?.[feature] !== true) return new Array<number>(labels.count).fill(0);
  if (isAgreementStudy(annotation.studyId)) return readersMarks(annotation, feature, labels, drawing.mask);
  const inside = new Set<number>();
  for (let i = 0; i < labels.data.length; i++) if (drawing.mask[i] === 255) inside.add(labels.data[i]!);
  const rank = (label: number) => hash(`${annotation.id}/${feature}/${label}`);
  const ranked = [...inside].sort((a, b) => rank(a) - rank(b));
  const out = new Array<number>(labels.count).fill(0);
  ranked.slice(0, Math.max(1, Math.round(ranked.length * 0.06))).forEach((label, i) => {
    out[label] = i % 3 === 2 ? 0.5 : 1;
  });
  return out;
}
