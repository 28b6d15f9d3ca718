import type { Bytes } from "@isic/cache";
import { UndecodableImageError } from "../errors.ts";
import { isCutJpeg, type PictureType, pictureType } from "./pixels.ts";

/** The extension for a file, by what its bytes are; never by what anybody says about them. */
export const EXTENSIONS = { jpeg: "jpg", png: "png", gif: "gif", bmp: "bmp", tiff: "tif", webp: "webp" } as const;

/** The extensions that photos are stored under, the likely ones first. */
export const PHOTO_EXTENSIONS: readonly string[] = ["jpg", "png", "tif", "bmp", "gif"];

/** What kind of picture the bytes are; refuses what cannot be one (an error page, a cut file) without decoding it. */
export async function checkPicture(bytes: Bytes, what: string): Promise<PictureType> {
  const type = pictureType(bytes);
  if (type === undefined) {
    const { whyNoPicture } = await import("./why-no-picture.ts");
    throw new UndecodableImageError(what, whyNoPicture(bytes));
  }
  if (type === "jpeg" && isCutJpeg(bytes)) throw new UndecodableImageError(what, "the JPEG data are cut short.");
  return type;
}
