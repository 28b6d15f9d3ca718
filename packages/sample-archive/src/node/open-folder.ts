/**
 * What only Node can do: content from a folder, and the server around an archive.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { checkOptions } from "@isic/select";
import type {
  Bytes,
  CollectionRecord,
  ImageRecord,
  JsonObject,
  SegmentationRecord,
  Source,
} from "../archive/source.ts";
import { people, personId } from "../world/people.ts";
import { isDownload, openDownload } from "./download-folder.ts";
import { FolderError } from "./errors.ts";
import { fileSize, readIfThere, readText } from "./files.ts";
import { picturesOf, WITHOUT_STUDIES } from "./pictures.ts";
import { withStudies } from "./studies-file.ts";
import { datasetsOf, toImage, type V1Image } from "./v1-folder.ts";

const ZERO = "000000000000000000000000";
const IMAGES = `imcache_${ZERO}.json.gz`;
const SEGMENTATIONS = `sgcache_${ZERO}.json.gz`;
/** Below the longest string of a JavaScript engine. */
const MAX_BYTES = 500_000_000;

/** What {@link openFolder} takes. */
export interface FolderOptions {
  /** Most bytes of a file of records, expanded; default 500,000,000. */
  readonly maxBytes?: number;
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

/**
 * Reads a folder as the content of an archive: what a download of `isic` left (see {@link openDownload}), or real data:
 * `imcache_<24 zeros>.json.gz` (records of all images),
 * `sgcache_<24 zeros>.json.gz` (segmentations, if there), `images/<name>.jpg`, `masks/<name>_segmentation.png`,
 * `superpixels/<name>_superpixels.png`. Records are read now, files when asked for; a photo that is not there is lost
 * to the archive too (404). A `studies.json` beside them adds studies of one's own (see the README).
 *
 * @throws FolderError when there are no records, or they cannot be read or are too many, or `studies.json` has
 * mistakes; TypeError for an option that does not exist
 */
export async function openFolder(dir: string, options: FolderOptions = {}): Promise<Source> {
  checkOptions("openFolder", options, ["maxBytes"]);
  const { maxBytes = MAX_BYTES } = options;
  const found = await stat(dir).catch(() => undefined);
  if (!found?.isDirectory()) throw new FolderError(dir, found === undefined ? "it does not exist." : "it is a file.");
  return withStudies(dir, await open(dir, maxBytes), maxBytes);
}

async function open(dir: string, maxBytes: number): Promise<Source> {
  const hasRecords = existsSync(join(dir, IMAGES));
  if (hasRecords) return openRealData(dir, maxBytes);
  if (await isDownload(dir)) return openDownload(dir, maxBytes);
  throw new FolderError(dir, `neither ${IMAGES} nor manifest.jsonl in it, which hold the records of the images.`);
}

async function openRealData(dir: string, maxBytes: number): Promise<Source> {
  const records = Object.values(await readJson<V1Image>(dir, IMAGES, maxBytes));
  const hasSegmentations = existsSync(join(dir, SEGMENTATIONS));
  const segmentations = Object.values(
    hasSegmentations ? await readJson<V1Segmentation>(dir, SEGMENTATIONS, maxBytes) : {},
  );
  const images = records
    .map((record) => toImage(dir, record))
    .sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0));
  const names = new Map(images.map((image) => [image.id, image.name]));
  const chosen = chooseSegmentations(segmentations);
  const file = (...path: string[]): Promise<Bytes | undefined> => readIfThere(join(dir, ...path));
  const photo = ({ name }: ImageRecord): Promise<Bytes | undefined> => file("images", `${name}.jpg`);
  return {
    users: people,
    datasets: datasetsOf(records),
    images,
    segmentations: segmentations.filter(({ imageId }) => names.has(imageId)).map(toSegmentation),
    collections: collectionsOf(images),
    ...picturesOf(photo, ({ name }) => file("superpixels", `${name}_superpixels.png`)),
    photoSize: ({ name }) => fileSize(join(dir, "images", `${name}.jpg`)),
    // the masks are those of the segmentation that the Python client would choose
    mask: async ({ id, imageId }) =>
      chosen.get(imageId) === id ? file("masks", `${names.get(imageId)}_segmentation.png`) : undefined,
    ...WITHOUT_STUDIES,
  };
}

async function readJson<T>(dir: string, name: string, maxBytes: number): Promise<{ readonly [id: string]: T }> {
  const text = await readText(dir, join(dir, name), maxBytes);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FolderError(dir, `${name} cannot be read; it should be gzipped JSON.`, { cause });
  }
}

function toSegmentation({ _id, imageId, created, creator, failed, meta, reviews }: V1Segmentation): SegmentationRecord {
  return { id: _id, imageId, created, creatorId: creator._id, creatorName: creator.name, failed, meta, reviews };
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
