import type { V1Client } from "@isic/api-client/v1";
import type { V2Client } from "@isic/api-client/v2";
import { isV2Client } from "../../archive/index.ts";
import { nodeCodecs } from "../../codecs/node.ts";
import type { Codecs } from "../../codecs/types.ts";
import type { ImageRecord, V1Image, V2Image } from "../../records.ts";
import type { DownloadSource } from "../types.ts";
import { type RecordSelection, searchOf, selectRecords, type UnknownImage } from "./records.ts";
import { v1Source } from "./v1.ts";
import { v2Source } from "./v2.ts";

/** What to download: records (what `selectImages` gives, for example), or a description of them. */
export type DownloadSelection = ReadonlyMap<string, ImageRecord> | readonly ImageRecord[] | RecordSelection;

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
 */
export async function downloadSource(
  client: V1Client | V2Client,
  selection: DownloadSelection,
  codecs: Codecs = nodeCodecs,
): Promise<DownloadSource> {
  const given = isRecords(selection) ? [...selection.values()] : undefined;
  if (!isV2Client(client)) {
    const records = given ?? ((signal: AbortSignal) => selectRecords(client, selection as RecordSelection, signal));
    return withCount(v1Source({ client, codecs, records: walk<V1Image>(records) }), selection);
  }
  const records = given ?? ((signal: AbortSignal) => selectRecords(client, selection as RecordSelection, signal));
  const search = given === undefined ? await wholeSearch(selection as RecordSelection) : undefined;
  const source = v2Source({
    client,
    codecs,
    records: walk<V2Image>(records),
    ...(search === undefined ? {} : { search }),
  });
  return search === undefined ? withCount(source, selection) : source;
}

/** A list knows how long it is. */
function withCount(source: DownloadSource, selection: DownloadSelection): DownloadSource {
  const images = isRecords(selection) ? [...selection.values()].length : selection.ids?.length;
  return images === undefined ? source : { ...source, size: async () => ({ images }) };
}

type Records<T> = (signal: AbortSignal) => AsyncIterable<T | UnknownImage>;

function walk<T extends ImageRecord>(
  records: readonly ImageRecord[] | ((signal: AbortSignal) => Promise<AsyncIterable<ImageRecord | UnknownImage>>),
): Records<T> {
  return async function* (signal) {
    yield* (typeof records === "function" ? await records(signal) : records) as Iterable<T> | AsyncIterable<T>;
  };
}

/** The search whose metadata file has the attributions of all; nothing when only few of its images are wanted. */
async function wholeSearch(
  selection: RecordSelection,
): Promise<{ query?: string; collections?: readonly number[] } | undefined> {
  if (selection.ids !== undefined || selection.limit !== undefined) return undefined;
  const { rest: _, ...search } = await searchOf(selection);
  return search;
}

function isRecords(
  selection: DownloadSelection,
): selection is ReadonlyMap<string, ImageRecord> | readonly ImageRecord[] {
  return selection instanceof Map || Array.isArray(selection);
}
