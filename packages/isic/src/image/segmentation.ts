import { type Raster, shareInMask } from "@isic/core-wasm";
import type { SegmentationRecord } from "../archive/archive.ts";
import { NotLoadedError } from "../errors.ts";
import { showInJupyter } from "../notebook/jupyter.ts";
import { CALL, type CallOptions } from "../session/calls.ts";
import { checkOptions } from "../session/options.ts";
import { namePart } from "../session/store.ts";
import type { StudyContext } from "../studies/context.ts";
import { checkSuperpixels } from "./check-image.ts";
import type { Superpixels } from "./superpixels.ts";

/** How much a reviewer's word counts. */
const SKILL: Readonly<Record<string, number>> = { none: 0, novice: 2, expert: 8 };

/** The best approved review of a segmentation: `expert`, `novice`, or `none`. */
export function skillOf(record: Pick<SegmentationRecord, "reviews">): string {
  let best = "none";
  for (const { approved, skill } of record.reviews) if (approved && rank(skill) > rank(best)) best = skill;
  return best;
}

function rank(skill: string): number {
  return SKILL[skill] ?? -1;
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
    const { store, codecs, service, knownName } = this.#context;
    const what = `The mask of segmentation ${this.id}`;
    // The part is the image's name, as the Python client names these files.
    const key = store.key("smask", this.id, namePart(knownName(this.imageId) ?? this.imageId, this.imageId));
    const kept = await store.keep(key, {
      ...options,
      load: async (signal) => {
        const file = await service.segmentationMask(this.id, { signal });
        return { value: await file.bytes(), origin: `segmentation/${this.id}/mask` };
      },
      read: async (bytes) => binaryMask(await codecs.decode(bytes, { what })),
    });
    this.#mask = kept.value;
    showInJupyter(kept.value, codecs, () => ({ raster: kept.value, text: what }));
    this.#area = kept.value.data.reduce((sum, value) => sum + (value > 0 ? 1 : 0), 0);
    return kept.value;
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

  /** Lets go of the mask. */
  clearData(): void {
    this.#mask = undefined;
    this.#area = 0;
  }

  toJSON(): SegmentationRecord {
    return this.record;
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
