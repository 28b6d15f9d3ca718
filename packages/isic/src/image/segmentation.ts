import type { Bytes } from "@isic/cache";
import { type Raster, shareInMask } from "@isic/core-wasm";
import type { SegmentationRecord } from "../archive/archive.ts";
import { ArgumentError, NotLoadedError } from "../errors.ts";
import { showInJupyter } from "../notebook/jupyter.ts";
import { CALL, type CallOptions, unkept } from "../session/calls.ts";
import { checkOptions } from "../session/options.ts";
import type { StudyContext } from "../studies/context.ts";
import { checkSuperpixels } from "./check-image.ts";
import { edgePixels, maskOutline } from "./mask-outline.ts";
import { keyName } from "./photo-file.ts";
import type { Superpixels } from "./superpixels.ts";

/** How much a reviewer's word counts. */
const SKILL: Readonly<Record<string, number>> = { none: 0, novice: 2, expert: 8 };

/** The best approved review of a segmentation: `expert`, `novice`, or `none`. */
function skillOf(record: Pick<SegmentationRecord, "reviews">): string {
  let best = "none";
  for (const { approved, skill } of record.reviews) if (approved && rank(skill) > rank(best)) best = skill;
  return best;
}

/** How much the best approved review of a segmentation counts; more is better. */
export function rankOf(record: Pick<SegmentationRecord, "reviews">): number {
  return rank(skillOf(record));
}

function rank(skill: string): number {
  return Object.hasOwn(SKILL, skill) ? (SKILL[skill] as number) : -1;
}

/** The outline of a lesion that somebody drew: which pixels of the photo belong to it. */
export class Segmentation {
  /** The record as the server sent it. */
  readonly record: SegmentationRecord;
  readonly #context: StudyContext;
  #mask: Raster | undefined;
  #area = 0;

  constructor(record: SegmentationRecord, context: StudyContext) {
    this.record = record;
    this.#context = context;
    showInJupyter(this, context.codecs, () => ({ raster: this.#mask, text: `Segmentation ${this.id}` }));
  }

  get id(): string {
    return this.record._id;
  }

  get imageId(): string {
    return this.record.imageId;
  }

  /** Whoever drew it gave up: there is no mask. */
  get failed(): boolean {
    return this.record.failed;
  }

  get skill(): string {
    return skillOf(this.record);
  }

  /** One channel, 255 inside the lesion and 0 outside; after `loadMaskData`. */
  get mask(): Raster | undefined {
    return this.#mask;
  }

  /** Pixels inside; 0 before `loadMaskData`. */
  get area(): number {
    return this.#area;
  }

  /** The share of the image inside. */
  get areaShare(): number {
    return this.#mask === undefined ? 0 : this.#area / this.#mask.data.length;
  }

  /** Fetches the mask, through the cache. A failed segmentation has none: the server's `HttpNotFoundError` says so. */
  async loadMaskData(options: CallOptions = {}): Promise<Raster> {
    checkOptions("loadMaskData", options, CALL);
    const { store, service } = this.#context;
    const kept = await store.getOrLoad(this.#keys()[0]!, {
      ...options,
      load: async (signal) => {
        // It may have been kept before the image's name was known.
        for (const key of this.#keys().slice(1)) {
          const nameless = await store.get(key, { signal });
          if (nameless !== undefined) return nameless;
        }
        const file = await unkept(`The mask of segmentation ${this.id}`, service.segmentationMask(this.id, { signal }));
        return { value: await file.bytes(), origin: `segmentation/${this.id}/mask` };
      },
      read: (bytes) => this.#read(bytes),
    });
    return this.#take(kept.value);
  }

  /**
   * Takes the mask from the cache; false where it is not there. Nothing is fetched.
   *
   * @internal
   */
  async loadKeptMask(options: CallOptions = {}): Promise<boolean> {
    checkOptions("loadKeptMask", options, CALL);
    for (const key of this.#keys()) {
      const kept = await this.#context.store.find(key, (bytes) => this.#read(bytes), options);
      if (kept === undefined) continue;
      this.#take(kept.value);
      return true;
    }
    return false;
  }

  /** The share of each superpixel that lies inside the mask: 0 to 1. */
  superpixelsInMask(superpixels: Superpixels): Float64Array<ArrayBuffer>;
  /** The superpixels of which at least this share lies inside. */
  superpixelsInMask(superpixels: Superpixels, threshold: number): number[];
  superpixelsInMask(superpixels: Superpixels, threshold?: number): Float64Array<ArrayBuffer> | number[] {
    const shares = this.#shares(superpixels);
    if (threshold === undefined) return shares;
    return Array.from(shares.keys()).filter((i) => shares[i]! >= threshold);
  }

  /** How many pixels of each superpixel lie inside the mask. */
  pixelsInMask(superpixels: Superpixels): Float64Array<ArrayBuffer> {
    const sizes = superpixels?.szs;
    return this.#shares(superpixels).map((share, i) => Math.round(share * sizes[i]!));
  }

  /** Sets `szp`: the share of each superpixel in the lesion. Nothing before `loadMaskData`. */
  setShares(superpixels: Superpixels): void {
    if (this.#mask === undefined) return;
    superpixels.szp = this.pixelsInMask(superpixels).map((pixels) => pixels / (this.#area || 1));
  }

  /**
   * The lesion's outline; after `loadMaskData`. `osvg`: an SVG document, `osvgp`: its path element, both with all that is
   * outside the lesion unless `negative` is false (the default of `osvgp`); `coords`: the pixels on the edge as `[y, x]`, in rows.
   *
   * As in the Python client the path is the outer outline of the piece with the first pixel; `outlines` of
   * @isic/core-wasm has holes and further pieces.
   */
  outline(format: "coords"): [y: number, x: number][];
  outline(format?: "osvg" | "osvgp", options?: { readonly negative?: boolean }): string;
  outline(format = "osvg", options: { readonly negative?: boolean } = {}): string | [y: number, x: number][] {
    checkOptions("outline", options, ["negative"]);
    if (this.#mask === undefined) throw new NotLoadedError("outline", "loadMaskData()");
    if (format === "coords") return edgePixels(this.#mask);
    if (format !== "osvg" && format !== "osvgp")
      throw new ArgumentError(`expected the format "osvg", "osvgp" or "coords", got ${JSON.stringify(format)}`);
    return maskOutline(this.#mask, format, options.negative ?? format === "osvg");
  }

  /** Lets go of the mask. */
  clearData(): void {
    this.#mask = undefined;
    this.#area = 0;
  }

  toJSON(): SegmentationRecord {
    return this.record;
  }

  /**
   * Where the mask may be kept, the place to write first: with the image's name as the Python client names these files, with
   * its id where we did not know that name, with neither where that client did not.
   */
  #keys(): string[] {
    const { store, knownName } = this.#context;
    const parts = new Set([knownName(this.imageId) || this.imageId, this.imageId]);
    return [...[...parts].map((part) => store.key("smask", this.id, keyName(part))), store.key("smask", this.id)];
  }

  async #read(bytes: Bytes): Promise<Raster> {
    return binaryMask(await this.#context.codecs.decode(bytes, { what: `The mask of segmentation ${this.id}` }));
  }

  #take(mask: Raster): Raster {
    this.#mask = mask;
    this.#area = mask.data.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    showInJupyter(mask, this.#context.codecs, () => ({ raster: mask, text: `The mask of segmentation ${this.id}` }));
    return mask;
  }

  #shares(superpixels: Superpixels): Float64Array<ArrayBuffer> {
    const mask = this.#mask;
    if (mask === undefined) throw new NotLoadedError("superpixelsInMask", "loadMaskData()");
    checkSuperpixels("superpixelsInMask", superpixels);
    const { width, height } = superpixels.idx;
    if (mask.width !== width || mask.height !== height) {
      const sizes = `${mask.width} x ${mask.height} and ${width} x ${height}`;
      throw new RangeError(`expected the mask of ${this.id} and the superpixels to be of one size, got ${sizes}`);
    }
    // A label that no pixel has lies nowhere.
    return shareInMask(superpixels.map, mask).map((share) => share || 0);
  }
}

/** Masks are grey: the red channel of the decoded picture, as 0 and 255. */
function binaryMask({ width, height, channels, data: from }: Raster): Raster {
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = from[i * channels]! > 0 ? 255 : 0;
  return { width, height, channels: 1, data };
}
