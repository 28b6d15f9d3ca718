import type { Bytes } from "@isic/cache";
import {
  type CjsonRecord,
  drawOutlines,
  type OutlineStyle,
  type Paint,
  paintSuperpixels,
  type Raster,
} from "@isic/core-wasm";
import { type ImageRecord, idOf, nameOf } from "../archive/records.ts";
import { ArgumentError, NotFoundError, NotLoadedError } from "../errors.ts";
import { showInJupyter } from "../notebook/jupyter.ts";
import { CALL, type CallOptions, LONG_CALL, type LongCallOptions, type Origin, unkept } from "../session/calls.ts";
import type { Context } from "../session/context.ts";
import { checkOptions } from "../session/options.ts";
import type { ImageInfo } from "./info.ts";
import { decodedPhoto, photoFile } from "./photo-file.ts";
import type { Segmentation } from "./segmentation.ts";
import type { ShapeOptions } from "./superpixel-shapes.ts";
import { type ComputeOptions, loadSuperpixels, type Superpixels } from "./superpixels.ts";

export interface LoadImageDataOptions extends LongCallOptions {
  /** Keep the file as it came in `rawData`. @default false */
  readonly keepRawData?: boolean;
}

export interface LoadSuperpixelsOptions extends LongCallOptions {
  /** Build the map too. @default false */
  readonly mapSuperpixels?: boolean;
  /** Compute with these parameters instead of the archive's; such superpixels are not cached. */
  readonly compute?: ComputeOptions;
}

/** Where the parts of an image came from this time; a part that is not loaded is absent. */
export interface ImageOrigins {
  readonly record: Origin;
  readonly data?: Origin;
  readonly superpixels?: Origin;
}

/**
 * One image of the archive: its record, and on request its pixels and superpixels.
 *
 * @example
 * ```ts
 * import { IsicApi } from "isic/node";
 * import { createSampleArchive } from "@isic/sample-archive";
 *
 * const { fetch, v1Url } = createSampleArchive();
 * const api = await IsicApi.connect({ family: "v1", baseUrl: v1Url, fetch, cache: new Map() });
 * const image = await api.image("ISIC_0000000");
 * await image.loadImageData();
 * await image.loadSuperpixels();
 * image.colorSuperpixels([472], { color: [255, 0, 0] });
 * ```
 */
export class Image {
  /** The record as the server sent it. */
  readonly record: ImageRecord;
  readonly #context: Context;
  #data: Raster | undefined;
  /** The pixels that came out of the file, and what tells whether they are still those. */
  #decoded: { readonly raster: Raster; readonly sum: number } | undefined;
  #rawData: Bytes | undefined;
  #superpixels: Superpixels | undefined;
  #segmentation: Segmentation | undefined;
  #origins: { record: Origin; data?: Origin; superpixels?: Origin };

  constructor(record: ImageRecord, context: Context, origin: Origin = "network") {
    this.record = record;
    this.#context = context;
    this.#origins = { record: origin };
    showInJupyter(this, context.codecs, () => ({ raster: this.#data, text: `Image ${this.name}` }));
  }

  /** The id of this server: 24 hexadecimal digits on v1, the same as the name on v2. */
  get id(): string {
    return idOf(this.record);
  }

  /** `ISIC_0000000`. */
  get name(): string {
    return nameOf(this.record);
  }

  /** Where each part came from this time. */
  get origins(): ImageOrigins {
    return { ...this.#origins };
  }

  /** The pixels, yours to change; after `loadImageData`. */
  get data(): Raster | undefined {
    return this.#data;
  }

  set data(raster: Raster | undefined) {
    this.#data = raster;
  }

  /**
   * The pixels as the file has them: `data` where nobody has painted into it since it was loaded. Nothing else saves
   * superpixels from decoding the photo a second time.
   *
   * @internal
   */
  unpaintedData(): Raster | undefined {
    if (this.#data === undefined || this.#data !== this.#decoded?.raster) return undefined;
    return checksum(this.#data.data) === this.#decoded.sum ? this.#data : undefined;
  }

  /** The file as it came; after `loadImageData({ keepRawData: true })`. */
  get rawData(): Bytes | undefined {
    return this.#rawData;
  }

  /** After `loadSuperpixels`. */
  get superpixels(): Superpixels | undefined {
    return this.#superpixels;
  }

  /**
   * Fetches the photo (or takes it from the cache) and decodes it; `data` is then RGB in stored order.
   *
   * Throws what the server answered, or an `UndecodableImageError`. A cached file that cannot be decoded is fetched again.
   */
  async loadImageData(options: LoadImageDataOptions = {}): Promise<Raster> {
    checkOptions("loadImageData", options, [...LONG_CALL, "keepRawData"]);
    const { raster: data, file } = await decodedPhoto(this.#context, this, options);
    this.#data = data;
    this.#decoded = { raster: data, sum: checksum(data.data) };
    this.#rawData = options.keepRawData === true ? file.bytes : undefined;
    this.#origins.data = file.origin;
    return data;
  }

  /** The file of the photo as the server sent it, through the cache, without decoding it. */
  async loadRawData(options: LongCallOptions = {}): Promise<Bytes> {
    checkOptions("loadRawData", options, LONG_CALL);
    const file = await photoFile(this.#context, this, options);
    this.#rawData = file.bytes;
    this.#origins.data = file.origin;
    return file.bytes;
  }

  /** The archive's small preview (a JPEG of at most 256 x 256 pixels), decoded. Not cached. */
  async loadThumbnail(options: LongCallOptions = {}): Promise<Raster> {
    checkOptions("loadThumbnail", options, LONG_CALL);
    const asked = this.#context.archive.open(this.record, "thumbnail", options);
    const file = await unkept(`The thumbnail of ${this.name}`, asked);
    if (file === undefined) throw new NotFoundError("thumbnail of", this.name);
    return this.#context.codecs.decode(await file.bytes(), {
      signal: options.signal,
      what: `The thumbnail of ${this.name}`,
    });
  }

  /**
   * The archive's own superpixels, or, where the server has none, those it would have made, computed here from the
   * photo (seconds for large ones; `superpixels.origin` says which). Both are cached as the archive's PNG.
   */
  async loadSuperpixels(options: LoadSuperpixelsOptions = {}): Promise<Superpixels> {
    checkOptions("loadSuperpixels", options, [...LONG_CALL, "mapSuperpixels", "compute"]);
    if (this.#superpixels === undefined || options.compute !== undefined) {
      const loaded = await loadSuperpixels(this.#context, this, options);
      this.#superpixels = loaded.superpixels;
      this.#origins.superpixels = loaded.origin;
      this.#segmentation?.setShares(this.#superpixels);
    }
    if (options.mapSuperpixels === true) this.mapSuperpixels();
    return this.#superpixels!;
  }

  /** The pixels of each superpixel; throws a `NotLoadedError` before `loadSuperpixels`. */
  mapSuperpixels(): Superpixels["map"] {
    return this.#loaded("mapSuperpixels").map;
  }

  /** Paints superpixels into `data`, in place; see `paintSuperpixels` of @isic/core-wasm for stripes and strengths. */
  colorSuperpixels(superpixels: ArrayLike<number>, paint: Paint): void {
    const { map } = this.#loaded("colorSuperpixels");
    paintSuperpixels(this.#pixels("colorSuperpixels"), map, superpixels, paint);
  }

  /**
   * Draws the edges of superpixels into `data`, in place, black unless told: as in the Python client all pixels with a
   * neighbour in another superpixel or outside the image, so that lines are two pixels wide. With a `width`, lines of that
   * width between superpixels.
   */
  markSuperpixels(style: Partial<OutlineStyle> = {}): void {
    const { idx } = this.#loaded("markSuperpixels");
    if (typeof style !== "object" || Array.isArray(style))
      throw new ArgumentError(`expected a style such as { color: [255, 0, 0] }, got ${style}`);
    const pixels = this.#pixels("markSuperpixels");
    const { color = [0, 0, 0], width } = style;
    if (width !== undefined || Object.keys(style).some((name) => name !== "color")) {
      drawOutlines(pixels, idx, { ...style, color });
      return;
    }
    // Both sides of every line, by the kernel that checks colours, and the image's own edge.
    drawOutlines(pixels, idx, { color, width: 2 });
    drawFrame(pixels, color);
  }

  /**
   * The neighbours of each superpixel by degree, as the Python client nests them: `[0][label]` are the direct ones,
   * `[1][label]` theirs (so the superpixel itself too), ...
   */
  async superpixelNeighbors(upToDegree: number = 1): Promise<Int32Array[][]> {
    const { idx } = this.#loaded("superpixelNeighbors");
    return (await import("./superpixel-shapes.ts")).neighborsByDegree(idx, upToDegree, { nested: true });
  }

  /**
   * v1: the outline of the lesion to trust most, with its mask; `superpixels.szp` then has the share of each
   * superpixel, before or after `loadSuperpixels`. Nothing when the image has none with a mask.
   */
  async loadSegmentation(options: CallOptions = {}): Promise<Segmentation | undefined> {
    checkOptions("loadSegmentation", options, CALL);
    const segmentation = await this.#context.segmentationOf(this.id, options);
    await segmentation?.loadMaskData(options);
    this.#segmentation = segmentation;
    if (this.#superpixels !== undefined) segmentation?.setShares(this.#superpixels);
    return segmentation;
  }

  /** After `loadSegmentation`. */
  get segmentation(): Segmentation | undefined {
    return this.#segmentation;
  }

  /** What is known about the image and its loaded parts, in numbers. */
  async metaInfo(): Promise<ImageInfo> {
    return (await import("./info.ts")).imageInfo(this);
  }

  /**
   * The outlines of superpixels in the Python client's formats, but never cut. One per superpixel: an SVG path element
   * (`osvgp`), an SVG document (`osvgs`), or a polygon as text (`cjson`); or one SVG document of all (`osvg`). `attributes`
   * go into the path elements as they are: one text for all, or a list by superpixel (`superpixelColors`). Pieces and
   * holes: `outlines` of @isic/core-wasm.
   *
   * Throws an `ArgumentError` for another format, superpixels that there are not, or too few attributes.
   */
  superpixelOutlines(format: "cjson", options?: ShapeOptions): Promise<CjsonRecord[]>;
  superpixelOutlines(format: "osvg", options?: ShapeOptions | ShapeOptions["attributes"]): Promise<string>;
  superpixelOutlines(
    format?: "osvgp" | "osvgs",
    options?: ShapeOptions | ShapeOptions["attributes"],
  ): Promise<string[]>;
  async superpixelOutlines(
    format = "osvgp",
    options?: ShapeOptions | ShapeOptions["attributes"],
  ): Promise<string | string[] | CjsonRecord[]> {
    const { idx } = this.#loaded("superpixelOutlines");
    return (await import("./superpixel-shapes.ts")).outlinesOf(idx, format, options);
  }

  /** Lets go of what is large. */
  clearData(
    options: { readonly data?: boolean; readonly rawData?: boolean; readonly superpixels?: boolean } = {},
  ): void {
    checkOptions("clearData", options, ["data", "rawData", "superpixels"]);
    if (options.data !== false) this.#data = undefined;
    if (options.rawData !== false) this.#rawData = undefined;
    if (options.superpixels !== false) this.#superpixels = undefined;
    if (this.#data === undefined && this.#rawData === undefined) delete this.#origins.data;
    if (this.#superpixels === undefined) delete this.#origins.superpixels;
    this.#segmentation?.clearData();
    this.#segmentation = undefined;
  }

  /** The record, for `JSON.stringify`. */
  toJSON(): ImageRecord {
    return this.record;
  }

  #loaded(what: string): Superpixels {
    if (this.#superpixels === undefined) throw new NotLoadedError(`${what} of ${this.name}`, "loadSuperpixels()");
    return this.#superpixels;
  }

  #pixels(what: string): Raster {
    if (this.#data === undefined) throw new NotLoadedError(`${what} of ${this.name}`, "loadImageData()");
    return this.#data;
  }
}

/** The outermost pixels. */
function drawFrame(raster: Raster, color: OutlineStyle["color"]): void {
  const { width, height, channels, data } = raster;
  const set = (x: number, y: number): void => data.set(color.slice(0, channels), (y * width + x) * channels);
  for (let x = 0; x < width; x++) for (const y of [0, height - 1]) set(x, y);
  for (let y = 0; y < height; y++) for (const x of [0, width - 1]) set(x, y);
}

/** A sum in which every byte and its place count (FNV-1a over words); for pictures, not for secrets. */
function checksum(data: Uint8Array): number {
  const words = data.byteOffset % 4 === 0 ? data.length >> 2 : 0;
  const view = new Uint32Array(data.buffer, data.byteOffset - (data.byteOffset % 4), words);
  let sum = 0x811c9dc5;
  for (let i = 0; i < words; i++) sum = Math.imul(sum ^ view[i]!, 0x01000193);
  for (let i = words * 4; i < data.length; i++) sum = Math.imul(sum ^ data[i]!, 0x01000193);
  return sum;
}
