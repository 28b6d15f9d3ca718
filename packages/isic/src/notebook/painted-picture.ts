import type { ImageReference } from "../archive/records.ts";
import type { Image } from "../image/image.ts";
import type { StudyContext } from "../studies/context.ts";
import type { Picture } from "./jupyter.ts";

/**
 * A photo as it came with something painted over, for notebooks: through the cache when it is shown, whatever was
 * loaded or painted before. Only the text where it cannot be had.
 */
export async function paintedPicture(
  context: StudyContext,
  reference: ImageReference,
  text: string,
  paint: (image: Image) => void | Promise<void>,
): Promise<Picture> {
  try {
    const image = await context.image(reference);
    const raster = await image.loadImageData();
    await image.loadSuperpixels();
    await paint(image);
    return { raster, text };
  } catch (error) {
    return { raster: undefined, text: `${text} (no picture: ${(error as Error).message})` };
  }
}
