import type {
  Archive,
  ArchiveFile,
  ImageSelection,
  SelectedImages,
  Terms,
  V1Client,
  V2Client,
} from "../archive/archive.ts";
import { ANONYMOUS, archiveOf, SELECTION } from "../archive/index.ts";
import {
  defaultAttributionOf,
  type ImageRecord,
  idOf,
  isUnknown,
  licenceOf,
  nameOf,
  photoFileOf,
  type UnknownImage,
} from "../archive/records.ts";
import { nodeCodecs } from "../codecs/node.ts";
import type { Codecs } from "../codecs/types.ts";
import { NotFoundError } from "../errors.ts";
import { checkOptions } from "../session/options.ts";
import type { DownloadImage, DownloadSource, IncomingFile, OpenContext, Part } from "./types.ts";

/** What to download: records (what `selectImages` gives, for example), ids or names, or a description of them. */
export type DownloadSelection =
  | ReadonlyMap<string, ImageRecord>
  | readonly ImageRecord[]
  | readonly string[]
  | ImageSelection;

/**
 * The source for {@link download} of a selection.
 *
 * @example
 * ```ts no-run
 * import { createV2Client } from "@isic/api-client/v2";
 * import { download, downloadSource } from "isic/node";
 *
 * const source = await downloadSource(createV2Client(), { collections: [65], limit: 20 });
 * const summary = await download(source, "photos");
 * console.log(summary.fetched, "fetched,", summary.failed.length, "failed");
 * ```
 *
 * @param from the archive of `api.archive` or `archiveOf`, or a client of either API; a client does not tell who is
 *   logged in, so what is downloaded by one is private only where its first image is
 * @param codecs what computes superpixels that the archive does not have; `null`: there are none of those then
 * @throws TypeError for a selection that is none of these
 */
export async function downloadSource(
  from: V1Client | V2Client | Archive,
  selection: DownloadSelection,
  codecs: Codecs | null = nodeCodecs,
): Promise<DownloadSource> {
  const archive = "termsOf" in from ? from : archiveOf(from);
  const wanted = selectionOf(selection);
  const isList = Array.isArray(wanted);
  const selected = isList ? listOf(wanted) : archive.select(wanted as ImageSelection);
  return {
    server: archive.server,
    isPrivate: archive.account !== ANONYMOUS,
    images: (signal) => described(archive, selected, signal),
    size: (signal, options) => selected.size({ ...options, signal }),
    stillThere: async (ids, signal) => {
      const there = new Set<string>();
      for await (const record of archive.images(ids, { signal })) if (!isUnknown(record)) there.add(idOf(record));
      return there;
    },
    open: (image, part, context) => openPart(archive, codecs, image, part, context),
    licenceText: (licence, signal) => archive.licenceText(licence, { signal }),
  };
}

/**
 * The records of a selection, in the same order at every call, and `count()` of it. Ids and names that the archive does
 * not have come too, as `UnknownImage`: whoever counts must not lose them.
 *
 * @throws TypeError for a selection with a part that there is not
 */
export async function selectRecords(
  from: V1Client | V2Client | Archive,
  selection: ImageSelection,
  signal?: AbortSignal,
): Promise<SelectedImages> {
  const archive = "termsOf" in from ? from : archiveOf(from);
  const selected = archive.select(selectionOf(selection) as ImageSelection);
  const under = { signal };
  return {
    ...selected,
    records: (options = under) => selected.records(options),
    count: (options = under) => selected.count(options),
    [Symbol.asyncIterator]: () => selected.records(under)[Symbol.asyncIterator](),
  };
}

function selectionOf(selection: DownloadSelection): readonly ImageRecord[] | ImageSelection {
  if (selection instanceof Map || Array.isArray(selection)) {
    const items: (ImageRecord | string)[] = [...selection.values()];
    return items.every((item) => typeof item === "string") && items.length > 0
      ? { ids: items }
      : (items as ImageRecord[]);
  }
  checkOptions("a download's selection", selection, SELECTION);
  return selection as ImageSelection;
}

type Walk = Pick<SelectedImages, "records" | "terms" | "size">;

/** Records that are there already. */
function listOf(list: readonly ImageRecord[]): Walk {
  return {
    async *records() {
      yield* list;
    },
    terms: async () => undefined,
    size: async () => ({ images: list.length }),
  };
}

/** Images whose terms are asked for together. */
const BATCH = 250;

/** The images with licence and attribution, which come for all of them before the first, or for a batch at a time. */
async function* described(
  archive: Archive,
  selected: Walk,
  signal: AbortSignal,
): AsyncGenerator<DownloadImage, void, undefined> {
  const known = await selected.terms({ signal });
  const batches = async function* () {
    for await (const batch of inBatches(selected.records({ signal }))) {
      const records = batch.filter((record): record is ImageRecord => !isUnknown(record));
      const terms = known ?? (await archive.termsOf(records, { signal }));
      yield batch.map((record) =>
        isUnknown(record) ? unknownImage(record) : imageOf(record, terms.get(idOf(record))),
      );
    }
  };
  for await (const batch of prefetched(batches())) yield* batch;
}

/** It stays in the selection, to fail by name when its turn comes. */
function unknownImage(record: UnknownImage): DownloadImage {
  return { id: record.unknown, name: record.unknown, record: { ...record } };
}

function imageOf(record: ImageRecord, terms: Terms | undefined): DownloadImage {
  const licence = terms?.licence ?? licenceOf(record);
  const attribution = terms?.attribution ?? defaultAttributionOf(record);
  const announcedBytes = photoFileOf(record).bytes;
  return {
    id: idOf(record),
    name: nameOf(record),
    record,
    ...(licence === undefined ? {} : { licence }),
    ...(attribution === undefined
      ? {}
      : { attribution, attributionOf: terms?.attribution === undefined ? "group" : terms.attributionOf }),
    ...(announcedBytes === undefined ? {} : { announcedBytes }),
  };
}

async function openPart(
  archive: Archive,
  codecs: Codecs | null,
  image: DownloadImage,
  part: Part,
  context: OpenContext,
): Promise<IncomingFile | undefined> {
  if (isUnknown(image.record)) throw new NotFoundError("image", image.id);
  const file = await archive.open(image.record as ImageRecord, part, { signal: context.signal });
  if (file !== undefined) return incoming(file);
  return part === "superpixels" && codecs !== null ? computedSuperpixels(image, codecs, context) : undefined;
}

/** Up to this size a body is collected at once, and a cut one read again by the client; a longer one streams. */
const AT_ONCE = 4 << 20;

async function incoming(file: ArchiveFile): Promise<IncomingFile> {
  const { url, contentType, length } = file;
  const body = length !== undefined && length <= AT_ONCE ? await file.pieces() : file.stream;
  return { url, contentType, body };
}

/** Superpixels as the archive would have made them, from the photo that has just been brought in. */
async function computedSuperpixels(
  image: DownloadImage,
  codecs: Codecs,
  { imageBytes, signal }: OpenContext,
): Promise<IncomingFile> {
  const raster = await codecs.decode(await imageBytes(), { what: `The photo of ${image.name}`, signal });
  const labels = await codecs.computeSuperpixels(raster, { signal });
  return { url: "computed", contentType: "image/png", body: await codecs.writeSuperpixels(labels) };
}

async function* inBatches<T>(items: AsyncIterable<T>): AsyncGenerator<T[], void, undefined> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The same items, each asked for while the one before it is in use. Leaving early lets the one ahead end first. */
async function* prefetched<T>(items: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
  let next = items.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done === true) return;
      next = items.next();
      // Its failure is told when its turn comes.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await items.return();
  }
}
