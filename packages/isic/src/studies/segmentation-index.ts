/** Which segmentation of each image to trust most: the Python client's `sgcache_` file, read and kept up to date. */
import type { Bytes } from "@isic/cache";
import type { SegmentationRecord } from "../archive/archive.ts";
import { decodeGzipJson, encodeGzipJson } from "../codecs/gzip-json.ts";
import { rankOf } from "../image/segmentation.ts";
import type { CallOptions } from "../session/calls.ts";
import { asObject } from "../session/options.ts";
import type { StudyContext } from "./context.ts";

const ALL = "0".repeat(24);
/** Ids of entries that say that an image has none; the time when that was found out follows in hex. */
const NONE = "ffffffff";
/** So long that is believed, as in the Python client. */
const NONE_FOR_SECONDS = 30 * 86_400;

type Records = Map<string, SegmentationRecord>;

export class SegmentationIndex {
  readonly #context: StudyContext;
  readonly #key: string;
  #records: Promise<Records> | undefined;

  constructor(context: StudyContext) {
    this.#context = context;
    this.#key = context.store.key("sgcache", ALL);
  }

  /** The segmentation with this id. */
  async byId(id: string, options: CallOptions = {}): Promise<SegmentationRecord | undefined> {
    const record = (await this.#known(options)).get(id);
    return record === undefined || isNone(record) ? undefined : record;
  }

  /** All that are kept of an image, in the order in which they came; nothing for one that is not known. */
  async ofImage(imageId: string, options: CallOptions = {}): Promise<readonly SegmentationRecord[] | undefined> {
    const all = [...(await this.#known(options)).values()].filter((record) => record.imageId === imageId);
    return all.length === 0 ? undefined : all.filter((record) => !isNone(record));
  }

  /** The one to trust most, `"none"` for an image without any, nothing for one that is not known. */
  async find(imageId: string, options: CallOptions = {}): Promise<SegmentationRecord | "none" | undefined> {
    let best: SegmentationRecord | undefined;
    let none = false;
    for (const record of (await this.#known(options)).values()) {
      if (record.imageId !== imageId) continue;
      if (isNone(record)) none ||= isBelieved(record);
      else if (!record.failed && (best === undefined || rankOf(record) > rankOf(best))) best = record;
    }
    return best ?? (none ? "none" : undefined);
  }

  /** Adds what was fetched of images; what others have added meanwhile stays. */
  async add(fetched: readonly SegmentationRecord[], options: CallOptions = {}): Promise<void> {
    if (fetched.length === 0) return;
    const images = new Set(fetched.map(({ imageId }) => imageId));
    await this.#context.store.lock(this.#key, options, async () => {
      const records = await this.#read(options);
      // What is known of these images now takes the place of what was known.
      for (const [id, { imageId }] of records) if (images.has(imageId)) records.delete(id);
      for (const record of fetched) records.set(record._id, record);
      await this.#context.store.trySet(
        this.#key,
        await encodeGzipJson(Object.fromEntries(records)),
        "The list of segmentations",
      );
      this.#records = Promise.resolve(records);
    });
  }

  #known(options: CallOptions): Promise<Records> {
    const reading = this.#records ?? this.#read(options);
    this.#records = reading;
    reading.catch(() => {
      this.#records = undefined;
    });
    return reading;
  }

  async #read(options: CallOptions): Promise<Records> {
    const read = async (bytes: Bytes): Promise<Records> => {
      const all = Object.entries(asObject(await decodeGzipJson(bytes), "segmentations"));
      // One that is damaged is asked for again; the others stay.
      return new Map(
        all.flatMap(([id, value]) => segmentationOf(value, id) ?? []).map((record) => [record._id, record]),
      );
    };
    return new Map((await this.#context.store.find(this.#key, read, options))?.value ?? []);
  }
}

/** The entry of an image without any segmentation. */
export function noSegmentation(imageId: string): SegmentationRecord {
  const hex = (value: number): string => value.toString(16).padStart(8, "0");
  const seconds = Math.floor(Date.now() / 1000);
  const id = NONE + hex(seconds) + hex(crypto.getRandomValues(new Uint32Array(1))[0]!);
  const creator = { _id: id, name: null };
  return { _id: id, created: null, creator, failed: true, imageId, meta: null, reviews: [], skill: "none" } as never;
}

const isNone = ({ _id }: SegmentationRecord): boolean => _id.startsWith(NONE);

function isBelieved({ _id }: SegmentationRecord): boolean {
  const age = Date.now() / 1000 - Number.parseInt(_id.slice(8, 16), 16);
  return age < NONE_FOR_SECONDS;
}

function segmentationOf(value: unknown, id: string): SegmentationRecord | undefined {
  const { _id, imageId, reviews = [] } = Object(value) as Partial<SegmentationRecord>;
  if (_id !== id || typeof imageId !== "string" || !Array.isArray(reviews)) return undefined;
  const known = reviews.filter((review) => typeof review === "object" && review !== null);
  return { ...(value as SegmentationRecord), reviews: known };
}
