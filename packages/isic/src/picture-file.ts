import type { Bytes } from "@isic/cache";
import { isCutJpeg, pictureType, whyNoPicture } from "./codecs/pixels.ts";
import { UndecodableImageError } from "./errors.ts";

const EXTENSIONS = { jpeg: "jpg", png: "png", gif: "gif", bmp: "bmp", tiff: "tif", webp: "webp" } as const;

/** The extensions that photos are stored under, the likely ones first. */
export const PHOTO_EXTENSIONS: readonly string[] = ["jpg", "png", "tif", "bmp", "gif"];

/** The extension for a file, by what its bytes are; never by what anybody says about them. */
export function extensionOf(bytes: Bytes): string {
  const type = pictureType(bytes);
  return type === undefined ? "bin" : EXTENSIONS[type];
}

/** Refuses what cannot be a picture (an error page, a cut file) without decoding it. */
export function checkPicture(bytes: Bytes, what: string): void {
  const type = pictureType(bytes);
  if (type === undefined) throw new UndecodableImageError(what, whyNoPicture(bytes));
  if (type === "jpeg" && isCutJpeg(bytes)) throw new UndecodableImageError(what, "the JPEG data are cut short.");
}
