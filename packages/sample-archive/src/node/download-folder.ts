import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Bytes, DatasetRecord, ImageRecord, JsonObject, SegmentationRecord, Source } from "../archive/source.ts";
import { people, personId } from "../world/people.ts";
import { hash } from "../world/random.ts";
import { FolderError } from "./errors.ts";
import { fileSize, readIfThere, readText } from "./files.ts";
import { picturesOf, WITHOUT_STUDIES } from "./pictures.ts";
import { toImage, type V1Image } from "./v1-folder.ts";

/** What is read of a line of the manifest; the package that writes it stands above this one. */
interface Line {
  readonly id: string;
  readonly part: "image" | "thumbnail" | "superpixels" | "mask";
  readonly state: string;
  readonly file?: string;
  readonly licence?: string;
  readonly attribution?: string;
  readonly fetchedAt: string;
  readonly record?: V1Image | V2Image;
}

interface V2Image {
  readonly isic_id: string;
  readonly metadata: { readonly acquisition: JsonObject; readonly clinical: JsonObject };
}

const isManifest = (name: string): boolean => /^manifest(-\d+-of-\d+)?\.jsonl$/.test(name);

export async function isDownload(dir: string): Promise<boolean> {
  return (await readdir(dir)).some(isManifest);
}

/**
 * Reads the folder of a download of `isic`, of either API, as the content of an archive: the images that are there, with
 * their records, licences and attributions, and what superpixels and masks came with them.
 *
 * @throws FolderError when no line of its manifests is of an image that is there
 */
export async function openDownload(dir: string, maxBytes: number): Promise<Source> {
  const lines = await readLines(dir, maxBytes);
  const found = [...lines.values()].flatMap((line) => imageOf(dir, line) ?? []);
  if (found.length === 0) throw new FolderError(dir, "no line of its manifest is of an image that was downloaded.");
  const images = found.map(({ image }) => image).sort((a, b) => a.published - b.published || (a.id < b.id ? -1 : 1));
  const datasets = new Map(found.map(({ dataset }) => [dataset.id, dataset]));
  const keys = new Map(found.map(({ image, line }) => [image.id, line.id]));
  const file = async (image: string, part: Line["part"]): Promise<Bytes | undefined> => {
    const line = lines.get(`${keys.get(image)}/${part}`);
    return line?.file === undefined ? undefined : readIfThere(join(dir, line.file));
  };
  return {
    users: people,
    datasets: [...datasets.values()],
    images,
    segmentations: images.filter(({ id }) => lines.has(`${keys.get(id)}/mask`)).map(segmentationOf),
    collections: [],
    ...WITHOUT_STUDIES,
    ...picturesOf(
      ({ id }) => file(id, "image"),
      ({ id }) => file(id, "superpixels"),
    ),
    photoSize: ({ id }) => fileSize(join(dir, lines.get(`${keys.get(id)}/image`)?.file ?? "")),
    mask: ({ imageId }) => file(imageId, "mask"),
  };
}

/** The last line of each file that is there, by `id/part`. */
async function readLines(dir: string, maxBytes: number): Promise<ReadonlyMap<string, Line>> {
  const lines = new Map<string, Line>();
  for (const name of (await readdir(dir)).filter(isManifest).sort()) {
    for (const text of (await readText(dir, join(dir, name), maxBytes)).split("\n")) {
      const line = parse(text);
      if (line === undefined) continue;
      const key = `${line.id}/${line.part}`;
      if (line.state === "done" || line.state === "changed") lines.set(key, line);
      else lines.delete(key);
    }
  }
  return lines;
}

/** A killed download leaves a torn line; no name in a manifest may lead out of its folder. */
function parse(text: string): Line | undefined {
  try {
    const line = JSON.parse(text) as Line;
    const isInside = line.file === undefined || !/^[/\\]|(^|[/\\])\.\.([/\\]|$)|^[a-z]:/i.test(line.file);
    return typeof line.id === "string" && isInside ? line : undefined;
  } catch {
    return undefined;
  }
}

interface Found {
  readonly line: Line;
  readonly image: ImageRecord;
  readonly dataset: DatasetRecord;
}

function imageOf(dir: string, line: Line): Found | undefined {
  const { part, record, file = "" } = line;
  if (part !== "image" || record === undefined) return undefined;
  const mimeType = file.endsWith(".png") ? "image/png" : /\.tiff?$/.test(file) ? "image/tiff" : "image/jpeg";
  const dataset = datasetOf(line);
  if ("isic_id" in record) return { line, dataset, image: { ...ofV2(line, record), datasetId: dataset.id, mimeType } };
  return { line, dataset, image: { ...toImage(dir, record), datasetId: dataset.id, mimeType } };
}

/** v2's records know of no dataset, and none says who is to be named: images of equal terms are one here. */
function datasetOf({ licence, attribution = "Anonymous", fetchedAt, record }: Line): DatasetRecord {
  const own = record !== undefined && "dataset" in record ? record.dataset : undefined;
  const license = (own?.license ?? licence ?? "CC-0") as DatasetRecord["license"];
  const id = own?._id ?? `dd${hash(`${license}\n${attribution}`).toString(16).padStart(22, "0")}`;
  return {
    id,
    folderId: id.replace(/^./, "f"),
    reviewFolderId: id.replace(/^./, "e"),
    name: own?.name ?? `${license}, ${attribution}`,
    description: own?.description ?? "",
    license,
    attribution,
    owner: "",
    created: own?.updated ?? fetchedAt,
    updated: own?.updated ?? fetchedAt,
    creatorId: personId("creator"),
    public: true,
  };
}

/** A record of v2 in the words of v1; v2 sends no dates, so that of the download stands in. */
function ofV2({ fetchedAt }: Line, { isic_id, metadata }: V2Image): Omit<ImageRecord, "datasetId" | "mimeType"> {
  const { acquisition, clinical } = metadata;
  const { pixels_x: pixelsX, pixels_y: pixelsY } = acquisition;
  return {
    id: `a2${isic_id.slice(5).padStart(22, "0")}`,
    name: isic_id,
    created: fetchedAt,
    updated: fetchedAt,
    published: Number(isic_id.slice(5)),
    creatorId: personId("creator"),
    acquisition: { ...(pixelsX === undefined ? {} : { pixelsX }), ...(pixelsY === undefined ? {} : { pixelsY }) },
    clinical: {
      ...Object.fromEntries(Object.entries(clinical).filter(([key]) => PLAIN.includes(key))),
      // texts on v2, numbers on v1
      ...Object.fromEntries(DECIMALS.filter((key) => key in clinical).map((key) => [key, Number(clinical[key])])),
    },
    unstructured: {},
    tags: [],
    reviewed: { accepted: true, time: fetchedAt, userId: personId("reviewer") },
    privateMeta: {},
    v2: { acquisition, clinical },
  };
}

/** The clinical fields that are the same on both. */
const PLAIN = ["sex", "age_approx", "melanocytic", "personal_hx_mm", "family_hx_mm", "mel_ulcer", "mel_mitotic_index"];
const DECIMALS = ["clin_size_long_diam_mm", "mel_thick_mm"];

function segmentationOf({ id, created }: ImageRecord): SegmentationRecord {
  const reviews = [{ approved: true, skill: "expert" as const, time: created, userId: personId("segexpert") }];
  return {
    id: id.replace(/^../, "5e"),
    imageId: id,
    created,
    creatorId: personId("segexpert"),
    failed: false,
    meta: {},
    reviews,
  };
}
