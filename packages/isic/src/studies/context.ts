import type { StudyService } from "../archive/archive.ts";
import type { ImageRecord, ImageReference } from "../archive/records.ts";
import type { Image } from "../image/image.ts";
import type { Segmentation } from "../image/segmentation.ts";
import type { CallOptions, LongCallOptions } from "../session/calls.ts";
import type { Context } from "../session/context.ts";

/** What datasets, studies, annotations and segmentations need of the api they belong to. */
export interface StudyContext extends Context {
  readonly service: StudyService;
  /** Name to id of what was listed, for the api to show. */
  readonly datasets: Map<string, string>;
  readonly studies: Map<string, string>;
  /** An image by any reference. */
  readonly image: (reference: ImageReference, options?: CallOptions) => Promise<Image>;
  /** Image objects of records; those that are not known yet are asked for together. */
  readonly imagesById: (ids: readonly string[], options?: CallOptions) => Promise<Image[]>;
  /** The name of an image where it is known already. */
  readonly knownName: (imageId: string) => string | undefined;
  /** The segmentation of an image with its mask, where both are kept: nothing is fetched. */
  readonly keptSegmentation?: (imageId: string) => Promise<Segmentation | undefined>;
  readonly allImages: (options?: LongCallOptions) => Promise<ReadonlyMap<string, ImageRecord>>;
}
