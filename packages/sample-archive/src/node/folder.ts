import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { readSuperpixelPng } from "@isic/core-wasm/node";
import { encodeJpeg } from "../photo/jpeg.ts";
import { shrink } from "../photo/shrink.ts";
import type {
  AnnotationRecord,
  Bytes,
  CollectionRecord,
  DatasetRecord,
  ImageRecord,
  JsonObject,
  Picture,
  SegmentationRecord,
  Source,
} from "../source.ts";
import { people, personId } from "../world/people.ts";

const ZERO = "000000000000000000000000";
const unzip = promisify(gunzip);

/** An image as v1 sends it, which is how the folder keeps it. */
interface V1Image {
  readonly _id: string;
  readonly name: string;
  readonly created: string;
  readonly updated: string;
  readonly creator: { readonly _id: string; readonly name: string };
  readonly dataset: {
    readonly _id: string;
    readonly name: string;
    readonly description: string;
    readonly license: DatasetRecord["license"];
    readonly updated: string;
  };
  readonly meta: {
    readonly acquisition: JsonObject;
    readonly clinical: JsonObject;
    readonly unstructured?: JsonObject;
  };
  readonly notes: { readonly reviewed: ImageRecord["reviewed"]; readonly tags: readonly string[] };
}

interface V1Segmentation {
  readonly _id: string;
  readonly imageId: string;
  readonly created: string;
  readonly creator: { readonly _id: string; readonly name: string };
  readonly failed: boolean;
  readonly meta: JsonObject;
  readonly reviews: SegmentationRecord["reviews"];
}

/** The folder has not what an archive needs. */
export class FolderError extends Error {
  readonly tag = "FolderError";
  readonly folder: string;
  constructor(folder: string, problem: string, options?: ErrorOptions) {
    super(`${folder}: ${problem}`, options);
    this.name = "FolderError";
    this.folder = folder;
    Object.defineProperty(this, Symbol.for("isic.error"), { value: true });
  }
}

/**
 * Reads a folder of real data as the content of an archive: `imcache_<24 zeros>.json.gz` (records of all images),
 * `sgcache_<24 zeros>.json.gz` (segmentations, if there), `images/<name>.jpg`, `masks/<name>_segmentation.png`,
 * `superpixels/<name>_superpixels.png`. Records are read now, files when asked for; a photo that is not there is lost
 * to the archive too (404).
 *
 * @throws FolderError when there are no records, or they cannot be read.
 */
export async function openFolder(dir: string): Promise<Source> {
  const found = await stat(dir).catch(() => undefined);
  if (!found?.isDirectory()) throw new FolderError(dir, found === undefined ? "it does not exist." : "it is a file.");
  const records = Object.values(await readJson<V1Image>(dir, `imcache_${ZERO}.json.gz`, true));
  const segmentations = Object.values(await readJson<V1Segmentation>(dir, `sgcache_${ZERO}.json.gz`, false));
  const images = records.map(toImage).sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0));
  const names = new Map(images.map((image) => [image.id, image.name]));
  const chosen = chooseSegmentations(segmentations);
  const file = async (...path: string[]): Promise<Bytes | undefined> => {
    const place = join(dir, ...path);
    return existsSync(place) ? new Uint8Array(await readFile(place)) : undefined;
  };
  const picture = async ({ name }: ImageRecord): Promise<Picture | undefined> => {
    const bytes = await file("images", `${name}.jpg`);
    return bytes === undefined ? undefined : decodeJpeg(bytes);
  };
  return {
    users: people,
    datasets: datasetsOf(records),
    images,
    segmentations: segmentations.filter(({ imageId }) => names.has(imageId)).map(toSegmentation),
    studies: [],
    annotations: [] as readonly AnnotationRecord[],
    collections: collectionsOf(images),
    partial: true,
    photo: ({ name }) => file("images", `${name}.jpg`),
    thumbnail: async (image, width, height) => {
      const found = await picture(image);
      return found === undefined ? undefined : encodeJpeg(shrink(found, width, height), { quality: 85 });
    },
    picture,
    superpixels: ({ name }) => file("superpixels", `${name}_superpixels.png`),
    labels: async ({ name }) => {
      const bytes = await file("superpixels", `${name}_superpixels.png`);
      return bytes === undefined ? undefined : readSuperpixelPng(bytes);
    },
    // the masks are those of the segmentation that the Python client would choose
    mask: async ({ id, imageId }) =>
      chosen.get(imageId) === id ? file("masks", `${names.get(imageId)}_segmentation.png`) : undefined,
    outlined: async () => undefined,
    markup: async () => undefined,
    more: () => {
      throw new RangeError("grow: an archive over a folder has all the images it will ever have");
    },
  };
}

/** Good enough for thumbnails; not the reference pixels. */
async function decodeJpeg(bytes: Bytes): Promise<Picture> {
  const { decode } = (await import("jpeg-js")).default;
  const { width, height, data } = decode(bytes, { useTArray: true, maxMemoryUsageInMB: 1024 });
  return { width, height, data: new Uint8ClampedArray(data) };
}

async function readJson<T>(dir: string, name: string, needed: boolean): Promise<{ readonly [id: string]: T }> {
  const place = join(dir, name);
  if (!existsSync(place)) {
    if (!needed) return {};
    throw new FolderError(dir, `no ${name} in it, which holds the records of the images.`);
  }
  try {
    return JSON.parse((await unzip(await readFile(place))).toString("utf8"));
  } catch (cause) {
    throw new FolderError(dir, `${name} cannot be read; it should be gzipped JSON.`, { cause });
  }
}

function toImage(record: V1Image): ImageRecord {
  const { _id, name, created, updated, creator, dataset, meta, notes } = record;
  if (!/^ISIC_\d{7}$/.test(name)) throw new RangeError(`record ${_id}: ${JSON.stringify(name)} is no image name`);
  return {
    id: _id,
    name,
    created,
    updated,
    published: Date.parse(created),
    creatorId: creator._id,
    creatorName: creator.name,
    datasetId: dataset._id,
    acquisition: meta.acquisition,
    clinical: meta.clinical,
    unstructured: meta.unstructured ?? {},
    tags: notes.tags,
    reviewed: notes.reviewed,
    privateMeta: {},
    mimeType: "image/jpeg",
  };
}

function toSegmentation({ _id, imageId, created, creator, failed, meta, reviews }: V1Segmentation): SegmentationRecord {
  return { id: _id, imageId, created, creatorId: creator._id, creatorName: creator.name, failed, meta, reviews };
}

function datasetsOf(records: readonly V1Image[]): readonly DatasetRecord[] {
  const byId = new Map(records.map(({ dataset }) => [dataset._id, dataset]));
  return [...byId.values()].map(({ _id, name, description, license, updated }) => ({
    id: _id,
    folderId: _id.replace(/^./, "f"),
    reviewFolderId: _id.replace(/^./, "e"),
    name,
    description,
    license,
    attribution: "Anonymous",
    owner: "",
    created: updated,
    updated,
    creatorId: personId("creator"),
    public: true,
  }));
}

/** One collection per tag, as v2 made of them. */
function collectionsOf(images: readonly ImageRecord[]): readonly CollectionRecord[] {
  const tags = [...new Set(images.flatMap((image) => image.tags))].sort();
  return tags.map((tag, i) => ({
    id: i + 1,
    name: tag,
    description: "",
    created: Date.UTC(2021, 4, 1 + i),
    public: true,
    pinned: true,
    locked: true,
    doi: null,
    creatorId: personId("creator"),
    has: (image) => image.tags.includes(tag),
  }));
}

/** Highest approved skill wins, the first met wins ties: one segmentation per image. */
function chooseSegmentations(segmentations: readonly V1Segmentation[]): ReadonlyMap<string, string> {
  const best = new Map<string, { readonly id: string; readonly rank: number }>();
  for (const { _id, imageId, failed, reviews } of segmentations) {
    if (failed) continue;
    const rank = Math.max(
      -1,
      ...reviews.filter((review) => review.approved).map((review) => (review.skill === "expert" ? 8 : 2)),
    );
    if (rank > (best.get(imageId)?.rank ?? -2)) best.set(imageId, { id: _id, rank });
  }
  return new Map([...best].map(([imageId, { id }]) => [imageId, id]));
}
