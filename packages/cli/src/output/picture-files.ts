import { extname } from "node:path";
import { writeOutput } from "@isic/cache-fs/files";
import type { Raster } from "@isic/core-wasm";
import { nodeCodecs, shrink } from "isic/node";
import { CommandError } from "./failure.ts";

/** Of pictures that are drawn on: outlines stay sharp. */
const PICTURE_QUALITY = 92;
/** Of smaller copies. */
const COPY_QUALITY = 90;

/** Says before the work what could only fail after it: an extension that is neither PNG nor JPEG. */
export function checkPictureName(path: string): void {
  if (!/\.(png|jpe?g)$/i.test(path)) {
    throw new CommandError(`${path}: pictures are written as .png or .jpg, by the file's extension.`, 2);
  }
}

/** Writes a picture in the format of the file's extension, whole or not at all. */
export async function writePicture(
  path: string,
  raster: Raster,
  options: { readonly private?: boolean } = {},
): Promise<void> {
  const isPng = extname(path).toLowerCase() === ".png";
  const bytes = isPng ? await nodeCodecs.encodePng(raster) : await nodeCodecs.encodeJpeg(raster, PICTURE_QUALITY);
  await writeOutput(path, bytes, options);
}

/** A smaller JPEG of an image; a PNG stays one, what is small enough stays as it is. */
export function resizedCopy(longerSide: number): (bytes: Uint8Array) => Promise<Uint8Array> {
  return async (bytes) => {
    const raster = await nodeCodecs.decode(new Uint8Array(bytes));
    const copy = shrink(raster, longerSide);
    if (copy === raster) return bytes;
    return bytes[0] === 0x89 ? nodeCodecs.encodePng(copy) : nodeCodecs.encodeJpeg(copy, COPY_QUALITY);
  };
}
