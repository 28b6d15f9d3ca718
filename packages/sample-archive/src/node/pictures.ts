import { readSuperpixelPng } from "@isic/core-wasm/node";
import type { Bytes, ImageRecord, Picture, Source } from "../archive/source.ts";
import { encodeJpeg } from "../photo/jpeg.ts";
import { shrink } from "../photo/shrink.ts";

type Read = (image: ImageRecord) => Promise<Bytes | undefined>;

/** What a source gives of files: photos and superpixels as they are, and what is made of them. */
export function picturesOf(
  photo: Read,
  superpixels: Read,
): Pick<Source, "photo" | "thumbnail" | "picture" | "superpixels" | "labels"> {
  const picture = async (image: ImageRecord): Promise<Picture | undefined> => {
    const bytes = image.mimeType === "image/jpeg" ? await photo(image) : undefined;
    return bytes === undefined ? undefined : decodeJpeg(bytes);
  };
  return {
    photo,
    picture,
    thumbnail: async (image, width, height) => {
      const found = await picture(image);
      return found === undefined ? undefined : encodeJpeg(shrink(found, width, height), { quality: 85 });
    },
    superpixels,
    labels: async (image) => {
      const bytes = await superpixels(image);
      return bytes === undefined ? undefined : readSuperpixelPng(bytes);
    },
  };
}

/** What no folder has. */
export const WITHOUT_STUDIES: Pick<
  Source,
  "partial" | "credited" | "studies" | "annotations" | "outlined" | "markup" | "more"
> = {
  partial: true,
  credited: true,
  studies: [],
  annotations: [],
  outlined: async () => undefined,
  markup: async () => undefined,
  more: () => {
    throw new RangeError("grow: an archive over a folder has all the images it will ever have");
  },
};

/** Good enough for thumbnails, not the reference pixels; `undefined` for a file that cannot be read or has over 100 Mpx. */
async function decodeJpeg(bytes: Bytes): Promise<Picture | undefined> {
  const { decode } = (await import("jpeg-js")).default;
  try {
    const { width, height, data } = decode(bytes, {
      useTArray: true,
      maxResolutionInMP: 100,
      maxMemoryUsageInMB: 1024,
    });
    return { width, height, data: new Uint8ClampedArray(data) };
  } catch {
    // a photo that is damaged has no thumbnail, and the others have theirs
    return undefined;
  }
}
