import type { Bytes } from "@isic/cache";
import { buildMap, centers, type LabelImage, pixelCounts, type SuperpixelMap } from "@isic/core-wasm";
import type { SlicOptions } from "@isic/core-wasm/slic";
import { photoSizeOf } from "../archive/records.ts";
import { UndecodableImageError } from "../errors.ts";
import { type Origin, unkept } from "../session/calls.ts";
import type { Context } from "../session/context.ts";
import { withoutUndefined } from "../session/options.ts";
import type { Image, LoadSuperpixelsOptions } from "./image.ts";
import { decodedPhoto } from "./photo-file.ts";

/** Parameters of the computation; the archive's where none is given. */
export type ComputeOptions = SlicOptions;

/** What `origin` of a cache entry says about superpixels that were made here. */
const COMPUTED = "computed";

/** The superpixels of one image: the archive's own, or computed here as the archive would have. */
export class Superpixels {
  /** The label of each pixel. */
  readonly idx: LabelImage;
  /** `served`: the archive's own file; `computed`: made here, because the server has none. */
  readonly origin: "served" | "computed";
  /** The share of each superpixel in the lesion (they sum to 1, or are 0 for an empty mask); after `image.loadSegmentation`. */
  szp: Float64Array<ArrayBuffer> | undefined;
  #map: SuperpixelMap | undefined;
  #sizes: Uint32Array<ArrayBuffer> | undefined;
  #centers: Int32Array<ArrayBuffer> | undefined;

  constructor(idx: LabelImage, origin: "served" | "computed") {
    this.idx = idx;
    this.origin = origin;
  }

  /** The pixels of each superpixel (`pixelsOf(map, i)`); built when first asked for. */
  get map(): SuperpixelMap {
    this.#map ??= buildMap(this.idx);
    return this.#map;
  }

  /** The largest label; there is one superpixel more than that. */
  get max(): number {
    return this.idx.count - 1;
  }

  /** `[height, width]`, in the Python client's order. */
  get shp(): readonly [height: number, width: number] {
    return [this.idx.height, this.idx.width];
  }

  /** How many pixels each superpixel has. */
  get szs(): Uint32Array<ArrayBuffer> {
    this.#sizes ??= pixelCounts(this.map);
    return this.#sizes;
  }

  /** The centre of each superpixel: x at `2 i`, y at `2 i + 1`, rounded down. */
  get xyc(): Int32Array<ArrayBuffer> {
    this.#centers ??= centers(this.map);
    return this.#centers;
  }
}

/** Served, cached or computed, whichever comes first; see `Image.loadSuperpixels`. */
export async function loadSuperpixels(
  context: Context,
  image: Image,
  options: LoadSuperpixelsOptions,
): Promise<{ readonly superpixels: Superpixels; readonly origin: Origin }> {
  if (options.compute !== undefined) {
    const labels = await compute(context, image, options);
    return { superpixels: new Superpixels(labels, "computed"), origin: "computed" };
  }
  const { archive, store, codecs } = context;
  const key = store.key("spimg", image.id);
  const what = `The superpixels of ${image.name}`;
  let made: LabelImage | undefined;
  let isComputed = false;
  const load = async (signal: AbortSignal) => {
    made = await indexOf2019(context, image, signal);
    if (made !== undefined) return codecs.writeSuperpixels(made);
    const served = await unkept(what, archive.open(image.record, "superpixels", { signal }));
    if (served !== undefined) return { value: await served.bytes(), origin: served.url };
    made = await compute(context, image, { ...options, signal });
    isComputed = true;
    return { value: await codecs.writeSuperpixels(made), origin: COMPUTED };
  };
  const read = async (bytes: Bytes): Promise<LabelImage> => {
    const labels = made ?? (await codecs.readSuperpixels(bytes, { what, signal: options.signal }));
    checkSize(what, labels, image.data ?? photoSizeOf(image.record));
    return labels;
  };
  const kept = await store.getOrLoad(key, { ...options, load, read });
  const computed = isComputed || (kept.origin === "cache" && (await wasComputed(context, key)));
  const origin = isComputed ? "computed" : made !== undefined ? "cache" : kept.origin;
  return { superpixels: new Superpixels(kept.value, computed ? "computed" : "served"), origin };
}

/** The labels that the Python client of 2019 keeps beside the picture they came in; it reads them first. */
async function indexOf2019(
  { archive, store, readLabelIndex }: Context,
  image: Image,
  signal: AbortSignal,
): Promise<LabelImage | undefined> {
  const key = store.key("spidx", image.id);
  if (!archive.servesSuperpixels || readLabelIndex === undefined || !(await store.has(key))) return undefined;
  const read = async (bytes: Bytes): Promise<LabelImage> => {
    const labels = await readLabelIndex(bytes);
    checkSize(`The superpixels of ${image.name}`, labels, image.data ?? photoSizeOf(image.record));
    return labels;
  };
  return (await store.find(key, read, { signal }))?.value;
}

/** Labels of another picture would be drawn somewhere. */
function checkSize(
  what: string,
  { width, height }: LabelImage,
  photo: { readonly width: number; readonly height: number } | undefined,
): void {
  if (photo === undefined || (photo.width === width && photo.height === height)) return;
  const sizes = `they have ${width} x ${height} pixels, the photo has ${photo.width} x ${photo.height}`;
  throw new UndecodableImageError(what, `${sizes}: they are of another picture.`);
}

/** The entry says so where the cache keeps notes; a server that serves none leaves no doubt either. */
async function wasComputed({ archive, store }: Context, key: string): Promise<boolean> {
  if (!archive.servesSuperpixels) return true;
  const info = await store.stat(key);
  return info?.origin === COMPUTED;
}

async function compute(context: Context, image: Image, options: LoadSuperpixelsOptions): Promise<LabelImage> {
  const raster = image.unpaintedData() ?? (await decodedPhoto(context, image, { signal: options.signal })).raster;
  const { signal, onProgress } = options;
  const known = withoutUndefined({ signal, onProgress });
  return context.codecs.computeSuperpixels(raster, { ...options.compute, ...known, onWarning: context.warn });
}
