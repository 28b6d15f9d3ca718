import { extname, resolve } from "node:path";
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

/** Says before the work that a file would be written over the photo itself, or over another file of the same command. */
export function checkApart(photo: string, outputs: Readonly<Record<string, string | undefined>>): void {
  const taken = new Map([[resolve(photo), "the photo itself"]]);
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    const other = taken.get(resolve(path));
    if (other !== undefined)
      throw new CommandError(`${option} ${path} would overwrite ${other}: name another file.`, 2);
    taken.set(resolve(path), `what ${option} writes`);
  }
}

/** Writes a picture in the format of the file's extension, whole or not at all. */
export async function writePicture(path: string, raster: Raster): Promise<void> {
  const isPng = extname(path).toLowerCase() === ".png";
  const bytes = isPng ? await nodeCodecs.encodePng(raster) : await nodeCodecs.encodeJpeg(raster, JPEG_QUALITY);
  await writeFileWhole(path, bytes);
}
