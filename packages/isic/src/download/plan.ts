import { stat, statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { DownloadTargetError } from "./errors.ts";
import { Ledger } from "./ledger.ts";
import type { DownloadImage, DownloadSource } from "./types.ts";

/** JPEG bytes per pixel of the archive's photos, on the high side: an estimate must not promise too much room. */
const BYTES_PER_PIXEL = 0.25;

/** What a download would bring. */
export interface DownloadPlan {
  readonly images: number;
  /** Images that an earlier run brought in. */
  readonly there: number;
  /** Bytes still to come, as the server announces them, or by their pixels where it does not. */
  readonly bytes: number;
  /** How many of the images are only estimated. */
  readonly estimated: number;
  /** Images and bytes by licence ("unknown" without one), of the whole selection. */
  readonly licences: ReadonlyMap<string, { readonly images: number; readonly bytes: number }>;
  /** Free space on the target's disk. */
  readonly free: number;
}

/** Walks through a selection without fetching any of it, and looks at the disk. */
export async function planDownload(
  source: Pick<DownloadSource, "images">,
  target: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<DownloadPlan> {
  const ledger = await existing(target);
  const licences = new Map<string, { images: number; bytes: number }>();
  let images = 0;
  let there = 0;
  let bytes = 0;
  let estimated = 0;
  try {
    for await (const image of source.images(signal)) {
      signal.throwIfAborted();
      const { size, isEstimate } = sizeOf(image);
      const licence = image.licence ?? "unknown";
      const sum = licences.get(licence) ?? { images: 0, bytes: 0 };
      licences.set(licence, { images: sum.images + 1, bytes: sum.bytes + size });
      images += 1;
      if (isDone(ledger, image.id)) {
        there += 1;
        continue;
      }
      bytes += size;
      if (isEstimate) estimated += 1;
    }
  } finally {
    await ledger?.close();
  }
  return { images, there, bytes, estimated, licences, free: await freeBytes(target) };
}

async function existing(target: string): Promise<Ledger | undefined> {
  try {
    return await Ledger.read(target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isDone(ledger: Ledger | undefined, id: string): boolean {
  const state = ledger?.mark(id, "image")?.state;
  return state === "done" || state === "changed";
}

function sizeOf({ announcedBytes, record }: DownloadImage): { readonly size: number; readonly isEstimate: boolean } {
  if (announcedBytes !== undefined) return { size: announcedBytes, isEstimate: false };
  const { meta, metadata } = record as Readonly<Record<string, { acquisition?: Record<string, unknown> } | undefined>>;
  const { acquisition = {} } = meta ?? metadata ?? {};
  const pixels =
    Number(acquisition.pixelsX ?? acquisition.pixels_x) * Number(acquisition.pixelsY ?? acquisition.pixels_y);
  return { size: Number.isFinite(pixels) ? Math.round(pixels * BYTES_PER_PIXEL) : 0, isEstimate: true };
}

/** The bytes of the images that earlier runs brought in. */
export async function bytesThere(target: string): Promise<number> {
  const ledger = await existing(target);
  if (ledger === undefined) return 0;
  let sum = 0;
  for (const { part, state, bytes = 0 } of ledger.marks()) {
    if (part === "image" && (state === "done" || state === "changed")) sum += bytes;
  }
  await ledger.close();
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
      if ((error as NodeJS.ErrnoException).code !== "ENOENT" || path === dirname(path)) throw error;
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
