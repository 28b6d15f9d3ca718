import type { Codecs } from "../../codecs/types.ts";
import type { DownloadImage, IncomingFile, OpenContext } from "../types.ts";

/** Superpixels as the archive would have made them, from the photo that has just been brought in. */
export async function computedSuperpixels(
  image: DownloadImage,
  codecs: Codecs,
  { imageBytes, signal }: OpenContext,
): Promise<IncomingFile> {
  const raster = await codecs.decode(await imageBytes(), { what: `The photo of ${image.name}`, signal });
  const labels = await codecs.computeSuperpixels(raster, { signal });
  return { url: "computed", contentType: "image/png", body: await codecs.writeSuperpixels(labels) };
}
