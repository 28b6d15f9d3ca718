import type { BuildMapOptions } from "../csr.ts";
import { PngError } from "../errors.ts";
import type { LabelImage, SuperpixelMap } from "../types.ts";
import { openPng, type PngFile } from "./chunks.ts";
import type { Crc32 } from "./crc.ts";
import type { OpenRows, Rows } from "./rows.ts";

export interface ReadPngOptions {
  /** The most pixels a file may have before memory is spent on it: 134 217 728 unless told, four times the archive's largest. */
  readonly maxPixels?: number;
}

export interface ReadOptions extends ReadPngOptions {
  /** Gives up between two pieces of the file, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The labels of a file and their map, made in one go. */
export interface Superpixels {
  readonly labels: LabelImage;
  readonly map: SuperpixelMap;
}

/** Inflates, handing over each piece as it comes. @throws whatever the platform throws for a damaged stream */
export type Inflate = (file: PngFile, take: (piece: Uint8Array) => void, signal?: AbortSignal) => Promise<void>;
export type InflateSync = (file: PngFile, take: (piece: Uint8Array) => void) => void;

export interface Platform {
  readonly crc32: Crc32;
  readonly openRows: OpenRows;
  readonly inflate: Inflate;
}

const MAX_PIXELS = 2 ** 27;

/** @throws PngError, UnsupportedPngError, NotALabelMapError */
export function openFile(bytes: Uint8Array, crc32: Crc32, { maxPixels = MAX_PIXELS }: ReadPngOptions): PngFile {
  if (!(bytes instanceof Uint8Array)) throw new TypeError(`expected bytes to be a Uint8Array, got ${typeof bytes}`);
  return openPng(bytes, crc32, maxPixels);
}

export async function readLabels(platform: Platform, bytes: Uint8Array, options: ReadOptions): Promise<LabelImage> {
  return readWith(platform, bytes, options, (rows) => rows.labels());
}

export async function readBoth(
  platform: Platform,
  bytes: Uint8Array,
  options: ReadOptions & BuildMapOptions,
): Promise<Superpixels> {
  return readWith(platform, bytes, options, (rows) => both(rows, options));
}

export function both(rows: Rows, options: BuildMapOptions): Superpixels {
  const labels = rows.labels();
  return { labels, map: rows.map(labels, options) };
}

async function readWith<T>(
  { crc32, openRows, inflate }: Platform,
  bytes: Uint8Array,
  options: ReadOptions,
  finish: (rows: Rows) => T,
): Promise<T> {
  options.signal?.throwIfAborted();
  const file = openFile(bytes, crc32, options);
  const rows = openRows(file.width, file.height, file.channels);
  try {
    await inflate(file, (piece) => rows.push(piece), options.signal);
    return finish(rows);
  } finally {
    rows.close();
  }
}

/** What a zlib stream that cannot be inflated means. */
export function damaged(cause: unknown): PngError {
  return new PngError("pixels", "The pixel data of the PNG file cannot be inflated: they are damaged or cut off.", {
    cause,
  });
}
