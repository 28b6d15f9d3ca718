import { createHash } from "node:crypto";
import type { Bytes } from "@isic/cache";
import type { Raster } from "@isic/core-wasm";
import { checkPhoto } from "../../codecs/formats.ts";
import { nodeCodecs } from "../../codecs/node.ts";
import { DatasetError, UnreadableFormatError } from "../../errors.ts";
import { type Fingerprint, fingerprintOf } from "../duplicates/perceptual-hash.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { encodeLabels, encodePicture, encodePng } from "./encode.ts";
import { fitMask, fitPhoto } from "./resize.ts";
import type { SetPart } from "./set-image.ts";

/** An image as the archive gave it. */
export interface SourceFiles {
  readonly name: string;
  readonly image: Bytes;
  readonly mask?: Bytes | undefined;
  /** The archive's superpixels, for its own files; computed where it has none. */
  readonly superpixels?: Bytes | undefined;
}

/** An image as it will be in the set. */
export interface MadePicture {
  readonly width: number;
  readonly height: number;
  readonly fingerprint: Fingerprint;
  readonly files: Readonly<Partial<Record<SetPart, { readonly extension: string; readonly bytes: Bytes }>>>;
}

/** All of a recipe that decides about an image's bytes. */
export function settingsOf({ image, superpixels = false, masks }: Recipe): string {
  return sha256Of(JSON.stringify([image ?? null, superpixels, masks !== undefined])).slice(0, 16);
}

/**
 * Makes an image's files as the recipe says. Everything is decoded, resized and encoded by WebAssembly and JavaScript of
 * these packages, so that the bytes are the same everywhere.
 *
 * @throws UndecodableImageError for what is no picture, or not read without native code; DatasetError for a mask of
 *   another size
 */
export async function makePicture(
  source: SourceFiles,
  { image, superpixels }: Recipe,
  signal?: AbortSignal,
): Promise<MadePicture> {
  const what = `The photo of ${source.name}`;
  const format = checkPhoto(source.image, what);
  if (format.reader === "sharp") {
    // Its pixels would depend on what is installed.
    throw new UnreadableFormatError(
      what,
      `it is ${format.title}, which gives the same pixels everywhere only after it was converted: exclude it.`,
    );
  }
  const photo = await nodeCodecs.decode(source.image, { what, signal });
  const fingerprint = fingerprintOf(photo);
  const mask = source.mask === undefined ? undefined : await maskOf(source.name, source.mask, photo);
  if (image === undefined) {
    const { width, height } = photo;
    const files = {
      image: { extension: format.extension, bytes: source.image },
      ...(mask === undefined ? {} : { mask: { extension: "png", bytes: encodePng(mask) } }),
      ...(superpixels === true
        ? { superpixels: { extension: "png", bytes: source.superpixels ?? (await superpixelsOf(photo, signal)) } }
        : {}),
    };
    return { width, height, fingerprint, files };
  }
  const fitted = fitPhoto(photo, image);
  const bytes = await encodePicture(fitted, image);
  const files: Partial<Record<SetPart, { extension: string; bytes: Bytes }>> = {
    image: { extension: image.format === "png" ? "png" : "jpg", bytes },
  };
  if (mask !== undefined) files.mask = { extension: "png", bytes: encodePng(fitMask(mask, image)) };
  if (superpixels === true) {
    // Of the pixels that a reader of the set will see, after JPEG has changed them.
    const seen = image.format === "png" ? fitted : await nodeCodecs.decode(bytes, { what, signal });
    files.superpixels = { extension: "png", bytes: await superpixelsOf(seen, signal) };
  }
  return { width: fitted.width, height: fitted.height, fingerprint, files };
}

async function superpixelsOf(photo: Raster, signal: AbortSignal | undefined): Promise<Bytes> {
  return encodeLabels(await nodeCodecs.computeSuperpixels(photo, { ...(signal && { signal }) }));
}

/** A mask as grey 0 and 255. */
async function maskOf(name: string, bytes: Bytes, photo: Raster): Promise<Raster> {
  const raster = await nodeCodecs.decode(bytes, { what: `The mask of ${name}` });
  const { width, height, channels, data } = raster;
  if (width !== photo.width || height !== photo.height) {
    throw new DatasetError(
      `The mask of ${name} has ${width} x ${height} pixels, and its photo ${photo.width} x ${photo.height}: it belongs to another picture.`,
    );
  }
  const grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at++) grey[at] = data[at * channels]! > 127 ? 255 : 0;
  return { width, height, channels: 1, data: grey };
}

export function sha256Of(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
