import { statSync } from "node:fs";
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

/** Good enough for thumbnails; not the reference pixels. */
async function decodeJpeg(bytes: Bytes): Promise<Picture> {
  const { decode } = (await import("jpeg-js")).default;
  const { width, height, data } = decode(bytes, { useTArray: true, maxMemoryUsageInMB: 1024 });
  return { width, height, data: new Uint8ClampedArray(data) };
}

/** Bytes of a file; 1, which is never too much to announce, when it is not there. */
export function fileSize(place: string): number {
  const found = statSync(place, { throwIfNoEntry: false });
  return found?.isFile() ? found.size : 1;
}
