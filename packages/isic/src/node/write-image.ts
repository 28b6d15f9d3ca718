import { writeOutput } from "@isic/cache-fs/files";
import type { Raster } from "@isic/core-wasm";
import { encodeImage, type ImageFormat, imageFormatOf } from "../codecs/encode.ts";
import { nodeCodecs } from "../codecs/node.ts";
import { checkOptions } from "../session/options.ts";

export interface WriteImageOptions {
  /** @default by the extension of the file */
  readonly format?: ImageFormat;
  /** Of JPEG, from 1 to 100. @default 90 */
  readonly quality?: number;
}

/**
 * Writes a picture as PNG or JPEG, whole or not at all.
 *
 * @example
 * ```ts
 * import { rm } from "node:fs/promises";
 * import { writeImage } from "isic/node";
 *
 * const grey = { width: 2, height: 1, channels: 1 as const, data: new Uint8Array([0, 255]) };
 * await writeImage(grey, "two-pixels.png");
 * await rm("two-pixels.png");
 * ```
 */
export async function writeImage(raster: Raster, file: string, options: WriteImageOptions = {}): Promise<void> {
  checkOptions("writeImage", options, ["format", "quality"]);
  const format = options.format ?? imageFormatOf(file);
  const bytes = await encodeImage(raster, format, { codecs: nodeCodecs, quality: options.quality });
  await writeOutput(file, bytes);
}
