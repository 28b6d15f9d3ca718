import { extname } from "node:path";
import type { Raster } from "@isic/core-wasm";
import { nodeCodecs } from "isic/node";
import { CommandError } from "./print/failure.ts";
import { writeFileWhole } from "./write-file.ts";

const JPEG_QUALITY = 92;

/** Says before the work what could only fail after it: an extension that is neither PNG nor JPEG. */
export function checkPictureName(path: string): void {
  if (!/\.(png|jpe?g)$/i.test(path)) {
    throw new CommandError(`${path}: pictures are written as .png or .jpg, by the file's extension.`, 2);
  }
}

/** Writes a picture in the format of the file's extension, whole or not at all. */
export async function writePicture(path: string, raster: Raster): Promise<void> {
  const isPng = extname(path).toLowerCase() === ".png";
  const bytes = isPng ? await nodeCodecs.encodePng(raster) : await nodeCodecs.encodeJpeg(raster, JPEG_QUALITY);
  await writeFileWhole(path, bytes);
}
