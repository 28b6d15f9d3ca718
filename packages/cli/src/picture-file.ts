import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
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
export async function checkApart(photo: string, outputs: Readonly<Record<string, string | undefined>>): Promise<void> {
  const taken = new Map([[await placeOf(photo), "the photo itself"]]);
  for (const [option, path] of Object.entries(outputs)) {
    if (path === undefined) continue;
    const place = await placeOf(path);
    const other = taken.get(place);
    if (other !== undefined)
      throw new CommandError(`${option} ${path} would overwrite ${other}: name another file.`, 2);
    taken.set(place, `what ${option} writes`);
  }
}

/** Where a path ends: what is written to a link goes to the file behind it, also to one that is not there yet. */
async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") return resolve(path);
  }
  const linked = await readlink(path).catch(() => undefined);
  if (linked !== undefined) return placeOf(resolve(dirname(path), linked));
  const folder = await realpath(dirname(path)).catch(() => resolve(dirname(path)));
  return join(folder, basename(path));
}

/** Writes a picture in the format of the file's extension, whole or not at all. */
export async function writePicture(path: string, raster: Raster): Promise<void> {
  const isPng = extname(path).toLowerCase() === ".png";
  const bytes = isPng ? await nodeCodecs.encodePng(raster) : await nodeCodecs.encodeJpeg(raster, JPEG_QUALITY);
  await writeFileWhole(path, bytes);
}
