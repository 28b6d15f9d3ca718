/** The studies, photos, superpixels and masks of `fixtures/golden/study`, as an archive serves them. */

import type { Color } from "@isic/core-wasm";
import { golden, goldenJson } from "@isic/fixtures";
import type {
  AnnotationRecord,
  Archive,
  SegmentationRecord,
  StudyRecord,
  StudyService,
} from "../../src/archive/archive.ts";
import type { ImageRecord } from "../../src/archive/records.ts";
import { Image } from "../../src/image/image.ts";
import { Segmentation } from "../../src/image/segmentation.ts";
import { Store } from "../../src/session/store.ts";
import type { StudyContext } from "../../src/studies/context.ts";
import { Study } from "../../src/studies/study.ts";
import { platformCodecs } from "../support/codecs.ts";

interface GoldenAnnotation extends Omit<AnnotationRecord, "features"> {
  readonly features: Readonly<Record<string, { readonly idx: number[]; readonly lst: number[] }>>;
}

interface GoldenStudy extends Omit<StudyRecord, "_id"> {
  readonly id: string;
  readonly annotations: readonly GoldenAnnotation[];
}

export interface GoldenInputs {
  readonly featureColors: Readonly<Record<string, Color>>;
  readonly studies: Readonly<Record<string, GoldenStudy>>;
  readonly images: Readonly<
    Record<string, { id: string; width: number; height: number; superpixels: number; segmentation: string | null }>
  >;
}

export interface GoldenWorld {
  readonly inputs: GoldenInputs;
  readonly context: StudyContext;
  readonly warnings: string[];
  readonly requests: string[];
  readonly colorOf: (feature: string) => Color;
  study(name: string): Promise<Study>;
  /** With photo, superpixels and, where there is one, the lesion's mask loaded. */
  image(name: string): Promise<Image>;
}

export async function goldenWorld(cache: Map<string, Uint8Array<ArrayBuffer>> = new Map()): Promise<GoldenWorld> {
  const inputs = await goldenJson<GoldenInputs>("study/inputs.json");
  const codecs = await platformCodecs();
  const warnings: string[] = [];
  const requests: string[] = [];
  const annotations = Object.values(inputs.studies).flatMap((study) => study.annotations);
  const nameOfId = new Map(Object.entries(inputs.images).map(([name, { id }]) => [id, name]));
  const file = async (path: string) => {
    requests.push(path);
    const bytes = await golden(`study/${path}`);
    return { bytes: async () => bytes, url: path, contentType: "image/png", length: bytes.length } as never;
  };
  const record = (name: string): ImageRecord =>
    ({ _id: inputs.images[name]!.id, name, _modelType: "image", meta: {} }) as unknown as ImageRecord;
  const service = {
    annotations: async (studyId: string) =>
      annotations
        .filter((each) => each.studyId === studyId)
        .map(({ features: _, ...rest }) => rest as AnnotationRecord),
    markup: async (id: string, feature: string) => {
      requests.push(`${id}/${feature}`);
      const found = annotations.find((each) => each._id === id)!;
      const values: number[] = Array(inputs.images[(found.image as { name: string }).name]!.superpixels).fill(0);
      const { idx, lst } = found.features[feature]!;
      for (const [i, superpixel] of idx.entries()) values[superpixel] = lst[i]!;
      return values;
    },
    segmentationMask: (id: string) => {
      const name = Object.keys(inputs.images).find((each) => inputs.images[each]!.segmentation === id)!;
      return file(`in_${name}_mask.png`);
    },
  } as Partial<StudyService> as StudyService;
  const archive = {
    servesSuperpixels: true,
    account: "anonymous",
    open: (image: ImageRecord, part: string) =>
      file(`in_${(image as { name: string }).name}${part === "superpixels" ? "_superpixels" : ""}.png`),
  } as unknown as Archive;
  const warn = (message: string): void => void warnings.push(message);
  const context: StudyContext = {
    archive,
    codecs,
    warn,
    store: new Store(cache, "golden", "anonymous", warn),
    service,
    datasets: new Map(),
    studies: new Map(),
    image: async (reference) =>
      new Image(
        record(
          typeof reference === "string" ? (nameOfId.get(reference) ?? reference) : (reference as { name: string }).name,
        ),
        context,
      ),
    imagesById: async (ids) => ids.map((id) => new Image(record(nameOfId.get(id)!), context)),
    knownName: (id) => nameOfId.get(id),
    allImages: async () => new Map(),
    segmentationOf: async (id) => {
      const { segmentation } = inputs.images[nameOfId.get(id)!]!;
      if (segmentation === null) return undefined;
      return new Segmentation(
        { _id: segmentation, imageId: id, reviews: [] } as unknown as SegmentationRecord,
        context,
      );
    },
  };
  return {
    inputs,
    context,
    warnings,
    requests,
    colorOf: (feature) => inputs.featureColors[feature]!,
    study: async (name) => {
      const { annotations: _, id, ...rest } = inputs.studies[name]!;
      const study = new Study({ _id: id, ...rest } as unknown as StudyRecord, context);
      await study.loadAnnotations();
      return study;
    },
    image: async (name) => {
      const image = await context.image(name);
      await image.loadImageData();
      await image.loadSuperpixels();
      await image.loadSegmentation();
      return image;
    },
  };
}
