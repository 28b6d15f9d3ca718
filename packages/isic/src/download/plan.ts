import { stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isUnknown, photoSizeOf } from "../archive/records.ts";
import { DownloadTargetError } from "../errors.ts";
import { checkOptions } from "../session/options.ts";
import { isInShard, type Shard, WHOLE } from "./manifest.ts";
import { type IndexedEntry, ManifestFile } from "./manifest-file.ts";
import type { DownloadImage, DownloadSource, Part } from "./types.ts";

/** JPEG bytes per pixel of the archive's photos, on the high side: an estimate must not promise too much space. */
const BYTES_PER_PIXEL = 0.25;

/** What a download would bring. */
export interface DownloadPlan {
  /** Images of this shard. */
  readonly images: number;
  /** Images that an earlier run brought in. */
  readonly there: number;
  /**
   * Bytes of the images still to come, as the server announces them, or by their pixels where it does not. Nobody
   * knows how large previews and copies will be.
   */
  readonly bytes: number | undefined;
  /** How many of the images are only estimated. */
  readonly estimated: number;
  /** Ids and names that were asked for, and that the archive does not have. */
  readonly unknown: readonly string[];
  /** Images and bytes by licence ("unknown" without one), of the whole selection. */
  readonly licences: ReadonlyMap<string, { readonly images: number; readonly bytes: number }>;
  /** Free space on the target's disk. */
  readonly free: number;
}

/** What of the options of a download decides about its size. */
export interface PlanOptions {
  readonly parts?: readonly Part[] | undefined;
  readonly shard?: Shard | undefined;
  /** Of the copies that `resize` makes. */
  readonly longerSide?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Walks through a selection without fetching any of it, and looks at the disk. */
export async function planDownload(
  source: Pick<DownloadSource, "images">,
  target: string,
  options: PlanOptions = {},
): Promise<DownloadPlan> {
  checkOptions("planDownload", options, ["parts", "shard", "longerSide", "signal"]);
  const { parts: [first = "image"] = [], shard = WHOLE, longerSide, signal = new AbortController().signal } = options;
  const free = await freeBytes(target);
  const manifest = await existing(target);
  const sums = new Sums();
  let position = 0;
  try {
    for await (const image of source.images(signal)) {
      signal.throwIfAborted();
      position += 1;
      if (isInShard(position, shard)) sums.add(image, isDone(manifest?.indexed(image.id, first), longerSide));
    }
  } finally {
    await manifest?.close();
  }
  const isKnown = first === "image" && longerSide === undefined;
  return { ...sums.plan(), free, ...(isKnown ? {} : { bytes: undefined, estimated: 0 }) };
}

/** Adds up a plan. */
class Sums {
  readonly #licences = new Map<string, { images: number; bytes: number }>();
  readonly #unknown: string[] = [];
  #images = 0;
  #there = 0;
  #bytes = 0;
  #estimated = 0;

  add(image: DownloadImage, isThere: boolean): void {
    this.#images += 1;
    if (isUnknown(image.record)) {
      this.#unknown.push(image.name);
      return;
    }
    const { size, isEstimate } = sizeOf(image);
    const licence = image.licence ?? "unknown";
    const sum = this.#licences.get(licence) ?? { images: 0, bytes: 0 };
    this.#licences.set(licence, { images: sum.images + 1, bytes: sum.bytes + size });
    if (isThere) {
      this.#there += 1;
      return;
    }
    this.#bytes += size;
    if (isEstimate) this.#estimated += 1;
  }

  plan(): Omit<DownloadPlan, "free"> {
    return {
      images: this.#images,
      there: this.#there,
      bytes: this.#bytes,
      estimated: this.#estimated,
      unknown: this.#unknown,
      licences: this.#licences,
    };
  }
}

async function existing(target: string): Promise<ManifestFile | undefined> {
  try {
    return await ManifestFile.read(target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isDone(mark: IndexedEntry | undefined, longerSide: number | undefined): boolean {
  return (mark?.state === "done" || mark?.state === "changed") && mark.longerSide === longerSide;
}

function sizeOf({ announcedBytes, record }: DownloadImage): { readonly size: number; readonly isEstimate: boolean } {
  if (announcedBytes !== undefined) return { size: announcedBytes, isEstimate: false };
  const { width, height } = photoSizeOf(record) ?? { width: 0, height: 0 };
  return { size: Math.round(width * height * BYTES_PER_PIXEL), isEstimate: true };
}

/** The bytes of the images that earlier runs brought in, those of other selections too. */
export async function bytesThere(target: string): Promise<number> {
  const manifest = await existing(target);
  if (manifest === undefined) return 0;
  let sum = 0;
  for (const { part, state, bytes = 0 } of manifest.indexedEntries()) {
    if (part === "image" && (state === "done" || state === "changed")) sum += bytes;
  }
  await manifest.close();
  return sum;
}

/** Free space where the target is, or will be. */
export async function freeBytes(target: string): Promise<number> {
  for (let path = resolve(target); ; path = dirname(path)) {
    try {
      if (!(await stat(path)).isDirectory()) throw notAFolder(target);
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOTDIR") throw notAFolder(target);
      if (code !== "ENOENT" || path === dirname(path)) throw error;
    }
  }
}

/**
 * Refuses a download that would not fit.
 *
 * @throws DownloadTargetError that names both sizes
 */
export function checkFree(target: string, bytes: number, free: number): void {
  if (bytes <= free) return;
  const size = (n: number): string => (n < 1e9 ? `${Math.round(n / 1e6)} MB` : `${(n / 1e9).toFixed(1)} GB`);
  const message = `${target} has ${size(free)} free, and the download needs about ${size(bytes)}: choose another disk, or fewer images.`;
  throw new DownloadTargetError(target, message);
}

const notAFolder = (target: string): DownloadTargetError =>
  new DownloadTargetError(target, `${target} is a file, or lies below one: choose another target.`);
