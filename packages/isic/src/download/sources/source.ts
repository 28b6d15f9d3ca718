import type { V1Client } from "@isic/api-client/v1";
import type { V2Client } from "@isic/api-client/v2";
import { isV2Client } from "../../archive/index.ts";
import type { ImageRecord, V1Image, V2Image } from "../../archive/records.ts";
import { nodeCodecs } from "../../codecs/node.ts";
import type { Codecs } from "../../codecs/types.ts";
import { checkKeys } from "../../session/known-options.ts";
import { present } from "../../session/present.ts";
import type { DownloadSource } from "../types.ts";
import { type RecordSelection, searchOf, selectRecords, type UnknownImage } from "./records.ts";
import { v1Source } from "./v1.ts";
import { v2Source, type WholeSearch } from "./v2.ts";

/** What to download: records (what `selectImages` gives, for example), ids or names, or a description of them. */
export type DownloadSelection =
  | ReadonlyMap<string, ImageRecord>
  | readonly ImageRecord[]
  | readonly string[]
  | RecordSelection;

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
 * @throws TypeError for a selection that is none of these
 */
export async function downloadSource(
  client: V1Client | V2Client,
  selection: DownloadSelection,
  codecs: Codecs = nodeCodecs,
): Promise<DownloadSource> {
  const wanted = selectionOf(selection);
  const records = Array.isArray(wanted)
    ? (wanted as readonly ImageRecord[])
    : (signal: AbortSignal) => selectRecords(client, wanted as RecordSelection, signal);
  if (!isV2Client(client)) {
    return withCount(v1Source({ client, codecs, records: walk<V1Image>(records) }), wanted);
  }
  const search = Array.isArray(wanted) ? undefined : await wholeSearch(wanted as RecordSelection);
  const source = v2Source({ client, codecs, records: walk<V2Image>(records), ...present({ search }) });
  return search === undefined ? withCount(source, wanted) : source;
}

const KEYS: readonly (keyof RecordSelection)[] = [
  "search",
  "collections",
  "criteria",
  "dataset",
  "study",
  "ids",
  "limit",
];

function selectionOf(selection: DownloadSelection): readonly ImageRecord[] | RecordSelection {
  if (selection instanceof Map || Array.isArray(selection)) {
    const items: (ImageRecord | string)[] = [...selection.values()];
    return items.every((item) => typeof item === "string") && items.length > 0
      ? { ids: items }
      : (items as ImageRecord[]);
  }
  checkKeys("a download's selection", selection, KEYS);
  return selection as RecordSelection;
}

/** A list knows how long it is, unless something else is asked of its images. */
function withCount(source: DownloadSource, wanted: readonly ImageRecord[] | RecordSelection): DownloadSource {
  const images = Array.isArray(wanted) ? wanted.length : lengthOf(wanted as RecordSelection);
  return images === undefined ? source : { ...source, size: async () => ({ images }) };
}

function lengthOf({ ids, limit = Number.POSITIVE_INFINITY, ...others }: RecordSelection): number | undefined {
  const isList = ids !== undefined && Object.values(others).every((other) => other === undefined);
  return isList ? Math.min(ids.length, limit) : undefined;
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
async function wholeSearch(selection: RecordSelection): Promise<WholeSearch | undefined> {
  if (selection.ids !== undefined || selection.limit !== undefined) return undefined;
  const { rest, ...search } = await searchOf(selection);
  return { ...search, isExact: Array.isArray(rest) && rest.length === 0 };
}
