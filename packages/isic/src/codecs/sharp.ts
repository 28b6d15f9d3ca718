/** TIFF by `sharp`, an optional peer: where it is not installed, TIFF files are kept but not decoded. */
import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";
import { UnreadableFormatError } from "../errors.ts";

/** The few calls of sharp that are used here; its types may not be there either. */
interface SharpPipeline {
  removeAlpha(): SharpPipeline;
  toColourspace(space: string): SharpPipeline;
  raw(): SharpPipeline;
  toBuffer(options: { resolveWithObject: true }): Promise<{
    data: Uint8Array;
    info: { width: number; height: number; channels: number };
  }>;
}

type Sharp = (bytes: Uint8Array, options: object) => SharpPipeline;

/** A variable, so that bundlers do not look for what may not be there. */
const NAME = "sharp";
let loading: Promise<Sharp | undefined> | undefined;

/**
 * Decodes to RGB in stored order, colours unchanged.
 *
 * @throws UnreadableFormatError where there is no sharp
 */
export async function decodeWithSharp(bytes: Bytes, what: string, title: string, maxPixels: number): Promise<Raster> {
  loading ??= import(NAME).then(
    (module: { default: Sharp }) => module.default,
    () => undefined,
  );
  const sharp = await loading;
  if (sharp === undefined)
    throw new UnreadableFormatError(what, `it is ${title} file; install "sharp" to read those in Node.`, "sharp");
  // The orientation is left alone unless sharp is asked to rotate; a colour profile unless it is told to ignore it.
  const pipeline = sharp(bytes, { failOn: "truncated", ignoreIcc: true, limitInputPixels: maxPixels })
    .removeAlpha()
    .toColourspace("srgb");
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`expected 3 channels, got ${info.channels}`);
  return { width: info.width, height: info.height, channels: 3, data: new Uint8Array(data) };
}
