/**
 * The generated content: people, records, studies and collections, all of it from a seed.
 *
 * @module
 */
import { checkOptions } from "@isic/select";
import type { ImageRecord, Source } from "../archive/source.ts";
import { collections } from "./collections.ts";
import { datasets } from "./datasets.ts";
import { people } from "./people.ts";
import { drawnPictures } from "./pictures.ts";
import { imageRecord } from "./records.ts";
import { segmentations } from "./segmentations.ts";
import { withSpecials } from "./specials.ts";
import { annotations, studies } from "./studies.ts";

/** How large a generated world is and what it starts from. */
export interface WorldOptions {
  /** Number of listed images; default 300. */
  readonly images?: number;
  /** Same seed, same archive; default `"isic"`. */
  readonly seed?: string;
  /** Photos of about 100 pixels a side, a few drawings shared by all images of a kind: for thousands at once. */
  readonly smallPhotos?: boolean;
  /** Fill every JPEG up to this many bytes with comments, for measuring downloads. */
  readonly photoBytes?: number;
  /** Pictures kept in memory; default 24. */
  readonly keep?: number;
}

/** Names of {@link WorldOptions}. */
export const WORLD_OPTIONS: readonly (keyof WorldOptions)[] = ["images", "seed", "smallPhotos", "photoBytes", "keep"];

/**
 * The generated archive: records at once, pictures when asked for, all of it the same on every run.
 *
 * @throws TypeError for an unknown option, RangeError when `images` is no whole number
 */
export function generatedWorld(options: WorldOptions = {}): Source {
  checkOptions("generatedWorld", options, WORLD_OPTIONS);
  const { images: size = 300, seed = "isic", smallPhotos: small = false, photoBytes = 0, keep = 24 } = options;
  if (!Number.isInteger(size) || size < 0) throw new RangeError(`images: expected a whole number, got ${size}`);
  const recordOptions = { seed, small };
  let made = size;
  const images = withSpecials(Array.from({ length: size }, (_, i) => imageRecord(i, recordOptions)));
  const byId = new Map(images.map((image) => [image.id, image]));
  const allStudies = studies(images);
  return {
    users: people,
    datasets,
    images,
    segmentations: segmentations(images, seed),
    studies: allStudies,
    annotations: annotations(allStudies, images),
    collections: collections(),
    ...drawnPictures({ seed, small, photoBytes, keep }, (id) => byId.get(id)!),
    more: (count) =>
      Array.from({ length: count }, (): ImageRecord => {
        const image = imageRecord(made++, recordOptions);
        byId.set(image.id, image);
        return image;
      }),
  };
}
